"""Texts without a date: --date-from takes it from Git or from the disk."""

import os
import subprocess
import zipfile
from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from blog.files.git import surroundings
from blog.imports.report import DateSource, ImportFailedError, StatusRule
from blog.models import Article
from tests.support.import_files import run, write

pytestmark = pytest.mark.django_db
ADDED, MOVED, EDITED = (datetime(2020, month, 1, tzinfo=UTC) for month in (1, 2, 3))


def git(folder, *arguments, at=ADDED):
    who = {
        f"GIT_{role}_{key}": "a@example.org" for role in ("AUTHOR", "COMMITTER") for key in ("NAME", "EMAIL")
    }
    dates = {f"GIT_{role}_DATE": at.isoformat() for role in ("AUTHOR", "COMMITTER")}
    where = surroundings(folder, who | dates)
    subprocess.run(["git", *arguments], check=True, capture_output=True, **where)  # noqa: S603, S607 -- Git


def commit(folder, at):
    git(folder, "add", ".")
    git(folder, "commit", "-m", "Write", at=at)


def publish_from(source, *paths):
    return run(*paths, status=StatusRule.PUBLISHED, date_from=source)


def test_git_dates_a_text_by_the_commit_that_added_it(folder):
    git(folder, "init")
    file = write(folder, "posts/old.md", date=None, body="Water comes and goes. " * 9)
    commit(folder, ADDED)
    file.rename(folder / "posts" / "été.md")
    commit(folder, MOVED)
    with (folder / "posts" / "été.md").open("a") as text:
        text.write("More.\n")
    commit(folder, EDITED)

    publish_from(DateSource.GIT, folder / "posts")

    assert Article.objects.published().get().published_at == ADDED


def test_a_text_that_took_the_name_of_a_deleted_one_has_its_own_date(folder):
    git(folder, "init")
    write(folder, "a.md", date=None, body="Quite another text about boats.\n" * 9)
    commit(folder, ADDED)
    (folder / "a.md").unlink()
    file = write(folder, "b.md", date=None, body="Water comes and goes. " * 9)
    commit(folder, MOVED)
    file.rename(folder / "a.md")
    commit(folder, EDITED)

    publish_from(DateSource.GIT, folder)

    assert Article.objects.published().get().published_at == MOVED


def test_a_file_that_is_not_in_git_stays_new(folder):
    git(folder, "init")
    git(folder, "commit", "--allow-empty", "-m", "Begin")
    write(folder, date=None)

    publish_from(DateSource.GIT, folder)

    assert Article.objects.get().status == Article.Status.NEW


def test_mtime_dates_a_text_by_its_last_change(folder):
    file = write(folder, date=None)
    os.utime(file, (ADDED.timestamp(), ADDED.timestamp()))

    publish_from(DateSource.MTIME, folder)

    assert Article.objects.published().get().published_at == ADDED


def test_a_clock_ahead_never_schedules(folder):
    later = timezone.now() + timedelta(days=9)
    os.utime(write(folder, date=None), (later.timestamp(), later.timestamp()))

    publish_from(DateSource.MTIME, folder)

    assert Article.objects.published().get().published_at <= timezone.now()


def test_the_date_in_a_file_comes_first(folder):
    write(folder)

    publish_from(DateSource.MTIME, folder)

    article = Article.objects.published().get()
    assert article.published_at == article.dated_at


def test_a_change_of_the_file_keeps_the_date(folder):
    os.utime(write(folder, date=None), (ADDED.timestamp(), ADDED.timestamp()))
    publish_from(DateSource.MTIME, folder)
    write(folder, date=None, body="Changed.\n")

    publish_from(DateSource.MTIME, folder)

    article = Article.objects.published().get()
    assert (article.body.strip(), article.published_at) == ("Changed.", ADDED)


def test_without_a_repository_or_its_history_the_import_says_what_to_do(folder):
    write(folder, date=None)

    with pytest.raises(ImportFailedError, match="in no Git repository"):
        publish_from(DateSource.GIT, folder)

    git(folder, "init")
    (folder / ".git" / "shallow").touch()
    with pytest.raises(ImportFailedError, match="git fetch --unshallow"):
        publish_from(DateSource.GIT, folder)


def test_an_archive_has_no_dates(folder, tmp_path):
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.write(write(folder, date=None), "tides.md")

    with pytest.raises(ImportFailedError, match="unpack it"):
        publish_from(DateSource.MTIME, tmp_path / "a.zip")
