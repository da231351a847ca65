"""Slugs as each generator makes them from a name or a title."""

import posixpath
import re
import unicodedata

from blog.documents.characters import PLAIN_LATIN
from blog.documents.fields.dates import date_in_name
from blog.documents.generators.configuration import Generator
from blog.documents.slugs import SLUG_CHARACTERS

_TAG = re.compile(r"<[^<>]*+>")
_NOT_PRETTY = re.compile(
    rf"[^{SLUG_CHARACTERS.removeprefix('-')}.~!$&'()+,;=@]+"
)  # as Jekyll's `pretty` mode
_HUGO_KEPT = frozenset("./\\_#+~-@")


def pretty_slug(name: str) -> str:
    """Return a slug as Jekyll's `:title`: signs that are allowed in a path stay, and so does the case."""
    return _NOT_PRETTY.sub("-", name).strip("-")


def plain_slug(name: str) -> str:
    """Return a slug as Jekyll's `:slug`: letters and digits in lower case."""
    return re.sub(r"[\W_]+", "-", name).strip("-").lower()


def hugo_slug(name: str) -> str:
    """Return a path segment as Hugo's urlize: letters, digits and a few signs in lower case."""
    kept, waits = [], False
    for sign in name.strip():
        if sign in _HUGO_KEPT or unicodedata.category(sign)[0] in "LMN":
            if waits and kept and kept[-1] != "-" and sign != "-":
                kept.append("-")
            waits = False
            kept.append(sign)
        elif sign.isspace():
            waits = True
    return "".join(kept).lower()


def pelican_slug(title: str) -> str:
    """Return a slug as Pelican makes it: ASCII letters and digits, or letters of another script."""
    text = re.sub(r"[^\w\s-]", "", _TAG.sub("", title)).strip()
    folded = unicodedata.normalize("NFKD", text.translate(PLAIN_LATIN)).encode("ascii", "ignore").decode()
    return re.sub(r"[-\s]+", "-", folded if re.search(r"\w", folded) else text).strip("-").lower()


def mkdocs_slug(title: str) -> str:
    """Return a slug as MkDocs' blog plugin makes it, with pymdownx in lower case."""
    text = unicodedata.normalize("NFC", _TAG.sub("", title))
    return re.sub(r"[^\w\- ]", "", text).strip().lower().replace(" ", "-")


def hexo_slug(name: str) -> str:
    """Return a slug as Hexo makes it of a category: words in their script and case, joined by hyphens."""
    folded = unicodedata.normalize("NFC", name).translate(PLAIN_LATIN)
    return re.sub(r"[\s~`!@#$%^&*()\-_+=\[\]{}|\\;:\"'<>,.?/]+", "-", folded).strip("-")


def hexo_path(path: str, *, has_date: bool) -> str:
    """Return the path of a post of Hexo below _posts, without its ending.

    has_date: whether its folders and its name may begin with a date, which is no part of the address.
    """
    folder, name = posixpath.split(posixpath.splitext(path.rpartition("_posts/")[2])[0])
    if has_date:
        folder = re.sub(r"^[0-9]+(?:/[0-9]+)*(?:/|$)", "", folder)
        name = date_in_name(name)[1] or name
    return f"{folder}/{name}".lstrip("/")


def zola_slug(name: str) -> str:
    """Return a slug as Zola makes it: ASCII letters and digits in lower case."""
    folded = unicodedata.normalize("NFKD", name.translate(PLAIN_LATIN)).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", folded.lower()).strip("-") or hugo_slug(name)


def title_slug(title: str, generator: str) -> str:
    make = {
        Generator.HUGO: hugo_slug,
        Generator.JEKYLL: plain_slug,
        Generator.HEXO: hexo_slug,
        Generator.MKDOCS: mkdocs_slug,
        Generator.ZOLA: zola_slug,
    }
    return make.get(generator, pelican_slug)(title)


def name_slug(name: str, generator: str) -> str:
    """Return the slug of a file name without its ending."""
    make = {Generator.HUGO: hugo_slug, Generator.ZOLA: zola_slug, Generator.HEXO: str}
    return make.get(generator, pretty_slug)(name)
