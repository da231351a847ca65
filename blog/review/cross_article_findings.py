"""Findings that depend on other articles.

These are repeated texts, one image with different alt texts, and links to pages that do not exist. Each
batch updates them with a bounded number of queries, whatever the number of duplicates. Findings are added to
a group that has become large enough, and removed from one that has become too small (sizes: GROUPS).

build_references() returns the images of an article, and its links to pages of this site, as rows.
"""

import itertools
from collections import defaultdict
from collections.abc import Collection, Iterator
from hashlib import blake2b
from typing import NamedTuple
from unicodedata import normalize

from django.db import transaction
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet

from blog.articles.changes import Change
from blog.articles.flags import SUGGESTION_FIELDS
from blog.articles.internal_links import link_targets
from blog.articles.linked_files import linked_urls
from blog.articles.models import Article, article_address
from blog.base.locking import lock_checks
from blog.base.queries import ROWS_AT_ONCE, insert_rows, listed
from blog.documents.claims.values import claim_key
from blog.documents.findings.kinds import KINDS, FindingKind
from blog.documents.references import parse_reference
from blog.documents.rendering.images import image_key
from blog.documents.text import same_text
from blog.review.counts import update_finding_flags, update_mark_counts
from blog.review.models import WORDS_LENGTH, ArticleCheck, Finding, Reference
from blog.sandbox.results import Examination
from blog.site.live_pages import existing_pages

# {field of ArticleCheck: (finding of articles with equal fingerprints, minimum number of such articles)}
GROUPS = {
    "title_print": (FindingKind.TITLE_SHARED, 2),
    "excerpt_print": (FindingKind.EXCERPT_TEMPLATE, 5),
    "description_print": (FindingKind.DESCRIPTION_TEMPLATE, 5),
    "opening_print": (FindingKind.OPENING_SHARED, 2),
    "body_print": (FindingKind.BODY_SHARED, 2),
}
PRINTS = tuple(GROUPS)
FLAGS = {
    "is_trending": FindingKind.FLAGGED_TRENDING,
    "is_featured": FindingKind.FLAGGED_FEATURED,
}
PICTURE, LINK = Reference.Kind.PICTURE, Reference.Kind.LINK

# Values that articles may share: ("title_print", a fingerprint), or ("picture", the target of a reference).
Traits = set[tuple[str, str]]


def traits_of(keys: Collection[int]) -> Traits:
    """Return the traits of the articles with these keys, which other articles may share."""
    keys = listed(keys)
    prints = ArticleCheck.objects.filter(pk__in=keys).values_list(*PRINTS)
    traits = {pair for row in prints for pair in zip(PRINTS, row, strict=True) if pair[1]}
    pictures = Reference.objects.filter(article__in=keys, kind=PICTURE).order_by()
    return traits | {(PICTURE, target) for target in pictures.values_list("target", flat=True)}


def refresh(keys: Collection[int], traits: Traits) -> None:
    """Update the findings of this module for the articles with these keys or traits.

    Mark counts are updated, too, except those of the articles in `keys`, which the caller updates.
    """
    alike = _refresh_alike(traits)
    targets = [link_target(name) for name in link_names_of(keys)]
    own = Q(article__in=listed(keys))
    changed = alike | _check_links(Reference.objects.filter(own | Q(target__in=targets), kind=LINK))
    _refresh_flags(keys)
    _mark_templates({*keys} | _unpublished(alike))
    _follow(changed - {*keys})


def refresh_duplicates(traits: Traits) -> None:
    """Update the findings of articles that share these traits."""
    alike = _refresh_alike(traits)
    _mark_templates(_unpublished(alike))
    _follow(alike)


def refresh_links_to(names: Collection[str]) -> None:
    """Update the findings on links to these paths and files, after their pages were added or removed."""
    changed = set()
    for batch in itertools.batched(map(link_target, names), ROWS_AT_ONCE):
        changed |= _check_links(Reference.objects.filter(kind=LINK, target__in=batch))
    _follow(changed)


def recheck_broken_links(articles: QuerySet[Article]) -> None:
    """Update the findings on broken links in these articles, after redirects were added."""
    broken = Finding.objects.filter(
        kind=FindingKind.LINK_BROKEN, article__in=articles.order_by().values("pk")
    )
    keys = broken.order_by().values_list("article", flat=True).distinct()
    for batch in itertools.batched(sorted(keys), ROWS_AT_ONCE):
        with transaction.atomic():
            lock_checks()
            _follow(_check_links(Reference.objects.filter(kind=LINK, article__in=batch)))


def refresh_changed_flags(change: Change) -> None:
    """Update the findings about suggested flags, which a file sets and no editor has confirmed."""
    if not change.flags:
        return
    with transaction.atomic():
        lock_checks()
        for batch in itertools.batched(sorted(change.flags), ROWS_AT_ONCE):
            _refresh_flags(batch)
            _follow(batch)


def link_names_of(keys: Collection[int]) -> list[str]:
    """Return the paths of these articles and the names of their files, as link_target() takes them."""
    rows = Article.objects.filter(pk__in=listed(keys)).order_by().values_list("slug", "source_file__stem")
    return [name for slug, stem in rows for name in (article_address(slug), stem) if name]


def _follow(keys):
    """Update finding flags and mark counts after findings were added or removed."""
    for batch in itertools.batched(sorted(keys), ROWS_AT_ONCE):
        update_finding_flags(batch)
        update_mark_counts(batch)


def _of(name, traits) -> Iterator[tuple[str, ...]]:
    """Yield the values of a trait, in batches that fit into a query."""
    values = sorted(value for trait, value in traits if trait == name)
    return itertools.batched(values, ROWS_AT_ONCE)


def _refresh_alike(traits) -> set[int]:
    changed = set()
    for batch in _of(PICTURE, traits):
        changed |= _refresh_pictures(batch)
    for name, (kind, least) in GROUPS.items():
        for batch in _of(name, traits):
            changed |= _refresh_group(name, kind, least, batch)
    return changed


def _refresh_group(name, kind, least, prints) -> set[int]:
    """Update the findings of a kind. Return the keys of the articles that gained or lost one."""
    counted = _having(name, prints).order_by().values(name)
    large = set(counted.annotate(number=Count("pk")).filter(number__gte=least).values_list(name, flat=True))
    missing = []
    if large:
        has_it = Finding.objects.filter(article=OuterRef("pk"), kind=kind)
        rows = _having(name, large).filter(~Exists(has_it)).values_list("pk", name)
        missing = [_new(key, kind, print_) for key, print_ in rows]
        insert_rows(Finding, missing)
    over = Finding.objects.filter(kind=kind, article__in=_having(name, set(prints) - large).values("pk"))
    return _keys(missing) | _delete(over)


def _having(name, prints):
    """Return the checks with these fingerprints. Excluding "" lets the query use the partial index."""
    return ArticleCheck.objects.filter(**{f"{name}__in": prints}).exclude(**{name: ""})


def _unpublished(keys) -> set[int]:
    """Return the keys of unpublished articles: an import must not change the public pages of others."""
    found = set()
    for batch in itertools.batched(sorted(keys), ROWS_AT_ONCE):
        rows = Article.objects.filter(pk__in=listed(batch), status=Article.Status.NEW).order_by()
        found |= set(rows.values_list("pk", flat=True))
    return found


def _mark_templates(keys) -> None:
    """Set excerpt_is_template, so that lists show the beginning of the text instead of such an excerpt."""
    templates = Finding.objects.filter(kind=FindingKind.EXCERPT_TEMPLATE).order_by()
    for batch in itertools.batched(sorted(keys), ROWS_AT_ONCE):
        having = set(templates.filter(article__in=listed(batch)).values_list("article", flat=True))
        Article.objects.set_excerpt_is_template(sorted(having), True)
        Article.objects.set_excerpt_is_template([key for key in batch if key not in having], False)


def _refresh_pictures(targets) -> set[int]:
    described = Reference.objects.filter(kind=PICTURE, target__in=targets).exclude(key="").order_by()
    several = described.values("target").annotate(
        number=Count("article", distinct=True), ways=Count("words", distinct=True)
    )
    different = set(several.filter(number__gt=1, ways__gt=1).values_list("target", flat=True))
    has_it = Finding.objects.filter(article=OuterRef("article"), key=OuterRef("key"))
    rows = Reference.objects.filter(~Exists(has_it), kind=PICTURE, target__in=different)
    missing = [_from_reference(row) for row in rows.exclude(key="")]
    insert_rows(Finding, missing)
    over = Finding.objects.filter(
        kind=FindingKind.PICTURE_DESCRIBED_DIFFERENTLY,
        article__references__target__in=set(targets) - different,
        article__references__key=F("key"),
    )
    return _keys(missing) | _delete(over)


def _check_links(references) -> set[int]:
    """Add findings for broken links and remove them for working ones. Return the keys of changed articles."""
    links = {(row.article_id, row.key): row for row in references}
    if not links:
        return set()
    existing = existing_pages({row.words for row in links.values() if row.words.startswith("/")})
    others = {place: row for place, row in links.items() if row.words not in existing}
    files = _known_files(others.values())
    rows = Finding.objects.filter(kind=FindingKind.LINK_BROKEN, article__in={key for key, _ in links})
    known = {(row.article_id, row.key): row.pk for row in rows}
    broken = {place for place, row in others.items() if (row.article_id, row.words) not in files}
    missing = [_from_reference(links[place]) for place in sorted(broken - known.keys())]
    insert_rows(Finding, missing)
    repaired = [pk for place, pk in known.items() if place in links and place not in broken]
    return _keys(missing) | _delete(Finding.objects.filter(pk__in=repaired))


def _known_files(references) -> dict:
    """Return {(article, link): target or URL} of the links to files that were imported."""
    links = defaultdict(list)
    for row in references:
        links[row.article_id].append(row.words)
    return link_targets(links) | linked_urls(links)


def _refresh_flags(keys):
    keys = listed(keys)
    Finding.objects.filter(article__in=keys, kind__in=FLAGS.values()).delete()
    names = [*FLAGS, *(SUGGESTION_FIELDS[name] for name in FLAGS)]
    rows = Article.objects.filter(pk__in=keys).order_by("pk").values("pk", *names)
    found = (
        _new(row["pk"], kind)
        for name, kind in FLAGS.items()
        for row in rows
        if row[name] and row[SUGGESTION_FIELDS[name]]
    )
    insert_rows(Finding, found)


def _new(article, kind, fingerprint="", **place):
    return Finding(
        article_id=article,
        kind=kind,
        key=claim_key(kind, fingerprint),
        is_serious=KINDS[kind].is_serious,
        **place,
    )


def _from_reference(row):
    kind = FINDING_OF[row.kind]
    return Finding(
        article_id=row.article_id,
        kind=kind,
        start=row.start,
        end=row.end,
        words=row.words,
        key=row.key,
        is_serious=KINDS[kind].is_serious,
    )


def _keys(findings):
    return {finding.article_id for finding in findings}


def _delete(findings):
    """Delete findings, and return the keys of their articles."""
    pairs = list(findings.order_by().values_list("pk", "article"))
    for batch in itertools.batched({pk for pk, _ in pairs}, ROWS_AT_ONCE):
        Finding.objects.filter(pk__in=batch).delete()
    return {article for _, article in pairs}


MOST = 200  # per article, for images and links each; nobody writes more

FINDING_OF = {
    Reference.Kind.PICTURE: FindingKind.PICTURE_DESCRIBED_DIFFERENTLY,
    Reference.Kind.LINK: FindingKind.LINK_BROKEN,
}


class ReferenceValues(NamedTuple):
    """The values of a row of Reference: a check inserts many."""

    article: int
    kind: str
    target: str
    words: str
    key: str
    start: int | None
    end: int | None


def build_references(article: Article, found: Examination) -> list[ReferenceValues]:
    """Return the values of a row for each image, and for each different link to a page of this site."""
    links = {}
    for link in found.links[:MOST]:
        reference = parse_reference(link.path)
        is_file = reference and (reference.is_markdown or not reference.path.startswith("/"))
        row = _row(article, LINK, link_target(reference.stem if is_file else link.path), link.path, link)
        links.setdefault(row.key, row)
    return [*itertools.islice(_pictures(article, found), MOST), *links.values()]


def link_target(path: str) -> str:
    """Return the digest that references store for a link. path: of a page, or the name of a file.

    A trailing slash does not change the digest.
    """
    return _target(Reference.Kind.LINK, normalize("NFC", path).rstrip("/"))


def _pictures(article, found) -> Iterator[Reference]:
    """Yield the images. A row has no key if its alt text is empty, repeats the title, or was listed before.

    Other findings cover an empty alt text and one that repeats the title.
    """
    kind, keys = Reference.Kind.PICTURE, set()
    for picture in found.images:
        row = _row(article, kind, _target(kind, picture.address), picture.alt, picture)
        if not picture.alt.strip() or same_text(picture.alt, article.title) or row.key in keys:
            row = row._replace(key="")
        keys.add(row.key)
        yield row


def _row(article, kind, target, words, place):
    words = " ".join(words.split())[:WORDS_LENGTH]
    return ReferenceValues(
        article=article.pk,
        kind=kind,
        target=target,
        words=words,
        key=claim_key(FINDING_OF[kind], f"{target} {words}"),
        start=place.start,
        end=place.end,
    )


def image_target(address: str) -> str:
    """Return the digest that references store for an image, equal for all its sizes."""
    return _target(Reference.Kind.PICTURE, image_key(address))


def _target(kind, text):
    return blake2b(f"{kind} {text}".encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()
