"""Pulls from a real repository: which files are imported, held, or reported, and when nothing is."""

import pytest
from django.core.management import CommandError, call_command

from blog.articles.changes import changing
from blog.extensions.git_source.models import GoneFile, Repository
from blog.extensions.git_source.problems import PullError
from blog.extensions.git_source.pull import PullProgress, clone_of, pull
from blog.imports.held import accept
from blog.imports.models import HeldUpdate, ImportRun
from blog.models import Article, Version
from tests.extensions.git_source.repositories import git, text
from tests.support.factories import FIRST_DAY
from tests.support.images import image_bytes

pytestmark = pytest.mark.django_db


def pull_now(**options):
    return pull(Repository.current(), PullProgress(), **options)


def counts(run):
    return {name: number for name in run.OUTCOMES if (number := getattr(run, name))}


class StoppedError(Exception):
    """Raised where somebody stops the job."""


def stop(*arguments):
    raise StoppedError


def publish(slug):
    Article.objects.filter(slug=slug).update(status=Article.Status.PUBLISHED, published_at=FIRST_DAY)


def edit(slug, **values):
    article = Article.objects.get(slug=slug)
    with changing([article]):
        for name, value in values.items():
            setattr(article, name, value)
        article.save()


def bodies():
    return {article.slug: article.body.strip() for article in Article.objects.in_use()}


class TestWhatIsImported:
    @pytest.mark.both_databases
    def test_first_pull_imports_all_files_as_new_articles(self, upstream):
        upstream.write_file("img/a.png", image_bytes())
        upstream.write(lisbon="Trams. ![x](/img/a.png)", oslo="Snow.")
        commit = upstream.push("Winter texts")

        run = pull_now()

        assert counts(run) == {"created": 2}
        assert set(bodies()) == {"lisbon", "oslo"}
        assert run.file_name == f"main at {commit[:7]}"
        assert Article.objects.get(slug="lisbon").body_image_links.count() == 1
        assert not Article.objects.filter(status=Article.Status.PUBLISHED).exists()

    def test_author_and_subject_of_the_commit_are_the_note(self, upstream):
        upstream.write(lisbon="Trams.")
        upstream.push("Winter texts")
        pull_now()
        upstream.write(lisbon="Yellow trams.")
        commit = upstream.push("Colours")

        pull_now()

        [version] = Version.objects.filter(note__startswith="Teodor")
        assert version.note == f"Teodor Lanz, {commit[:7]}: Colours"

    def test_later_pull_imports_only_what_changed(self, upstream):
        upstream.write(lisbon="Trams.", oslo="Snow.")
        upstream.push()
        pull_now()
        upstream.write(oslo="Deep snow.", rome="Steps.")
        upstream.push()

        run = pull_now()

        assert counts(run) == {"created": 1, "updated": 1}
        assert [entry.file for entry in run.entries.all()] == ["oslo.md", "rome.md"]
        assert bodies() == {"lisbon": "Trams.", "oslo": "Deep snow.", "rome": "Steps."}

    def test_what_a_stopped_pull_has_imported_can_be_taken_back(self, upstream, monkeypatch):
        upstream.write(lisbon="Trams.")
        upstream.push()
        pull_now()
        upstream.write(lisbon="Yellow trams.", oslo="Snow.")
        upstream.push()
        with monkeypatch.context() as patch:
            patch.setattr("blog.extensions.git_source.pull._note_gone", stop)
            with pytest.raises(StoppedError):
                pull_now()
        upstream.write(lisbon="Trams.")
        (upstream.folder / "oslo.md").unlink()
        upstream.push()

        assert counts(pull_now()) == {"updated": 1}
        assert bodies()["lisbon"] == "Trams."
        assert [gone.path for gone in GoneFile.objects.all()] == ["oslo.md"]

    def test_without_a_new_commit_nothing_is_imported(self, upstream):
        upstream.write(lisbon="Trams.")
        upstream.push()
        pull_now()

        assert pull_now() is None
        assert ImportRun.objects.count() == 1

    def test_only_files_in_the_folder_count(self, upstream, settings):
        upstream.write(readings="Not this.")
        upstream.write_file("articles/lisbon.md", text("Lisbon", "Trams."))
        upstream.push()
        settings.IMPORT_REPOSITORY = upstream.place(folder="articles/")

        assert counts(pull_now()) == {"created": 1}
        assert [*bodies()] == ["lisbon"]

    def test_a_moved_file_keeps_its_article(self, upstream):
        upstream.write(lisbon="Trams.", oslo="Snow.")
        upstream.push()
        pull_now()
        git(upstream.folder, "mv", "oslo.md", "north-oslo.md")
        upstream.push()

        assert counts(pull_now()) == {"updated": 1}
        assert set(bodies()) == {"lisbon", "oslo"}

    def test_a_copy_beside_its_original_is_not_a_move(self, upstream):
        upstream.write(lisbon="Trams.")
        upstream.push()
        pull_now()
        upstream.write_file("copy/lisbon.md", (upstream.folder / "lisbon.md").read_bytes())
        upstream.push()

        assert counts(pull_now()) == {"skipped": 1}

    def test_links_submodules_and_pointers_of_lfs_are_left_out(self, upstream):
        upstream.write(lisbon="Trams.")
        (upstream.folder / "password.md").symlink_to("/etc/passwd")
        upstream.write_file("large.md", "version https://git-lfs.github.com/spec/v1\noid sha256:1\nsize 9\n")
        upstream.push()
        git(upstream.folder, "update-index", "--add", "--cacheinfo", f"160000,{'1' * 40},module.md")
        git(upstream.folder, "commit", "-qm", "Add a module")
        git(upstream.folder, "push", "-q", "origin", "HEAD:main")

        pull_now()

        assert [*bodies()] == ["lisbon"]

    def test_attributes_and_hooks_of_the_repository_have_no_effect(self, upstream):
        upstream.write_file(".gitattributes", "*.md text eol=crlf ident filter=x\n")
        upstream.write(lisbon="Trams. $Id$")
        upstream.push()

        pull_now()

        assert bodies() == {"lisbon": "Trams. $Id$"}


class TestChangedOnBothSides:
    @pytest.mark.both_databases
    def test_update_of_a_published_article_is_held(self, upstream):
        upstream.write(lisbon="Trams.", oslo="Snow.")
        upstream.push()
        pull_now()
        publish("lisbon")
        upstream.write(lisbon="Yellow trams.", oslo="Deep snow.")
        upstream.push()

        assert counts(pull_now()) == {"updated": 1, "held": 1}
        assert bodies() == {"lisbon": "Trams.", "oslo": "Deep snow."}

    def test_changes_at_different_places_are_merged(self, upstream):
        upstream.write(lisbon="One.\n\nTwo.\n\nThree.")
        upstream.push()
        pull_now()
        edit("lisbon", body="One here.\n\nTwo.\n\nThree.\n")
        upstream.write(lisbon="One.\n\nTwo.\n\nThree there.")
        upstream.push()

        pull_now()

        assert bodies() == {"lisbon": "One here.\n\nTwo.\n\nThree there."}

    def test_changes_of_the_same_words_wait(self, upstream):
        upstream.write(lisbon="Trams.")
        upstream.push()
        pull_now()
        edit("lisbon", body="Red trams.\n")
        upstream.write(lisbon="Blue trams.")
        upstream.push()

        assert counts(pull_now()) == {"conflict": 1}
        assert bodies() == {"lisbon": "Red trams."}
        assert HeldUpdate.objects.waiting().count() == 1


class TestHeldUpdate:
    @pytest.fixture
    def held(self, upstream):
        """A published article, whose file was changed in the repository since."""
        upstream.write(lisbon="Trams.")
        upstream.push()
        pull_now()
        publish("lisbon")
        upstream.write(lisbon="Yellow trams.")
        upstream.push()
        pull_now()
        return HeldUpdate.objects.waiting().get()

    def test_can_be_accepted_after_its_file_was_deleted(self, upstream, held, admin_user):
        (upstream.folder / "lisbon.md").unlink()
        upstream.write(rome="Steps.")
        upstream.push()
        pull_now()

        accept(HeldUpdate.objects.waiting().get(), by=admin_user)

        assert bodies()["lisbon"] == "Yellow trams."
        assert Article.objects.published().get().slug == "lisbon"

    def test_stays_if_the_next_change_is_refused(self, upstream, held):
        upstream.write_file("lisbon.md", "---\ntitle: [\n---\n\nTrams.\n")
        upstream.push()

        assert counts(pull_now()) == {"rejected": 1}
        waiting = HeldUpdate.objects.waiting().get()
        assert (waiting.pk, bodies()["lisbon"]) == (held.pk, "Trams.")


class TestDeletedFiles:
    def pull_and_delete(self, upstream):
        upstream.write(lisbon="Trams.", oslo="Snow.")
        upstream.push()
        pull_now()
        publish("oslo")
        for name in ("lisbon.md", "oslo.md"):
            (upstream.folder / name).unlink()
        upstream.write(rome="Steps.")
        upstream.push()

    def test_their_articles_stay_and_say_so(self, upstream):
        self.pull_and_delete(upstream)

        pull_now()

        assert set(bodies()) == {"lisbon", "oslo", "rome"}
        assert {row.path for row in GoneFile.objects.all()} == {"lisbon.md", "oslo.md"}

    def test_a_file_that_is_back_is_no_longer_noted(self, upstream):
        self.pull_and_delete(upstream)
        pull_now()
        upstream.write(lisbon="Trams.")
        upstream.push()

        pull_now()

        assert {row.path for row in GoneFile.objects.all()} == {"oslo.md"}

    def test_if_chosen_new_articles_move_to_the_trash_and_published_ones_stay(self, upstream):
        self.pull_and_delete(upstream)
        Repository.objects.update(on_delete=Repository.OnDelete.TRASH)

        pull_now()

        assert set(bodies()) == {"oslo", "rome"}
        assert {row.path for row in GoneFile.objects.all()} == {"oslo.md"}


class TestRewrittenHistory:
    def rewrite(self, upstream):
        upstream.write(lisbon="Trams.", oslo="Snow.")
        upstream.push()
        pull_now()
        git(upstream.folder, "checkout", "-q", "--orphan", "other")
        upstream.write(oslo="Deep snow.")
        return upstream.push(force=True)

    def test_nothing_is_imported_before_somebody_says_so(self, upstream):
        self.rewrite(upstream)

        with pytest.raises(PullError) as raised:
            pull_now()

        assert raised.value.code == "rewritten"
        assert {name: raised.value.values[name] for name in ("files", "changed", "unchanged")} == {
            "files": 2,
            "changed": 1,
            "unchanged": 1,
        }
        assert bodies() == {"lisbon": "Trams.", "oslo": "Snow."}

    def test_then_the_changed_files_are_imported(self, upstream):
        commit = self.rewrite(upstream)
        with pytest.raises(PullError):
            pull_now()

        assert counts(pull_now(confirmed=commit)) == {"updated": 1}
        assert pull_now() is None

    def test_a_commit_that_nobody_has_seen_is_not_confirmed(self, upstream):
        commit = self.rewrite(upstream)
        git(upstream.folder, "checkout", "-q", "--orphan", "third")
        upstream.push("Once more", force=True)

        with pytest.raises(PullError):
            pull_now(confirmed=commit)


class TestLimits:
    def test_a_branch_that_is_missing_is_named_with_those_there_are(self, upstream, settings):
        upstream.write(lisbon="Trams.")
        upstream.push()
        settings.IMPORT_REPOSITORY = upstream.place(branch="trunk")

        with pytest.raises(PullError, match="branch") as raised:
            pull_now()

        assert raised.value.values["branches"] == ["main"]

    def test_a_repository_above_the_limit_is_not_fetched(self, upstream, monkeypatch):
        upstream.write_file("noise.bin", bytes(range(256)) * 100)
        upstream.write(lisbon="Trams.")
        upstream.push()
        monkeypatch.setattr("blog.extensions.git_source.clone.MOST_BYTES", 100)

        with pytest.raises(PullError, match="large"):
            pull_now()
        assert not Article.objects.exists()

    def test_a_transfer_that_takes_too_long_is_ended(self, upstream):
        upstream.write(lisbon="Trams.")
        upstream.push()
        clone = clone_of(Repository.current())
        clone.seconds = -1

        with pytest.raises(PullError, match="slow"):
            clone.branches()

    def test_the_copy_keeps_only_the_last_commit(self, upstream, data):
        for number in range(5):
            upstream.write(lisbon=f"Trams {number}.")
            upstream.push()
            pull_now()

        log = git(data / "git_source" / "repository.git", "rev-list", "--all")

        assert len(log.split()) == 1

    def test_a_lost_copy_is_fetched_again_and_imports_nothing_twice(self, upstream, data):
        upstream.write(lisbon="Trams.", oslo="Snow.")
        upstream.push()
        pull_now()
        (data / "git_source").rename(data / "lost")
        upstream.write(oslo="Deep snow.")
        upstream.push()

        assert counts(pull_now()) == {"updated": 1}


class TestCommand:
    def test_it_pulls_and_says_what_was_imported(self, upstream, capsys):
        upstream.write(lisbon="Trams.")
        commit = upstream.push()

        call_command("pull_repository")
        call_command("pull_repository")

        out = capsys.readouterr().out.splitlines()
        assert out == [f"main at {commit[:7]}: 1 created.", f"main at {commit[:7]}: no file has changed."]

    def test_a_problem_is_said_with_status_2(self, upstream, settings):
        settings.IMPORT_REPOSITORY = upstream.place()

        with pytest.raises(CommandError, match="There is no branch “main”") as raised:
            call_command("pull_repository")

        assert raised.value.returncode == 2

    def test_without_a_repository_it_says_where_to_enter_one(self, data, settings):
        settings.IMPORT_REPOSITORY = None

        with pytest.raises(CommandError, match="GALLEY_IMPORT_REPOSITORY"):
            call_command("pull_repository")
