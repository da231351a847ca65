"""Add an alt text to an image once, in all the articles where it has none."""

from dataclasses import dataclass, field

from django.db import transaction
from django.utils.translation import ngettext

from blog.articles.actions.base import BulkResult
from blog.articles.actions.rewrite import edit_articles
from blog.articles.models import Article
from blog.documents.findings.images import read_images
from blog.documents.findings.kinds import FindingKind
from blog.documents.rendering.images import image_key
from blog.images.models import Image
from blog.review.bulk_fixes import MAX_ARTICLES_PER_REQUEST, delete_findings
from blog.review.models import Finding

PICTURES_SHOWN = 200  # on one screen; the others follow when these have alt texts
AT_HEAD = frozenset((FindingKind.HERO_UNDESCRIBED, FindingKind.HERO_DESCRIBED_BY_TITLE))
IN_TEXT = frozenset((FindingKind.PICTURE_UNDESCRIBED, FindingKind.PICTURE_DESCRIBED_BY_TITLE))
# A bracket or backslash would break the alt text of an image in Markdown.
NO_BRACKETS = str.maketrans("[]\\", "()/")


@dataclass(slots=True)
class UndescribedImage:
    """An image, and the articles where it lacks an alt text.

    key is equal for all sizes of the same image. heads: pks of articles with it as their hero image.
    places: {article pk: [(start, end)]} in their bodies. alt_texts: its current alt texts, in order.
    """

    key: str
    address: str
    image: Image | None = None
    heads: set[int] = field(default_factory=set)
    places: dict[int, list[tuple[int, int]]] = field(default_factory=dict)
    alt_texts: dict[str, None] = field(default_factory=dict)

    @property
    def articles(self) -> set[int]:
        return self.heads | self.places.keys()

    @property
    def number(self) -> int:
        return len(self.articles)

    @property
    def described_as(self) -> list[str]:
        return [text for text in self.alt_texts if text.strip()]


def undescribed_images(articles) -> list[UndescribedImage]:
    """Return the images that lack an alt text in some of the articles (a queryset), most used first."""
    found = Finding.objects.filter(article__in=articles.order_by().values("pk"), is_settled=False)
    pictures = {}
    _add_heads(pictures, found.filter(kind__in=AT_HEAD))
    _add_texts(pictures, found.filter(kind__in=IN_TEXT))
    return sorted(pictures.values(), key=lambda picture: (-picture.number, picture.key))


def _add_heads(pictures, found):
    rows = Article.objects.in_use().filter(pk__in=found.values("article"), hero_image__isnull=False)
    rows = rows.select_related("hero_image").only(
        "title", "hero_alt", "hero_credit", "hero_is_decorative", "hero_image"
    )
    for article in rows.order_by("pk"):
        image = article.hero_image
        picture = _picture(pictures, image.source or image.url)
        picture.image = picture.image or image
        picture.heads.add(article.pk)
        picture.alt_texts[article.hero_words.alt] = None


def _add_texts(pictures, found):
    places = {}
    for article, *place in found.exclude(start=None).values_list("article", "start", "end"):
        places.setdefault(article, set()).add(tuple(place))
    rows = Article.objects.in_use().filter(pk__in=places).only("body").order_by("pk")
    for article in rows:
        for start, end in sorted(places[article.pk]):
            _add_place(pictures, article, start, end)


def _add_place(pictures, article, start, end):
    # Parse only the image's own Markdown, which is short.
    for shown in read_images(article.body[start:end])[:1]:
        picture = _picture(pictures, shown.address)
        picture.places.setdefault(article.pk, []).append((start, end))
        picture.alt_texts[shown.alt] = None


def _picture(pictures, address):
    key = image_key(address)
    return pictures.setdefault(key, UndescribedImage(key, address))


def describe(user, articles, alt_texts: dict[str, str]) -> BulkResult:
    """Store alt texts, {key of an image: alt text}, in one transaction.

    At most MAX_ARTICLES_PER_REQUEST articles are changed. undescribed_images() returns the rest again.
    Raises RefusedError, without changes, if rendering an article takes too long or too much memory.
    """
    chosen = [picture for picture in undescribed_images(articles) if picture.key in alt_texts]
    keys = {key for picture in chosen for key in picture.articles}
    batch = sorted(keys)[:MAX_ARTICLES_PER_REQUEST]
    rows = {row.pk: row for row in Article.objects.filter(pk__in=batch).only("body", "lock_version")}
    changes = {key: {} for key in rows}
    for picture in chosen:
        for key in picture.heads & rows.keys():
            changes[key] |= {"hero_alt": alt_texts[picture.key], "hero_is_decorative": False}
    for key, row in rows.items():
        if places := _places(chosen, key, alt_texts):
            changes[key]["body"] = _described(row.body, places)
    seen = {key: row.lock_version for key, row in rows.items()}
    with transaction.atomic():
        sorting = edit_articles(user, seen, changes, lambda number: _sentence(chosen, number))
        heads = {key for picture in chosen for key in picture.heads}
        delete_findings(AT_HEAD, {article.pk for article in sorting.changed} & heads)
    return sorting


def _places(pictures, article, alt_texts):
    return [
        (start, end, alt_texts[picture.key])
        for picture in pictures
        for start, end in picture.places.get(article, ())
    ]


def _described(body, places):
    """Return the body with alt texts inserted into the images at these places, [(start, end, alt text)]."""
    for start, end, text in sorted(places, reverse=True):
        for shown in read_images(body[start:end])[:1]:
            begin = start + shown.start + len("![")
            body = body[:begin] + as_markdown(text) + body[begin + len(shown.alt) :]
    return body


def as_markdown(text: str) -> str:
    """Return an alt text for use in Markdown: one line, without brackets and backslashes."""
    return " ".join(text.translate(NO_BRACKETS).split())


def _sentence(pictures, number):
    if len(pictures) == 1:
        sentence = ngettext(
            "One image was described in %d article.", "One image was described in %d articles.", number
        )
        return sentence % number
    sentence = ngettext(
        "%(pictures)d images were described in %(number)d article.",
        "%(pictures)d images were described in %(number)d articles.",
        number,
    )
    return sentence % {"pictures": len(pictures), "number": number}
