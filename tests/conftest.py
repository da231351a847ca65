"""Configuration of all tests: selection by database, settings, and shared fixtures."""

import fcntl
import gc
import itertools
import os
import signal
from contextlib import ExitStack
from functools import cache
from pathlib import Path
from unittest import mock

import pytest
from django.conf import settings as django_settings
from django.contrib.auth import user_logged_in
from django.db import connection, transaction
from django.template import Template
from django.test import Client, TransactionTestCase, override_settings
from hypothesis import settings as hypothesis_settings

from tests.support import buckets, forking, jobs, parts
from tests.support.databases import TemporarySite, copy_of_test_database, site_maker, start_with_copy
from tests.support.durations import IS_LONG
from tests.support.reading_processes import reuse_sandbox_processes

# Hypothesis must not fail slow examples. In CI, each run uses the same examples, so that failures can be
# reproduced. Elsewhere, each run uses different examples.
hypothesis_settings.register_profile(
    "galley",
    deadline=None,
    derandomize=bool(os.environ.get("CI")),
    max_examples=100 if IS_LONG else 15,
)
hypothesis_settings.load_profile("galley")


# Background processes of a shell ignore SIGINT. Processes that tests start and interrupt would inherit this.
if signal.getsignal(signal.SIGINT) == signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

# Tests that use one of these fixtures, even indirectly, use the database of the settings.
DATABASE_FIXTURES = {"db", "transactional_db", "django_db_setup", "own_databases"}
BROWSER = Path(__file__).parent / "browser"
DATABASE_FOLDERS = ("desk", "imports")  # of which the tests on SQLite are a part of their own


def pytest_addoption(parser):
    parser.addoption(
        "--part",
        choices=["all", "database", "desk", "imports", "sites", "browser", "rest"],
        help="only the tests that use the database, those of them in tests/desk or tests/imports, those that"
        " start sites of their own (on PostgreSQL, all in database), those in tests/browser, or the rest"
        " (default: all, or database on PostgreSQL)",
    )


@pytest.hookimpl(trylast=True)  # after -k and -m
def pytest_collection_modifyitems(config, items):
    part = config.option.part or ("all" if _is_sqlite() else "database")
    if part == "all":
        return
    if _is_sqlite() and part in {"database", *DATABASE_FOLDERS, "rest"}:
        for item in items:
            check_that_it_is_collected(item)
    left_out = [item for item in items if not belongs_to(item, part)]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if belongs_to(item, part)]
        config.stash[IS_OTHER_PART] = not items


IS_OTHER_PART = pytest.StashKey[bool]()


def pytest_sessionfinish(session, exitstatus):
    """Exit with OK if all tests belong to other parts, since bin/test passes the same arguments to all."""
    if exitstatus == pytest.ExitCode.NO_TESTS_COLLECTED and session.config.stash.get(IS_OTHER_PART, False):
        session.exitstatus = pytest.ExitCode.OK


def pytest_collection_finish():
    """Collect garbage less often, and leave out existing objects: this took 9 % of the time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 20, 20)


def belongs_to(item, part) -> bool:
    if part == "database" and not _is_sqlite():
        return uses_database(item) and runs_on_both_databases(item)
    if part in {"database", *DATABASE_FOLDERS, "sites"}:
        return uses_database(item) and part == database_part(item)
    return not uses_database(item) and (part == "browser") == uses_browser(item)


def database_part(item) -> str:
    if "own_databases" in item.fixturenames:
        return "sites"
    inside = (part for part in DATABASE_FOLDERS if item.path.is_relative_to(parts.ROOT / parts.FOLDERS[part]))
    return next(inside, "database")


def check_that_it_is_collected(item):
    """Fail if a test belongs to a part that does not collect its file."""
    wanted = {
        "sites": belongs_to(item, "sites"),
        "postgres": runs_on_both_databases(item),
    }
    for name, is_wanted in wanted.items():
        if is_wanted and not has_words_of(name, item.path):
            raise pytest.UsageError(
                f"{item.nodeid} is not run in the part {name}: see tests/support/parts.py"
            )


@cache
def has_words_of(name, path) -> bool:
    return parts.may_have_tests_of(name, path.read_text())


def runs_on_both_databases(item) -> bool:
    """Whether a test is marked so, and not only in its long form."""
    marker = item.get_closest_marker("both_databases")
    return marker is not None and (IS_LONG or not marker.kwargs.get("only_long"))


def uses_browser(item) -> bool:
    return item.path.is_relative_to(BROWSER)


def uses_database(item) -> bool:
    return (
        item.get_closest_marker("django_db") is not None
        or not DATABASE_FIXTURES.isdisjoint(item.fixturenames)
        or (item.cls is not None and issubclass(item.cls, TransactionTestCase))
    )


def _is_sqlite():
    return django_settings.DATABASES["default"]["ENGINE"].endswith("sqlite3")


@pytest.fixture(scope="session", autouse=True)
def settings_of_all_tests():
    storages = django_settings.STORAGES | {
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    }
    with override_settings(
        SITE_URL="https://blog.example",  # differs from the host of requests, which pages must not use
        FONT_FOLDERS=[],  # independent of the machine's fonts
        PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],
        STORAGES=storages,
        STATIC_ROOT=None,  # otherwise, WhiteNoise warns that no files are collected
    ):
        yield


@pytest.fixture(scope="session", autouse=True)
def pages_without_parts(django_test_environment):
    """Leave the templates of widgets out of response.templates: a form has hundreds of them."""
    instrumented = Template._render

    def render(template, context):
        is_part = (template.name or "").startswith(("django/forms/", "admin/widgets/"))
        return template.nodelist.render(context) if is_part else instrumented(template, context)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Template, "_render", render)
        yield


@pytest.fixture(scope="session", autouse=True)
def plain_log_in(django_test_environment):
    """Log in by Client.force_login() without the receivers of the signal, which take twelve queries.

    A client without a session does not make an empty one first, which takes four more.
    """
    force_login = Client.force_login

    def no_receivers(*args, **kwargs):
        return []

    def log_in(client, user, backend=None):
        with ExitStack() as patches:
            patches.enter_context(mock.patch.object(user_logged_in, "send", no_receivers))
            if django_settings.SESSION_COOKIE_NAME not in client.cookies:
                patches.enter_context(mock.patch.object(Client, "session", None))
            force_login(client, user, backend)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Client, "force_login", log_in)
        yield


@pytest.fixture
def admin_user(db, django_user_model):
    """Create the superuser of admin_client. pytest-django would first look for one, in each test."""
    return django_user_model.objects.create_superuser("admin", "admin@example.com", "password")


_numbers = itertools.count()


@pytest.fixture(scope="session", autouse=True)
def folder_of_files(settings_of_all_tests, tmp_path_factory):
    """Set the folders for files, which are only made if a test needs them."""
    folder = tmp_path_factory.getbasetemp() / "files"
    names = {"MEDIA": "media", "CARD": "cards", "RENDITION": "pictures", "IMPORT": "imports"}
    names["ORIGINAL"] = "originals"
    with override_settings(**{f"{name}_ROOT": folder / kind for name, kind in names.items()}):
        yield folder


@pytest.fixture(autouse=True)
def files_of_one_test(folder_of_files):
    """Move away the files that a test has made. To change the settings for each test would take longer."""
    yield
    if folder_of_files.exists():
        folder_of_files.rename(f"{folder_of_files}-{next(_numbers)}")


@pytest.fixture(scope="class")
def rows_of_class(django_db_setup, django_db_blocker):
    """Open a transaction for rows that a fixture makes once for the tests of a class.

    What a test changes is rolled back after it. Files are only there for the first test.
    """
    with django_db_blocker.unblock(), transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.fixture(scope="session")
def own_databases():
    """Mark tests that start processes with separate databases of the same vendor as the tests' database."""


@pytest.fixture(scope="session")
def django_db_modify_db_settings():
    """Keep more compiled statements than SQLite's 128: compiling them again took a third of its time."""
    if _is_sqlite():
        connection.settings_dict["OPTIONS"]["cached_statements"] = 1000


@pytest.fixture(scope="session")
def copied_migrations(request):
    """Start SQLite's test database as a copy of the data folder that the parts of bin/test share."""
    if _is_sqlite() and parts.SHARED in os.environ:
        start_with_copy(request.getfixturevalue("migrated_data") / "db.sqlite3")


@pytest.fixture(scope="session")
def django_db_setup(copied_migrations, django_db_setup, django_db_blocker, tmp_path_factory):
    """Return the URL of a copy of the test database, made before all tests. Migrating takes seconds."""
    with ExitStack() as copies:
        with django_db_blocker.unblock():
            address = copies.enter_context(copy_of_test_database(tmp_path_factory.mktemp("copied")))
        yield address


@pytest.fixture(scope="session")
def new_site(own_databases, django_db_setup, tmp_path_factory):
    """Return new_site(folder), which yields a separate site with an empty, migrated database."""
    with site_maker(tmp_path_factory.mktemp("template"), django_db_setup) as new_site:
        yield new_site


@pytest.fixture(scope="session")
def migrated_data(tmp_path_factory):
    """Return a data folder after the first migrate, on SQLite. Tests must copy it."""
    folder = Path(os.environ.get(parts.SHARED) or tmp_path_factory.mktemp("migrated"))
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "is-migrated").exists():
            site = TemporarySite(folder, "", None)
            del site.environment["DATABASE_URL"]
            assert site.migrate() == 0
            (folder / "is-migrated").touch()
    return folder / "data"


@pytest.fixture(scope="session", autouse=True)
def lent_reading_processes():
    with reuse_sandbox_processes():
        yield


@pytest.fixture(scope="session", autouse=True)
def forking_parents():
    yield
    forking.end_parents()


@pytest.fixture
def folder(tmp_path):
    path = tmp_path / "posts"
    path.mkdir()
    return path


@pytest.fixture(scope="session")
def s3_server():
    with buckets.running_s3() as server:
        yield server


@pytest.fixture
def bucket(s3_server, settings):
    """Store files in a new bucket, and return its options."""
    options = buckets.new_bucket(s3_server)
    buckets.use_bucket(settings, options)
    return options


@pytest.fixture
def run_jobs(db):
    """Return a function that runs all waiting jobs in this process and returns them after they ended."""
    return jobs.run_jobs
