"""Undoing an import: what nobody touched since is as before; what was touched stays, and is listed."""

import itertools
import random

import pytest
from django.core.files.storage import default_storage
from django.db.models import Sum
from django.utils import timezone

from blog import search
from blog.exporting import export_articles
from blog.importing import StatusRule
from blog.importing.undoing import plan_undo, undo_import
from blog.models import (
    Article,
    ArticleAuthor,
    ArticleCategory,
    Author,
    BodyImage,
    Category,
    CategoryCount,
    HeldUpdate,
    Image,
    ImportBatch,
    ImportEntry,
    Redirect,
    SourceFile,
)
from blog.versioning import versions_kept
from tests.support.factories import create_category
from tests.support.images import image_bytes
from tests.support.import_files import outcomes, run, write

pytestmark = pytest.mark.django_db
Undo, Kept = ImportEntry.Undo, ImportEntry.Kept
WORDS = ("estuary", "sediment", "plankton", "tides", "unchanged")
_exports = itertools.count()


def newest_batch():
    return ImportBatch.objects.first()


def undo(batch=None):
    return undo_import(batch or newest_batch())


def verdicts(batch=None):
    entries = (batch or newest_batch()).entries
    return dict(entries.exclude(undo="").values_list("file", "kept_because"))


def exported(tmp_path):
    folder = tmp_path / f"export-{next(_exports)}"
    export_articles(folder)
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def edit(slug, **values):
    article = Article.objects.get(slug=slug)
    with versions_kept([article]):
        for name, value in values.items():
            setattr(article, name, value)
        article.save()


def lists_and_counts(touched=()):
    """Return what lists, counts and searches are read from, but for these articles (slugs)."""
    articles = Article.objects.exclude(slug__in=touched)
    links = {"article__in": articles}
    counts = CategoryCount.objects.order_by().values_list("category__name")
    return {
        "articles": set(articles.values_list("pk", "slug", "title", "status", "published_at", "plain_text")),
        "categories": set(
            ArticleCategory.objects.filter(**links).values_list(
                "article__slug", "category__name", "level", "position", "listed_at"
            )
        ),
        "authors": set(
            ArticleAuthor.objects.filter(**links).values_list("article__slug", "author__name", "listed_at")
        ),
        "images": set(BodyImage.objects.filter(**links).values_list("article__slug", "source", "image")),
        "redirects": set(Redirect.objects.values_list("path", "article")),
        "names": {model: set(model.objects.values_list("name", flat=True)) for model in (Category, Author)},
        "pictures": set(Image.objects.values_list("source", "file")),
        "media": {name for name in media_files()},
        "counts": {row for row in counts.annotate(n=Sum("articles"), g=Sum("general")) if any(row[1:])},
        "searches": {
            word: set(articles.published().filter(pk__in=found(word)).values_list("slug", flat=True))
            for word in WORDS
        },
    }


def found(word):
    return search.find(search.parse(word), Article.objects.published())


def media_files(folder="images"):
    if not default_storage.exists(folder):
        return
    folders, files = default_storage.listdir(folder)
    yield from (f"{folder}/{name}" for name in files)
    for name in folders:
        yield from media_files(f"{folder}/{name}")


def a_file(folder, number, word, **keys):
    """Write a file with everything that an import may bring."""
    picture = folder / f"{word}-{number % 5}.png"
    if not picture.exists():
        picture.write_bytes(image_bytes(colour=(number % 5, len(word) * 9, 7)))
    keys = {
        "title": f"{word.title()} {number}",
        "slug": f"article-{number}",
        "category": f"{word} of {number % 7}",
        "categories": [{"type": "general", "name": "Water"}, {"type": "niche", "name": f"{word} {number}"}],
        "author": f"{word} author {number % 3}",
        "image": f"https://pictures.example/{word}-{number}.jpg",
        "keywords": [word],
        "custom": word,
    } | keys
    body = f"The {word} of number {number}.\n\n![]({picture.name})\n"
    return write(folder, f"{number:03}.md", body, **keys)


class TestThreeHundred:
    """100 new, 100 updated and 100 unchanged files, of which 10 were touched since."""

    @pytest.fixture
    def before(self, folder, tmp_path):
        for number in range(200):
            a_file(folder, number, "estuary")
        run(folder, status=StatusRule.AS_FILE)
        before = exported(tmp_path), lists_and_counts()
        for number in range(100, 200):
            a_file(folder, number, "sediment", date=f"2026-04-01T10:00:{number % 60:02}Z")
        for number in range(200, 300):
            a_file(folder, number, "plankton")
        run(folder, status=StatusRule.AS_FILE)
        return before

    def touch(self):
        for number in (*range(100, 105), *range(200, 205)):
            edit(f"article-{number}", excerpt="An editor wrote this.")
        return {f"{number:03}.md" for number in (*range(100, 105), *range(200, 205))}

    def test_an_export_is_equal_byte_by_byte_but_for_what_was_touched(self, before, tmp_path):
        touched = self.touch()

        undo()

        files, _ = before
        now = exported(tmp_path)
        pictures = {f"sediment-{n}.png" for n in range(5)} | {f"plankton-{n}.png" for n in range(5)}
        assert {name for name in files.keys() | now.keys() if files.get(name) != now.get(name)} == (
            touched | pictures
        )
        assert verdicts() == {f"{n:03}.md": "" for n in range(100, 300)} | dict.fromkeys(touched, Kept.EDITED)

    def test_lists_counts_search_and_pictures_are_as_before_if_nothing_was_touched(
        self, before, tmp_path, django_capture_on_commit_callbacks
    ):
        assert undo() == {Undo.DELETED: 100, Undo.RESTORED: 100}

        assert lists_and_counts() == before[1]
        assert exported(tmp_path) == before[0]

    def test_lists_of_the_others_are_as_before_if_some_were_touched(self, before):
        touched = {f"article-{int(name[:3])}" for name in self.touch()}
        expected = before[1]["categories"]

        undo()

        now = lists_and_counts(touched)
        assert now["categories"] == {row for row in expected if row[0] not in touched}
        assert all(now["searches"][word] == set() for word in ("sediment", "plankton"))

    def test_the_plan_says_what_the_undo_then_does(self, before, django_assert_max_num_queries):
        self.touch()
        images, names = Image.objects.count(), Category.objects.count()

        with django_assert_max_num_queries(30):
            plan = plan_undo(newest_batch())
        done = undo()

        assert plan.numbers == done == {Undo.DELETED: 95, Undo.RESTORED: 95, Undo.KEPT: 10}
        assert len(plan.kept) == 10
        assert plan.brought[Image] == images - Image.objects.count() > 0
        assert plan.brought[Category] == names - Category.objects.count() > 0

    def test_importing_again_creates_and_updates_as_the_first_time(self, before, folder, tmp_path):
        first = exported(tmp_path)
        undo()

        again = outcomes(run(folder, status=StatusRule.AS_FILE))

        assert (again.count("created"), again.count("updated")) == (100, 100)
        assert exported(tmp_path) == first
