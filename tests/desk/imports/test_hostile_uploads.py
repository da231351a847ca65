"""The hostile archives of tests/imports/test_archives.py, brought to the import page by an Editor."""

import stat
import zipfile
from types import SimpleNamespace

import pytest

from blog.imports.report import ImportFailedError
from blog.models import Job, StagedImport
from tests.imports import test_archives
from tests.imports.test_archives import article, pack, told
from tests.support.browser_imports import page_of, upload_files
from tests.support.jobs import run_jobs
from tests.support.roles import log_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def path(tmp_path):
    return tmp_path / "posts.zip"


@pytest.fixture(autouse=True)
def in_the_browser(monkeypatch, client, django_user_model):
    """Let the tests import by the page: what it says of each file, once all has come in as it says."""
    log_in(client, "Editor", django_user_model)

    def run(path):
        staged = upload_files(client, path.read_bytes())
        [job] = run_jobs()
        page = client.get(page_of(staged))
        if job.state != Job.State.DONE:
            assert job.reason in page.content.decode()
            raise ImportFailedError(job.reason)
        client.post(page_of(staged), {"_import": "1"})
        run_jobs()
        staged.refresh_from_db()
        assert staged.state == StagedImport.State.IMPORTED
        assert not staged.folder.exists()
        return [
            SimpleNamespace(file=row["file"].path, outcome=row["file"].outcome, **said_of(row["file"]))
            for row in page.context["rows"]
        ]

    monkeypatch.setattr(test_archives, "run", run)


def said_of(file):
    return {"message": file.reason, "warnings": file.warnings}


class TestHostileMembers(test_archives.TestHostileMembers):
    # One of each kind: test_archives.py has them all.
    def test_path_outside_the_archive_is_rejected(self, path):
        pack(path, [("../a.md", article("a")), ("good.md", article("good"))])

        reports = test_archives.run(path)

        assert sorted(told(reports)) == [("../a.md", "rejected"), ("good.md", "created")]

    def test_only_regular_files_are_read(self, path):
        link = zipfile.ZipInfo("a.md")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        pack(path, [(link, "/etc/passwd")])

        reports = test_archives.run(path)

        assert told(reports) == [("a.md", "rejected")]


class TestMethods(test_archives.TestMethods):
    # One method is enough to see that the page names it.
    test_unknown_method_is_rejected = None


class TestBombs(test_archives.TestBombs):
    # These lower limits of this process, and the archive is opened in another one.
    test_many_small_ones_are_counted_together = None
    test_the_number_of_members_is_limited = None


class TestNoArchive:
    def test_is_said_and_nothing_is_in(self, path):
        path.write_bytes(b"PK\x03\x04 not really")

        with pytest.raises(ImportFailedError, match=r"posts\.zip is not a zip file"):
            test_archives.run(path)
