"""An article as plain values, for the rules that look for findings."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class TextImage:
    """An image in a text: body[start:end] of the Markdown. Images with the same URL are the same image."""

    address: str
    alt: str = ""
    credit: str = ""
    start: int | None = None
    end: int | None = None


@dataclass(frozen=True, slots=True)
class ArticleWords:
    """The input of the rules for findings.

    `text` is the plain text of the body as readers see it, `html` its rendering. `hero_address` is compared
    with the URLs of `images`, so both must have the same format.
    """

    title: str
    body: str = ""
    html: str = ""
    text: str = ""
    excerpt: str = ""
    meta_description: str = ""
    share_quote: str = ""
    has_hero: bool = False
    hero_address: str = ""
    hero_alt: str = ""
    hero_credit: str = ""
    hero_is_decorative: bool = False
    images: tuple[TextImage, ...] = ()
    primary_category: str = ""
    categories: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    reading_time: int = 1
    reading_time_in_file: int | None = None
    is_trending: bool = False
    is_featured: bool = False


@dataclass(frozen=True, slots=True)
class InternalLink:
    """A link to a page of the same site or a file of the same source, at body[start:end] of the Markdown.

    path: for a page, absolute and unescaped; for a file, as parse_reference() returns it, without an anchor.
    """

    path: str
    start: int
    end: int
