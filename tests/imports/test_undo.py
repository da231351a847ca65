"""Undo an import: unchanged articles are restored, changed ones are kept and listed."""

import itertools

import pytest
from django.contrib.admin.models import CHANGE, LogEntry
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.db.models import Sum

from blog import search
from blog.articles.actions import undo as undoing
from blog.articles.actions.rewrite import edit_articles
from blog.articles.changes import changing
from blog.articles.versions.retention import prune_versions
from blog.exports.articles import export_articles
from blog.imports.held import decline
from blog.imports.report import StatusRule
from blog.imports.undo import plan_undo, undo_import
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
    ImportEntry,
    ImportRun,
    Redirect,
    SourceFile,
    Submission,
    UndoableAction,
    Version,
)
from tests.support.changes import publish, set_flag, trash
from tests.support.factories import create_article, create_author, create_category
from tests.support.images import image_bytes
from tests.support.import_files import outcomes, run, write

pytestmark = pytest.mark.django_db
Undo, Kept = ImportEntry.Undo, ImportEntry.Kept
WORDS = ("estuary", "sediment", "plankton", "tides", "unchanged")
_exports = itertools.count()


def newest_batch():
    return ImportRun.objects.first()


def undo(batch=None):
    return undo_import(batch or newest_batch())


def verdicts(batch=None):
    entries = (batch or newest_batch()).entries
    return dict(entries.exclude(undo="").values_list("file", "kept_reason"))


def exported(tmp_path):
    folder = tmp_path / f"export-{next(_exports)}"
    export_articles(folder)
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def edit(slug, **values):
    article = Article.objects.get(slug=slug)
    with changing([article]):
        for name, value in values.items():
            setattr(article, name, value)
        article.save()


def lists_and_counts(touched=()):
    """Return what lists, counts and searches read, except for these articles (slugs)."""
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
        "media": set(media_files()),
        "counts": {row for row in counts.annotate(n=Sum("articles"), g=Sum("general")) if any(row[1:])},
        "searches": {
            word: set(articles.published().filter(pk__in=found(word)).values_list("slug", flat=True))
            for word in WORDS
        },
    }


def found(word):
    return search.find(search.parse(word), Article.objects.published())


def with_redirects_of_the_time_between(lists):
    """Return the lists with redirects from the addresses that restored articles had: readers know them."""
    moved = {(f"/articles/moved-{n}/", Article.objects.get(slug=f"article-{n}").pk) for n in (2, 3)}
    return lists | {"redirects": lists["redirects"] | moved}


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


class TestMany:
    """4 new, 4 updated and 2 unchanged files, of which 2 were touched since."""

    def test_everything_unchanged_is_restored(
        self, folder, tmp_path, monkeypatch, django_assert_max_num_queries
    ):
        monkeypatch.setattr("blog.imports.undo.ENTRIES_AT_ONCE", 3)
        for number in range(6):
            a_file(folder, number, "estuary")
        run(folder, status=StatusRule.AS_FILE)
        files, lists = exported(tmp_path), lists_and_counts()
        for number in range(2, 6):
            a_file(folder, number, "sediment", date=f"2026-04-01T10:00:{number:02}Z")
        for number in range(6, 10):
            a_file(folder, number, "plankton")
        run(folder, status=StatusRule.AS_FILE)
        touched = [3, 7]
        for number in touched:
            edit(f"article-{number}", excerpt="An editor wrote this.")
        images, names = Image.objects.count(), Category.objects.count()

        with django_assert_max_num_queries(30):
            plan = plan_undo(newest_batch())
        done = undo()

        assert plan.numbers == done == {Undo.DELETED: 3, Undo.RESTORED: 3, Undo.KEPT: 2}
        paths = {f"{number:03}.md" for number in touched}
        assert {entry.file for entry in plan.kept} == paths
        assert {file for file, reason in verdicts().items() if reason == Kept.EDITED} == paths
        now = exported(tmp_path)
        different = {name for name in files.keys() | now.keys() if files.get(name) != now.get(name)}
        assert {name for name in different if name.endswith(".md")} == paths
        slugs = [f"article-{number}" for number in touched]
        there = lists_and_counts(slugs)
        for name in ("articles", "categories", "authors", "images"):
            assert there[name] == {row for row in lists[name] if not {*slugs} & {*row}}
        assert there["searches"]["sediment"] == there["searches"]["plankton"] == set()
        assert len(there["searches"]["estuary"]) == 5
        assert plan.created_rows[Image] == images - Image.objects.count() > 0
        assert plan.created_rows[Category] == names - Category.objects.count() > 0


@pytest.fixture
def before(folder, tmp_path):
    """An import of six files, four of which a second one imports again or changes; the state before that."""
    for number in range(4):
        a_file(folder, number, "estuary", aliases=[f"/before/{number}/"])
    run(folder, status=StatusRule.AS_FILE)
    before = exported(tmp_path), lists_and_counts()
    for number in range(2, 4):
        a_file(
            folder, number, "sediment", date="2026-04-01T10:00:00Z", slug=f"moved-{number}", aliases=["/x/"]
        )
    for number in range(4, 6):
        a_file(folder, number, "plankton", aliases=[f"/later/{number}/"])
    run(folder, status=StatusRule.AS_FILE)
    return before


class TestUntouched:
    @pytest.mark.both_databases
    def test_everything_is_restored_and_importing_again_gives_the_same(self, before, folder, tmp_path):
        first = exported(tmp_path)
        assert lists_and_counts() != before[1]

        assert undo() == {Undo.DELETED: 2, Undo.RESTORED: 2}

        assert lists_and_counts() == with_redirects_of_the_time_between(before[1])
        assert exported(tmp_path) == before[0]

        again = outcomes(run(folder, status=StatusRule.AS_FILE))

        assert again == ["unchanged", "unchanged", "updated", "updated", "created", "created"]
        assert exported(tmp_path) == first

    def test_undo_is_recorded_and_the_previous_import_can_be_undone(self, before, admin_user):
        undo_import(newest_batch(), by=admin_user)
        versions = Article.objects.get(slug="article-2").versions

        assert undo() == {}

        batch = newest_batch()
        assert (batch.undone_by, batch.undone_by_name) == (admin_user, admin_user.username)
        assert (batch.created, batch.updated, batch.unchanged, batch.entries.count()) == (2, 2, 2, 6)
        assert [version.action for version in versions.newest_first()].count("undone") == 1
        version = versions.newest_first().first()
        assert (version.action, version.by) == ("undone", admin_user)
        assert "posts" in version.note

        assert undo(ImportRun.objects.last()) == {Undo.DELETED: 4}

        assert not any(model.objects.exists() for model in (Article, Category, Author, Image, SourceFile))
        assert list(media_files()) == []

    def test_interrupted_undo_continues(self, before, tmp_path, monkeypatch):
        monkeypatch.setattr("blog.imports.undo.ENTRIES_AT_ONCE", 1)
        told = []

        def stop(done, total):
            told.append((done, total))
            raise KeyboardInterrupt

        for _ in range(3):
            with pytest.raises(KeyboardInterrupt):
                undo_import(newest_batch(), on_progress=stop)
            assert newest_batch().undone_at is None
        undo()

        assert told == [(1, 4), (1, 3), (1, 2)]
        assert lists_and_counts() == with_redirects_of_the_time_between(before[1])
        assert exported(tmp_path) == before[0]

    def test_file_of_a_deleted_row_is_deleted_by_the_next_attempt(self, before, monkeypatch):
        files = len([*media_files()])
        monkeypatch.setattr(default_storage, "delete", lambda name: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            undo()
        monkeypatch.undo()
        assert len([*media_files()]) == files

        undo()

        assert set(media_files()) == before[1]["media"]


class TestMovedFile:
    def test_it_gets_back_its_path(self, folder, tmp_path):
        write(folder, "tides.md")
        run(folder)
        before = exported(tmp_path)
        (folder / "tides.md").rename(folder / "ebb.md")
        run(folder)

        assert undo() == {Undo.RESTORED: 1}

        assert exported(tmp_path) == before
        assert SourceFile.objects.get().path == "tides.md"


class TestUnchangedThatTookTheFile:
    """A file that says what a published article says already is taken without a decision."""

    def test_previous_bytes_are_restored(self, folder, tmp_path):
        write(folder)
        run(folder, status=StatusRule.AS_FILE)
        edit("tides", excerpt="Both say this.")
        before = exported(tmp_path)
        write(folder, excerpt="Both say this.")
        assert outcomes(run(folder)) == ["unchanged"]

        undo()

        assert exported(tmp_path) == before


class TestMerged:
    def test_rows_created_by_the_merge_are_deleted(self, folder, tmp_path):
        write(folder)
        run(folder)
        edit("tides", excerpt="An editor's.")
        before = exported(tmp_path), lists_and_counts()
        write(
            folder, author="Somebody new", category="Something new", image="https://pictures.example/new.jpg"
        )
        assert outcomes(run(folder, on_conflict="merge")) == ["updated"]
        assert Author.objects.exists()

        undo()

        assert (exported(tmp_path), lists_and_counts()) == before


class TestWaiting:
    @pytest.mark.both_databases
    def test_held_updates_and_conflicts_are_withdrawn(self, folder):
        for name in ("held", "edited"):
            write(folder, f"{name}.md", slug=name, title=name)
        run(folder)
        publish(Article.objects.filter(slug="held"))
        edit("edited", body="An editor's words.\n")
        for name in ("held", "edited"):
            write(folder, f"{name}.md", slug=name, title=f"{name} anew", body="Other words.\n")
        assert outcomes(run(folder)) == ["conflict", "held"]

        assert undo() == {Undo.WITHDRAWN: 2}

        assert not HeldUpdate.objects.exists()
        assert outcomes(run(folder)) == ["conflict", "held"]

    def test_decided_updates_are_kept(self, folder, admin_user):
        write(folder)
        run(folder)
        publish(Article.objects)
        write(folder, body="Other words.\n")
        run(folder)
        decline(HeldUpdate.objects.get(), by=admin_user)

        undo()

        assert verdicts() == {"tides.md": Kept.DECIDED}


def publish_all(folder, user):
    with changing([Article.objects.get()], action="published"):
        publish(Article.objects)


def import_other_words(folder, user):
    write(folder, body="Other words.\n")
    run(folder)


def import_moved(folder, user):
    (folder / "tides.md").rename(folder / "ebb.md")
    run(folder)


class TestTouched:
    """An article that was changed in any way since the import is skipped."""

    CHANGES = {
        "edited": (lambda folder, user: edit("tides", title="Other words"), Kept.EDITED),
        "flagged": (lambda folder, user: set_flag(Article.objects, "is_featured"), Kept.EDITED),
        "published": (publish_all, Kept.PUBLISHED),
        "submitted": (
            lambda folder, user: Submission.objects.submit(Article.objects.get(), user),
            Kept.SUBMITTED,
        ),
        "in the trash": (lambda folder, user: trash(Article.objects.get()), Kept.TRASHED),
        "imported again": (import_other_words, Kept.IMPORTED),
        "moved by a later import": (import_moved, Kept.IMPORTED),
        "unchanged in a later import": (lambda folder, user: run(folder), None),
    }

    @pytest.mark.parametrize(("change", "reason"), CHANGES.values(), ids=CHANGES)
    def test_is_kept_for_a_reason(self, folder, admin_user, change, reason):
        write(folder)
        run(folder)
        change(folder, admin_user)
        batch = ImportRun.objects.last()

        planned = [entry.kept_reason for entry in plan_undo(batch).kept]

        assert planned == ([reason] if reason else [])
        assert undo(batch) == ({Undo.KEPT: 1} if reason else {Undo.DELETED: 1})
        assert verdicts(batch) == {"tides.md": reason or ""}
        assert Article.objects.exists() == bool(reason)


class TestBulkFixes:
    """What only bulk fixes changed counts as untouched."""

    @pytest.fixture
    def fix(self, folder, admin_user):
        def apply(**values):
            article = Article.objects.get()
            action = UndoableAction(user=admin_user, scope="batch:1", finding="finding", fix="fix")
            seen = {article.pk: article.lock_version}
            edit_articles(admin_user, seen, {article.pk: values}, str, action=action)
            return action

        write(folder)
        run(folder)
        return apply

    def test_a_fixed_article_is_deleted(self, fix):
        fix(excerpt="A whole sentence.")
        fix(meta_description="Another one.")

        assert plan_undo(newest_batch()).numbers == {Undo.DELETED: 1}
        assert undo() == {Undo.DELETED: 1}

    def test_an_undone_fix_is_no_change(self, fix, admin_user):
        undoing.undo(admin_user, fix(excerpt="A whole sentence.").pk)

        assert undo() == {Undo.DELETED: 1}

    @pytest.mark.parametrize("edited_first", [True, False])
    def test_an_edited_article_is_kept(self, fix, edited_first):
        if edited_first:
            edit("tides", title="Other words")
        fix(excerpt="A whole sentence.")
        if not edited_first:
            edit("tides", title="Other words")

        assert undo() == {Undo.KEPT: 1}
        assert verdicts() == {"tides.md": Kept.EDITED}

    def test_an_edit_counts_after_its_version_was_pruned(self, fix):
        edit("tides", title="Other words")
        fix(excerpt="A whole sentence.")
        list(prune_versions(keep_last=1))
        assert Version.objects.count() == 2

        assert undo() == {Undo.KEPT: 1}

    def test_fixes_between_two_imports_hinder_the_undo_of_neither(self, fix, folder):
        fix(excerpt="A whole sentence.")
        write(folder, body="Other words.\n")
        run(folder)

        assert undo(ImportRun.objects.first()) == {Undo.RESTORED: 1}
        assert Article.objects.get().excerpt == "A whole sentence."
        assert undo(ImportRun.objects.last()) == {Undo.DELETED: 1}

    def test_an_edit_between_two_imports_keeps_the_article(self, fix, folder):
        edit("tides", excerpt="An editor's.")
        fix(meta_description="A whole sentence.")
        write(folder, body="Other words.\n")
        run(folder)
        undo(ImportRun.objects.first())

        assert undo(ImportRun.objects.last()) == {Undo.KEPT: 1}


class TestNotPossible:
    def test_updates_of_earlier_releases_are_kept_and_listed(self, folder):
        write(folder)
        run(folder)
        write(folder, body="Other words.\n")
        run(folder)
        newest_batch().entries.get().replaced.delete()

        undo()

        assert verdicts() == {"tides.md": Kept.NOT_KNOWN}

    @pytest.mark.both_databases
    def test_article_whose_path_is_taken_is_kept_and_listed(self, folder):
        write(folder, "tides.md")
        run(folder)
        (folder / "tides.md").rename(folder / "ebb.md")
        run(folder)
        moving = newest_batch()
        write(folder, "tides.md", slug="new", title="New here")
        run(folder)

        undo(moving)

        assert verdicts(moving) == {"ebb.md": Kept.NOT_POSSIBLE}


class TestBrought:
    @pytest.mark.both_databases
    def test_rows_used_elsewhere_are_kept(self, folder):
        write(folder, category="Shared", author="Shared")
        run(folder)
        other = create_article()
        ArticleCategory.objects.create(article=other, category=Category.objects.get())
        ArticleAuthor.objects.create(article=other, author=Author.objects.get())

        undo()

        assert (Category.objects.count(), Author.objects.count()) == (1, 1)

    def test_image_used_by_an_author_is_kept(self, folder):
        a_file(folder, 1, "estuary")
        run(folder)
        create_author(picture=Image.objects.exclude(file="").get())

        undo()

        assert Image.objects.exclude(file="").count() == 1

    def test_rows_created_or_changed_by_editors_are_kept(self, folder, admin_user):
        create_category("Theirs")
        write(folder, category="Theirs", author="Changed")
        run(folder)
        LogEntry.objects.log_actions(admin_user.pk, [Author.objects.get()], CHANGE, "")

        undo()

        assert (Category.objects.count(), Author.objects.count()) == (1, 1)

    def test_file_shared_with_another_image_is_kept(self, folder):
        a_file(folder, 1, "estuary")
        run(folder)
        stored = Image.objects.exclude(file="").get()
        Image.objects.create(file=stored.file.name, source="elsewhere.png")

        undo()

        assert list(media_files()) == [stored.file.name]


@pytest.mark.both_databases
class TestRedirects:
    def test_redirect_replaced_by_a_new_article_is_restored(self, folder):
        other = create_article()
        Redirect.objects.create(path="/articles/tides/", article=other)
        write(folder)
        run(folder, status=StatusRule.AS_FILE)
        assert not Redirect.objects.exists()

        undo()

        assert Redirect.objects.get().article == other


class TestCommand:
    def test_prints_the_plan_and_undoes_the_import(self, folder, capsys):
        write(folder, title="\x1b[2JTides", category="Water")
        run(folder)

        call_command("undo_import", newest_batch().pk, yes=True)

        said = capsys.readouterr().out
        assert "1 permanently deleted" in said
        assert "1 categories" in said or "1 category" in said
        assert "\x1b" not in said
        assert not Article.objects.exists()

    def test_does_not_prompt_without_a_terminal_and_rejects_an_unknown_import(self, folder):
        write(folder)
        run(folder)

        with pytest.raises(CommandError, match="--yes"):
            call_command("undo_import", newest_batch().pk)
        with pytest.raises(CommandError, match="There is no import 7000"):
            call_command("undo_import", 7000, yes=True)

        assert Article.objects.exists()
