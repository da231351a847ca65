"""The Git repository of the export, with a real git: its files, its commits, and repairs."""

import os
import subprocess
import time
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from blog.articles.actions.category_merge import rename_category
from blog.articles.actions.publication import Verb, apply_verb
from blog.articles.actions.trash import trash
from blog.articles.changes import changing
from blog.exports.articles import export_articles
from blog.exports.folder import ExportFailedError
from blog.extensions.git_export import contents
from blog.extensions.git_export.export import compare, export_to_git
from blog.extensions.git_export.repository import ExportRepository, FastImport
from blog.imports.report import ImportOptions
from blog.imports.run import import_articles
from blog.models import Article
from tests.support.factories import FIRST_DAY, create_article, create_articles, create_category
from tests.support.images import image_bytes

pytestmark = pytest.mark.django_db


@pytest.fixture
def repository(tmp_path, settings):
    settings.EXPORT_DIR = tmp_path / "export"
    return settings.EXPORT_DIR


@pytest.fixture
def editor(django_user_model):
    return django_user_model.objects.create_user(
        "anna", first_name="Anna", last_name="<b>Kern\n", email="anna@home.example"
    )


def git(folder, *arguments):
    command = ["git", "-c", f"safe.directory={folder}", *arguments]
    environment = {**os.environ, "GIT_CONFIG_GLOBAL": os.devnull}
    done = subprocess.run(command, cwd=folder, capture_output=True, check=True, env=environment)  # noqa: S603 -- Git
    return done.stdout.decode(errors="surrogateescape")


def log(folder, form="%an: %B"):
    """Return the commits after the first one, oldest first."""
    entries = git(folder, "log", "--reverse", f"--format={form}%x00").split("\0")[1:-1]
    return [" ".join(entry.split()) for entry in entries]


def files_in(folder):
    files = (path for path in folder.rglob("*") if path.is_file())
    found = {str(path.relative_to(folder)): path.read_bytes() for path in files}
    return {path: data for path, data in found.items() if not path.startswith(".git/")}


def plain_export(folder):
    export_articles(folder, articles=Article.objects.published())
    return files_in(folder)


def import_published(folder):
    import_articles([folder], ImportOptions())
    Article.objects.update(status=Article.Status.PUBLISHED, published_at=FIRST_DAY)


def seen(*articles):
    keys = [article.pk for article in articles]
    return dict(Article.objects.filter(pk__in=keys).values_list("pk", "lock_version"))


def edit(article, user, note="", **values):
    article = Article.objects.get(pk=article.pk)
    with changing([article], by=user, note=note):
        for name, value in values.items():
            setattr(article, name, value)
        article.save()


class TestFiles:
    def test_folder_has_exactly_the_plain_export_of_published_articles(self, repository, folder, tmp_path):
        (folder / "img").mkdir()
        (folder / "img" / "a.png").write_bytes(image_bytes())
        (folder / "img" / "b.png").write_bytes(image_bytes(colour=(1, 2, 3)))
        names = ("a.md", 'b "quoted" \\ name.md', "c\nline.md", "d/git~1.md", "ü.md", "-f.md")
        for number, name in enumerate(names):
            path = folder / name
            path.parent.mkdir(exist_ok=True)
            picture = "/img/a.png" if number % 2 else "/img/b.png"
            path.write_text(f"---\ntitle: T{number}\n---\n\nText ![x]({picture}) [more](/img/c.pdf)\n")
        (folder / "img" / "c.pdf").write_bytes(b"%PDF-1.4\n%%EOF\n")
        import_published(folder)
        create_article(title="Without a file")
        create_article(title="Not public", status=Article.Status.NEW)
        create_article(title="Scheduled", published_at=timezone.now() + timedelta(days=1))

        export_to_git(repository)

        assert files_in(repository) == plain_export(tmp_path / "plain")
        assert (
            len(files_in(repository)) == len(names) + 4
        )  # two images, a linked file, and the article without a file
        assert compare(repository) == []
        assert git(repository, "status", "--porcelain") == ""

    def test_only_changed_articles_are_exported(self, repository, editor, monkeypatch):
        articles = create_articles(3)
        export_to_git(repository)
        exported = []
        real = contents.export_article
        monkeypatch.setattr(
            contents,
            "export_article",
            lambda article, **options: exported.append(article.pk) or real(article, **options),
        )
        edit(articles[1], editor, body="Other words.")

        export_to_git(repository)

        assert exported == [articles[1].pk]

    def test_path_that_becomes_a_folder_is_replaced(self, repository, folder):
        (folder / "a.md").write_text("---\ntitle: A\n---\nText\n")
        import_published(folder)
        export_to_git(repository)
        Article.objects.all().delete()
        (folder / "a.md").unlink()
        (folder / "a.md").mkdir()
        (folder / "a.md" / "b.md").write_text("---\ntitle: B\n---\nText\n")
        import_published(folder)

        export_to_git(repository)

        assert list(files_in(repository)) == ["a.md/b.md"]
        assert compare(repository) == []


class TestCommits:
    def test_first_run_makes_one_commit(self, repository):
        create_articles(3)

        report = export_to_git(repository)

        assert (report.commits, report.articles) == (1, 3)
        assert (
            git(repository, "log", "--format=%an <%ae> %s")
            == "Galley <noreply@blog.example> Exported: 3 articles\n"
        )

    def test_first_article_of_a_site_is_published_by_its_editor(self, repository, editor):
        new = create_article(title="New one", status=Article.Status.NEW)
        export_to_git(repository)
        apply_verb(Verb.PUBLISH, editor, seen(new))

        export_to_git(repository)

        assert git(repository, "log", "--format=%an: %s") == "Anna bKern: Published: New one\n"

    def test_each_act_is_a_commit_with_its_editor_and_note(self, repository, editor, admin_user):
        first, second, third = create_articles(3)
        new = create_article(title="New one", status=Article.Status.NEW)
        export_to_git(repository)

        edit(first, editor, note="Correct a name.", body="Other words.")
        export_to_git(repository)
        apply_verb(Verb.PUBLISH, admin_user, seen(new))
        export_to_git(repository)
        apply_verb(Verb.UNPUBLISH, editor, seen(second))
        export_to_git(repository)
        trash(editor, [third])
        export_to_git(repository)
        edit(first, editor, slug="another-place")
        export_to_git(repository)

        assert log(repository) == [
            f"Anna bKern: Saved: {first.title} Correct a name.",
            "admin: Published: New one",
            f"Anna bKern: Unpublished: {second.title}",
            f"Anna bKern: Unpublished: {third.title} Moved to the trash.",
            f"Anna bKern: Saved: {first.title}",
        ]
        assert sorted(files_in(repository)) == ["another-place.md", f"{new.slug}.md"]
        assert git(repository, "show", "--format=", "--name-status", "-M").startswith("R")

    def test_acts_between_two_runs_are_separate_commits(self, repository, editor, admin_user):
        first, second, *others = create_articles(5)
        export_to_git(repository)

        edit(first, editor, note="One.", body="Other words.")
        edit(second, admin_user, body="Other words.")
        edit(first, admin_user, note="Two.", body="Further words.")
        apply_verb(Verb.UNPUBLISH, editor, seen(*others))
        export_to_git(repository)

        titles = " ".join(f"- {article.title}" for article in others)
        assert log(repository) == [
            f"admin: Saved: {second.title}",
            f"admin: Saved: {first.title} - Saved: Anna <b>Kern: One. - Saved: admin: Two.",
            f"Anna bKern: Unpublished: 3 articles {titles}",
        ]

    def test_change_without_a_version_is_by_galley(self, repository):
        category = create_category("Water")
        article = create_article(primary_category=category, categories=[category])
        export_to_git(repository)
        category.name = "Seas"
        rename_category(category)

        export_to_git(repository)

        assert log(repository) == [f"Galley: Changed: {article.title}"]
        assert compare(repository) == []

    def test_mail_address_of_the_editor_only_by_a_setting(self, repository, editor, settings):
        article = create_article()
        export_to_git(repository)
        for words, settings.EXPORT_EMAILS in (("Other words.", False), ("New words.", True)):
            edit(article, editor, body=words)
            export_to_git(repository)

        assert log(repository, "%ae %ce") == [
            "noreply@blog.example noreply@blog.example",
            "anna@home.example noreply@blog.example",
        ]

    def test_scheduled_article_is_committed_once_it_appears(self, repository, editor):
        article = create_article(status=Article.Status.NEW)
        create_article()
        export_to_git(repository)
        apply_verb(
            Verb.SCHEDULE, editor, seen(article), moments={article.pk: timezone.now() + timedelta(hours=1)}
        )
        assert export_to_git(repository).commits == 0
        Article.objects.filter(pk=article.pk).update(published_at=timezone.now())

        export_to_git(repository)

        assert log(repository) == [f"Anna bKern: Published: {article.title}"]

    def test_hooks_and_the_configuration_of_the_user_have_no_effect(self, repository, tmp_path, monkeypatch):
        (tmp_path / ".gitconfig").write_text("[commit]\ngpgSign = true\n[user]\nname = Somebody\n")
        monkeypatch.setenv("HOME", str(tmp_path))
        monkeypatch.setenv("GIT_AUTHOR_NAME", "Somebody")
        monkeypatch.setenv("GIT_DIR", str(tmp_path / "other"))
        article = create_article()
        export_to_git(repository)
        ran = tmp_path / "ran"
        hooks = repository / ".git" / "hooks"
        hooks.mkdir()
        for name in ("post-checkout", "reference-transaction", "post-index-change", "pre-auto-gc"):
            (hooks / name).write_text(f"#!/bin/sh\ntouch {ran}\n")
            (hooks / name).chmod(0o755)
        edit(article, None, body="Other words.")

        export_to_git(repository)

        assert not ran.exists()
        monkeypatch.delenv("GIT_DIR")
        monkeypatch.delenv("GIT_AUTHOR_NAME")
        assert log(repository, "%an %cn") == ["Galley Galley"]


class Killed(BaseException):
    pass


class TestRepair:
    @pytest.fixture
    def changed(self, repository, editor):
        """An article that was exported, and changed since."""
        article = create_article()
        create_article()
        export_to_git(repository)
        edit(article, editor, body="Other words.", slug="moved")
        return article

    @pytest.mark.parametrize(
        ("owner", "name"),
        [(FastImport, "commit"), (ExportRepository, "_check_out"), (contents.Known, "write")],
    )
    def test_run_after_a_kill_at_any_step_completes_it(self, repository, changed, monkeypatch, owner, name):
        def kill(*args):
            raise Killed

        with monkeypatch.context() as patch:
            patch.setattr(owner, name, kill)
            with pytest.raises(Killed):
                export_to_git(repository)
        lock = repository / ".git" / "index.lock"
        lock.touch()
        long_ago = time.time() - 1000
        os.utime(lock, (long_ago, long_ago))

        export_to_git(repository)

        assert compare(repository) == []
        assert log(repository, "%an: %s") == [f"Anna bKern: Saved: {changed.title}"]
        assert git(repository, "stash", "list") == ""

    def test_half_checked_out_files_are_completed(self, repository, changed, monkeypatch):
        def kill(self):
            (self.folder / "moved.md").write_text("Half a fi")
            raise Killed

        with monkeypatch.context() as patch:
            patch.setattr(ExportRepository, "_check_out", kill)
            with pytest.raises(Killed):
                export_to_git(repository)

        export_to_git(repository)

        assert compare(repository) == []
        assert git(repository, "stash", "list") == ""

    def test_young_lock_of_another_git_is_awaited(self, repository, changed):
        lock = repository / ".git" / "index.lock"
        lock.touch()

        export_to_git(repository, on_wait=lock.unlink)

        assert compare(repository) == []

    def test_deleted_folder_is_created_again(self, repository, changed):
        git(repository.parent, "init", "--quiet", "outer")  # an outer repository must not be found instead
        repository.rename(repository.parent / "elsewhere")

        export_to_git(repository)

        assert compare(repository) == []

    def test_changes_by_others_are_kept_in_a_stash(self, repository, changed):
        [edited, _other] = sorted(files_in(repository))
        (repository / edited).write_text("Edited here")
        (repository / "more.txt").write_text("Added here")

        export_to_git(repository)

        assert compare(repository) == []
        assert "Edited here" in git(repository, "stash", "show", "-p", "--include-untracked")
        assert "Added here" in git(repository, "stash", "show", "-p", "--include-untracked")

    def test_commits_by_others_are_reverted_by_a_commit(self, repository):
        create_article()
        export_to_git(repository)
        (repository / "more.txt").write_text("Added here")
        git(repository, "add", "more.txt")
        who = ("-c", "user.name=Ben", "-c", "user.email=ben@home.example")
        git(repository, *who, "commit", "--quiet", "-m", "More")

        export_to_git(repository)

        assert log(repository, "%an: %s") == ["Ben: More", "Galley: Bring back the published articles"]
        assert compare(repository) == []

    def test_another_branch_is_left_alone(self, repository, changed):
        git(repository, "checkout", "--quiet", "-b", "mine")
        before = git(repository, "rev-parse", "mine")

        export_to_git(repository)

        assert compare(repository) == []
        assert git(repository, "rev-parse", "mine") == before
        assert git(repository, "branch", "--show-current") == "main\n"

    def test_lost_cache_costs_only_time(self, repository, editor):
        article = create_article()
        export_to_git(repository)
        edit(article, editor, body="Other words.")
        (repository / ".git" / contents.KNOWN).write_text("{")

        export_to_git(repository)

        assert log(repository, "%an: %s") == [f"Anna bKern: Saved: {article.title}"]

    @pytest.mark.parametrize("has_repository", [False, True])
    def test_folder_of_something_else_is_refused(self, repository, has_repository):
        repository.mkdir()
        if has_repository:
            git(repository, "init", "--quiet")
        (repository / "thesis.txt").write_text("Mine")
        create_article()

        with pytest.raises(ExportFailedError, match="is not empty, and not a repository that Galley created"):
            export_to_git(repository)

        assert (repository / "thesis.txt").read_text() == "Mine"


class TestCommand:
    def test_check_succeeds_only_if_the_folder_equals_the_published_articles(self, repository, capsys):
        article = create_article()
        call_command("export_to_git")
        call_command("export_to_git", "--check")
        Article.objects.filter(pk=article.pk).update(body="Other words.")

        with pytest.raises(CommandError, match="1 file differs") as caught:
            call_command("export_to_git", "--check")

        assert caught.value.returncode == 1
        assert f"{article.slug}.md: differs" in capsys.readouterr().err

    def test_check_finds_changes_of_files(self, repository):
        article = create_article()
        call_command("export_to_git")
        (repository / f"{article.slug}.md").write_text("Edited here")

        assert compare(repository) == [f"{article.slug}.md: the file differs from the newest commit"]

    def test_missing_git_is_named(self, repository, monkeypatch):
        monkeypatch.setenv("PATH", "/nowhere")

        with pytest.raises(CommandError, match="Git is not installed"):
            call_command("export_to_git")
