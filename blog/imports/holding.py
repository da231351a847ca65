"""Held updates: storing, replacing, deciding on them, and comparing them with their article.

To apply a decision to the article, call decide_update() and write_contents() in one transaction.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from blog.articles.authors import Author
from blog.articles.categories import Category
from blog.articles.models import Article
from blog.articles.names import folded
from blog.articles.provenance import Provenance
from blog.articles.series import Series
from blog.articles.versions.contents import FLAGS, TEXTS, date_text, hero_entry, in_order
from blog.documents.fields.values import ArticleFields
from blog.documents.image_words import ImageWords, words_of_use
from blog.images.models import Image
from blog.imports.held_images import keep_held_image
from blog.imports.held_update import HeldUpdate
from blog.imports.models import ImportBatch

UNDONE_WITHIN = timedelta(days=1)  # images of decided updates are stored that long, for undo


def hold_update(
    article: Article,
    *,
    data: bytes,
    digest: str,
    source_name: str,
    root: str,
    path: str,
    images: Mapping[str, bytes] | None = None,
    batch: ImportBatch | None = None,
    written_by: str = Provenance.FILE,
) -> HeldUpdate:
    """Store a file as the article's waiting update; it replaces an older one that still waits.

    images: the bytes of the images that come with the file, by their address in the text. written_by: who
    wrote it, as its import says.
    """
    digests = {address: keep_held_image(content) for address, content in (images or {}).items()}
    with transaction.atomic():
        Article.objects.select_for_update().only("pk").get(pk=article.pk)
        held = article.held_updates.waiting().first() or HeldUpdate(article=article)
        replaced = set(held.images.values()) - set(digests.values())
        held.source_name, held.root, held.path = source_name, root, path
        held.data, held.digest, held.images = data, digest, digests
        held.batch, held.held_at, held.written_by = batch, timezone.now(), written_by
        held.save()
        _forget_images(timezone.now() - UNDONE_WITHIN)
        HeldUpdate.objects.drop_images_on_commit(replaced)
    return held


def withdraw_updates(article: Article) -> None:
    """Let nothing wait for an article any more: a newer file is in, by way of an import."""
    digests = article.held_updates.waiting().image_digests()
    article.held_updates.waiting().delete()
    HeldUpdate.objects.drop_images_on_commit(digests)


def decide_update(held: HeldUpdate, state: HeldUpdate.State, *, by) -> bool:
    """Store the decision on a waiting update; return False if somebody else has decided before."""
    with transaction.atomic():
        stored = (
            HeldUpdate.objects.select_for_update().waiting().filter(pk=held.pk, digest=held.digest).first()
        )
        if stored:
            stored.decide(state, by=by)
            held.refresh_from_db()
    return stored is not None


def reopen_update(held: HeldUpdate) -> bool:
    """Let a decided update wait again; return False if a newer one waits by now."""
    with transaction.atomic():
        Article.objects.select_for_update().only("pk").get(pk=held.article_id)
        if HeldUpdate.objects.waiting().filter(article=held.article_id).exists():
            return False
        held.reopen()
    return True


def contents_of_fields(fields: ArticleFields, current: dict) -> dict:
    """Return the contents (contents.py) that an article would have with the values of a file.

    current: the article's present contents, which supply what a file cannot contain. Names without a row have
    no key. A number that Galley appended to a slug because it was taken is kept.
    """
    found = current | {name: getattr(fields, name) for name in {*TEXTS, *FLAGS, "body"} - {"status", "slug"}}
    numbered = current["slug"].removeprefix(fields.slug)
    is_ours = current["slug"] == fields.slug + numbered and numbered[:1] == "-" and numbered[1:].isdecimal()
    found["slug"] = current["slug"] if is_ours else fields.slug
    found["dated_at"] = date_text(fields.dated_at)
    found["keywords"] = list(fields.keywords)
    primary, *categories = _named(
        Category, [fields.primary_category, *(one.name for one in fields.categories)]
    )
    levels = (one.level for one in fields.categories)
    found["primary_category"] = primary
    found["categories"] = [
        entry | {"level": level} for entry, level in zip(categories, levels, strict=True) if entry
    ]
    found["authors"] = [entry for entry in _named(Author, fields.authors) if entry]
    found["series"] = _named(Series, [fields.series])[0]
    found["series_part"] = fields.series_part
    found["hero_image"] = _hero(fields, current["hero_image"])
    return in_order(found)


def _named(model, names):
    """Return an entry for each name, with the key of its row, which may be found by an alias."""
    rows = model.objects.by_folded_name({folded(name) for name in names if name})
    return [_entry(rows.get(folded(name)), name) for name in names]


def _entry(row, name):
    if not name:
        return None
    return {"id": row.pk, "name": row.name} if row else {"id": None, "name": name}


def _hero(fields, current):
    """Return the hero image that a file names; what the file does not say of it, the image itself says."""
    if not fields.image:
        return None
    own = ImageWords(fields.image_alt, fields.image_credit)
    if not current or current["address"] != fields.image:
        return hero_entry(None, "", fields.image, own)
    image = Image.objects.filter(pk=current["id"]).first()
    is_decorative = current.get("decorative", False) and not own.alt
    words = words_of_use(replace(own, is_decorative=is_decorative), image.words if image else ImageWords())
    return hero_entry(current["id"], current["file"], fields.image, words)


def _forget_images(before):
    """Delete the images of updates that were decided before a datetime."""
    decided = HeldUpdate.objects.filter(decided_at__lt=before).exclude(images={}).defer("data")
    digests = set()
    for held in decided:
        digests.update(held.images.values())
        held.images = {}
        held.save(update_fields=["images"])
    HeldUpdate.objects.drop_images_on_commit(digests)
