"""Files that wait for a decision: held, replaced by newer ones, decided on, and compared with their article.

What a decision does to the article is the caller's: decide_update() and write_contents() in one transaction.
"""

from collections.abc import Mapping
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from blog.documents import ArticleFields
from blog.media.held_images import drop_held_image, keep_held_image
from blog.models import Article, Author, Category, HeldUpdate, ImportBatch
from blog.models.names import folded
from blog.versioning.contents import FLAGS, TEXTS, date_text, in_order

UNDONE_WITHIN = timedelta(days=1)  # what was decided is kept with its images, should somebody undo that


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
) -> HeldUpdate:
    """Let a file wait for its article, in the place of an older one that waits still.

    images: the bytes of the images that the file brings, by their address in the text.
    """
    digests = {address: keep_held_image(content) for address, content in (images or {}).items()}
    with transaction.atomic():
        Article.objects.select_for_update().only("pk").get(pk=article.pk)
        held = article.held_updates.waiting().first() or HeldUpdate(article=article)
        replaced = set(held.images.values()) - set(digests.values())
        held.source_name, held.root, held.path = source_name, root, path
        held.data, held.digest, held.images = data, digest, digests
        held.batch, held.held_at = batch, timezone.now()
        held.save()
        _forget_images(timezone.now() - UNDONE_WITHIN)
        _drop_on_commit(replaced)
    return held


def withdraw_updates(article: Article) -> None:
    """Let nothing wait for an article any more: a newer file is in, by way of an import."""
    digests = {digest for held in article.held_updates.waiting() for digest in held.images.values()}
    article.held_updates.waiting().delete()
    _drop_on_commit(digests)


def decide_update(held: HeldUpdate, state: HeldUpdate.State, *, by) -> bool:
    """Say what became of a waiting update; return whether it waited still, as nobody else had decided."""
    with transaction.atomic():
        stored = (
            HeldUpdate.objects.select_for_update().waiting().filter(pk=held.pk, digest=held.digest).first()
        )
        if stored:
            stored.decide(state, by=by)
            held.refresh_from_db()
    return stored is not None


def reopen_update(held: HeldUpdate) -> bool:
    """Let an update wait again after all; return whether it does, as no newer one has come meanwhile."""
    with transaction.atomic():
        Article.objects.select_for_update().only("pk").get(pk=held.article_id)
        if HeldUpdate.objects.waiting().filter(article=held.article_id).exists():
            return False
        held.reopen()
    return True


def contents_of_fields(fields: ArticleFields, current: dict) -> dict:
    """Return the contents that an article has if it says what a file says (contents.py).

    current: its contents now, of which all stays that is not a file's to say. Names that are no rows yet have
    no key. The number behind a slug that two articles wanted is Galley's.
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
    found["hero_image"] = _hero(fields, current["hero_image"])
    return in_order(found)


def _named(model, names):
    """Return an entry for each name: the row's, also where that has another name by now."""
    rows = model.objects.by_folded_name({folded(name) for name in names if name})
    return [_entry(rows.get(folded(name)), name) for name in names]


def _entry(row, name):
    if not name:
        return None
    return {"id": row.pk, "name": row.name} if row else {"id": None, "name": name}


def _hero(fields, current):
    if not fields.image:
        return None
    credit = fields.image_credit
    known = current if current and current["address"] == fields.image else {"id": None, "file": ""}
    return known | {
        "address": fields.image,
        "alt": fields.image_alt,
        "credit": [credit.creator, credit.url, credit.source],
    }


def _forget_images(before):
    """Drop the images of updates that were decided before a moment."""
    decided = HeldUpdate.objects.filter(decided_at__lt=before).exclude(images={}).defer("data")
    digests = set()
    for held in decided:
        digests.update(held.images.values())
        held.images = {}
        held.save(update_fields=["images"])
    _drop_on_commit(digests)


def _drop_on_commit(digests):
    """Drop those of the images that no other update brings, once it is certain that these do not."""
    if digests:
        still = {digest for images in _images_of_updates() for digest in images.values()}
        transaction.on_commit(lambda: [drop_held_image(digest) for digest in digests - still])


def _images_of_updates():
    return HeldUpdate.objects.exclude(images={}).values_list("images", flat=True)
