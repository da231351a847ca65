"""The contact sheet: each image of a list of articles once, with its alt texts and findings.

The images are read from the references that the articles' checks have stored. image_decisions.py writes alt
texts, and records that an editor has looked at images.
"""

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from hashlib import blake2b
from typing import Any

from django.db.models import Count, Exists, F, OuterRef

from blog.articles.models import Article
from blog.base.queries import ROWS_AT_ONCE
from blog.documents.claims.values import ClaimKind, claim_key
from blog.documents.findings.alt_texts import AltTextFault, alt_text_fault
from blog.documents.findings.images import read_images
from blog.documents.findings.kinds import IMAGE_KINDS, FindingKind
from blog.images.mirror.failures import MirrorFailure
from blog.images.models import Image, full_address
from blog.review.counts import ListCounts
from blog.review.models import Finding, MarkResolution, Reference

MOST_USES = 20_000  # of images on one sheet; 10,000 take about a second
STATE_BYTES = 5
LOOKED_AT = MarkResolution.Outcome.NO_CLAIM
UNDESCRIBED = frozenset((FindingKind.HERO_UNDESCRIBED, FindingKind.PICTURE_UNDESCRIBED))
REPEATING_TITLE = frozenset((FindingKind.HERO_DESCRIBED_BY_TITLE, FindingKind.PICTURE_DESCRIBED_BY_TITLE))
WITHOUT_CREDIT = frozenset((FindingKind.HERO_CREDIT_MISSING, FindingKind.PICTURE_CREDIT_MISSING))


class ImageConcern(StrEnum):
    """A reason why an editor has to look at an image. The values are used in URLs; the worst is first."""

    UNFETCHED = "unfetched"
    UNDESCRIBED = "undescribed"
    SEVERAL = "several"
    TITLE = "title"
    SPEECH = "speech"
    FIGURE = "figure"
    PREFIX = "prefix"
    CREDIT = "credit"


def alt_text_state(alt: str, *, is_decorative: bool) -> str:
    state = f"{is_decorative:d}{alt}".encode("utf-8", "surrogatepass")
    return blake2b(state, digest_size=STATE_BYTES).hexdigest()


@dataclass(slots=True)
class ImageUse:
    """An image in an article: its hero image, or body[start:end].

    key: the key of the resolution that records a look. findings: the open ones. is_decorative: whether an
    editor has decided that it needs no alt text. look: by_name and at of the user who has looked at it.
    """

    article: int
    alt: str
    key: str
    start: int | None = None
    end: int | None = None
    is_decorative: bool = False
    findings: list[Finding] = field(default_factory=list)
    look: Any = None

    @property
    def is_hero(self) -> bool:
        return self.start is None

    @property
    def state(self) -> str:
        return alt_text_state(self.alt, is_decorative=self.is_decorative)


@dataclass(eq=False)
class SheetImage:
    """An image with its uses. key is equal for all sizes of the same image.

    hero: primary key of its Image, if it is a hero image. failure: why it could not be mirrored, or "".
    """

    key: str
    address: str = ""
    hero: int | None = None
    failure: str = ""
    uses: list[ImageUse] = field(default_factory=list)

    @cached_property
    def articles(self) -> set[int]:
        return {use.article for use in self.uses}

    @property
    def number(self) -> int:
        return len(self.articles)

    @cached_property
    def alt_texts(self) -> list[tuple[str, int]]:
        """The alt texts, each with its number of articles, most frequent first. "" if one is missing."""
        pairs = {(use.alt, use.article) for use in self.uses if not use.is_decorative}
        counted = Counter(alt for alt, _article in pairs)
        return sorted(counted.items(), key=lambda pair: (-pair[1], pair[0]))

    @property
    def alt(self) -> str:
        """The most frequent alt text."""
        return next((alt for alt, _number in self.alt_texts if alt), "")

    @property
    def is_decorative(self) -> bool:
        return all(use.is_decorative for use in self.uses)

    @cached_property
    def look(self):
        """The latest look, if an editor has looked at all uses."""
        looks = [use.look for use in self.uses]
        return max(looks, key=lambda look: look.at) if all(looks) else None

    @cached_property
    def repeated_titles(self) -> set[str]:
        """The alt texts that repeat the title of an article."""
        return {use.alt for use in self.uses if REPEATING_TITLE & {each.kind for each in use.findings}}

    @cached_property
    def concern(self) -> ImageConcern | None:
        """The worst concern; None if there is none, or once an editor has looked at the image."""
        if self.look:
            return None
        if self.failure:
            return ImageConcern.UNFETCHED
        kinds = {finding.kind for use in self.uses for finding in use.findings}
        if UNDESCRIBED & kinds:
            return ImageConcern.UNDESCRIBED
        if len(self.alt_texts) > 1:
            return ImageConcern.SEVERAL
        if REPEATING_TITLE & kinds:
            return ImageConcern.TITLE
        if fault := alt_text_fault(self.alt):
            return CONCERN_OF[fault]
        return ImageConcern.CREDIT if WITHOUT_CREDIT & kinds else None

    @property
    def state(self) -> str:
        """Digests of the alt texts, to recognise changes after a user has seen them."""
        return ".".join(sorted({use.state for use in self.uses}))

    def is_as_seen(self, state: str) -> bool:
        """Whether the user has seen all current alt texts. state: the value in the user's page."""
        return {use.state for use in self.uses} <= set(state.split("."))


CONCERN_OF = {
    AltTextFault.SPEECH: ImageConcern.SPEECH,
    AltTextFault.FIGURE: ImageConcern.FIGURE,
    AltTextFault.PREFIX: ImageConcern.PREFIX,
}


@dataclass
class ContactSheet:
    """The images of a list of articles, most used first.

    unchecked: number of articles without a fresh check, whose images are not included. is_cut: there are more
    than MOST_USES uses, and the rest is not included.
    """

    images: list[SheetImage]
    unchecked: int = 0
    is_cut: bool = False

    @property
    def articles(self) -> set[int]:
        return set().union(*(image.articles for image in self.images))

    @property
    def looked_at(self) -> int:
        return sum(image.look is not None for image in self.images)


def contact_sheet(articles, keys=None) -> ContactSheet:
    """Return the contact sheet of articles (a queryset). keys: read only the images with these keys.

    The number of queries does not depend on the number of articles and images.
    """
    listed = articles.order_by().values("pk")
    rows = Reference.objects.filter(kind=Reference.Kind.PICTURE, article__in=listed)
    if keys is not None:
        rows = rows.filter(target__in=keys)
    fresh = rows.filter(article__trashed_at=None, article__proof__words_digest=F("article__words_digest"))
    uses = list(_read_uses(fresh))
    _add_findings(uses, Finding.objects.filter(article__in=listed, kind__in=IMAGE_KINDS, is_settled=False))
    _add_looks(uses, MarkResolution.objects.filter(article__in=listed, kind=ClaimKind.PICTURE))
    images = sorted(_group(uses), key=lambda image: (-image.number, image.key))
    checked = Article.objects.filter(pk__in=listed, proof__words_digest=F("words_digest"))
    unchecked = Article.objects.in_use().filter(pk__in=listed).exclude(pk__in=checked.values("pk"))
    return ContactSheet(images, unchecked.count(), is_cut=len(uses) >= MOST_USES)


def _read_uses(rows):
    """Yield (key of the image, URL, primary key of the hero image, use) for references."""
    values = ("article", "target", "words", "start", "end")
    hero = ("article__hero_is_decorative", "article__hero_image", "article__hero_image__source")
    found = rows.order_by("article", "pk").values_list(*values, *hero)[:MOST_USES]
    bodies = Article.objects.filter(pk__in=rows.exclude(start=None).values("article")).order_by("pk")
    texts = bodies.values_list("pk", "body").iterator(chunk_size=100)  # in the same order as the references
    key, body = 0, ""
    for article, target, words, start, end, is_decorative, image, source in found:
        if start is None:
            is_decorative = is_decorative and not words
            yield target, source, image, _use(article, target, words, is_decorative=is_decorative)
            continue
        while key != article:
            key, body = next(texts, (article, ""))
        # Parse only the image's own Markdown, which is short.
        for shown in read_images(body[start:end])[:1]:
            alt = " ".join(shown.alt.split())
            yield target, shown.address, None, _use(article, target, alt, start=start, end=end)


def _use(article, target, alt, **place):
    return ImageUse(article, alt, looked_at_key(target, alt), **place)


def looked_at_key(target: str, alt: str) -> str:
    """Return the key of the resolution that records a look at an image with an alt text."""
    return claim_key(ClaimKind.PICTURE, f"{target} {alt}")


def _add_findings(uses, findings):
    """Add the findings to their uses.

    An image in a body that has no alt text is decorative, unless a finding says that it needs one.
    """
    found = defaultdict(list)
    for finding in findings.only("article", "kind", "key", "start", "words"):
        found[finding.article_id, finding.start].append(finding)
    for _key, _address, _hero, use in uses:
        use.findings = found.get((use.article, use.start), [])
        if not use.is_hero:
            use.is_decorative = not use.alt and UNDESCRIBED.isdisjoint(each.kind for each in use.findings)


def _add_looks(uses, resolutions):
    newest = {}
    values = ("article", "key", "outcome", "by_name", "at")
    for row in resolutions.order_by("pk").values_list(*values, named=True):
        newest[row.article, row.key] = row if row.outcome == LOOKED_AT else None
    for _key, _address, _hero, use in uses:
        use.look = newest.get((use.article, use.key))


def _group(uses):
    images = {}
    failures = dict(MirrorFailure.objects.values_list("address", "reason"))
    for key, address, hero, use in uses:
        image = images.setdefault(key, SheetImage(key))
        image.uses.append(use)
        image.address = image.address or address or ""
        image.hero = image.hero or hero
        image.failure = image.failure or failures.get(full_address(address or ""), "")
    return images.values()


def image_summary(articles, counts: ListCounts) -> dict:
    """Return the numbers of images in articles (a queryset), and of articles with open findings in images.

    kinds: the kinds of these findings, most frequent first. look: the latest look at an image in the list.
    counts: from count_list(). Two queries.
    """
    numbers = counts.by_kind
    references = articles.order_by().filter(references__kind=Reference.Kind.PICTURE)
    found = (kind for kind in IMAGE_KINDS if kind in numbers)
    kinds = sorted(found, key=lambda kind: (-numbers[kind], kind))
    listed = Exists(articles.filter(pk=OuterRef("article")))
    looks = MarkResolution.objects.filter(listed, kind=ClaimKind.PICTURE).order_by("-pk")
    newest = looks.only("by_name", "at", "outcome").first()
    look = newest if newest and newest.outcome == LOOKED_AT else None
    number = references.aggregate(number=Count("references__target", distinct=True))["number"]
    return {"images": number, "articles": counts.number_with(kinds), "kinds": kinds, "look": look}


def images_of(article: Article) -> list[SheetImage]:
    return contact_sheet(Article.objects.filter(pk=article.pk)).images


def latest_look(images: list[SheetImage]):
    """Return the latest look, if an editor has looked at all of the images."""
    looks = [image.look for image in images]
    return max(looks, key=lambda look: look.at) if looks and all(looks) else None


def stored_images(images) -> dict[str, Image]:
    """Return {key of an image: its Image}. Only the first ROWS_AT_ONCE of the images are looked up."""
    heroes = Image.objects.in_bulk({image.hero for image in images[:ROWS_AT_ONCE] if image.hero})
    addresses = [image.address for image in images[:ROWS_AT_ONCE]]
    by_address = Image.objects.mirrored(addresses) | Image.objects.stored_at_each(addresses)
    found = {image.key: heroes.get(image.hero) or by_address.get(image.address) for image in images}
    return {key: image for key, image in found.items() if image}
