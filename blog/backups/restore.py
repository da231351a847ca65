"""Restore a backup into an empty site, and compare the result with the backup.

All rows are written in one transaction. Before it is committed, every row is read again and compared, the
search index is rebuilt and pages are rendered. If anything fails, no row and no file is left. A backup of an
older release takes several transactions: see restore_older().
"""

import hashlib
import os
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.core.files.base import File
from django.db import Error as DatabaseError
from django.db import connection, transaction
from django.db.migrations.loader import MigrationLoader
from django.test import Client
from django.utils import timezone

from blog import page_cache, search
from blog.articles.models import Article
from blog.backups import older, rows
from blog.backups.archive import CHUNK, Archive, BackupError
from blog.backups.files import stored_at
from blog.backups.manifest import FORMAT, applied_migrations, variables
from blog.files import modes
from blog.files.atomic import write_atomically
from blog.imports.uploads.models import StagedImport
from blog.mail.followers import Follower, Frequency
from blog.mail.mailings import Mailing, MailingArticle
from blog.site import method_page
from blog.site.migration_plan import unavailable
from blog.site.pages import Page

ARTICLES_REQUESTED = 20
# Models of which a new site has rows already. They do not count as content.
OF_A_NEW_SITE = frozenset(
    (
        "admin.LogEntry",
        "auth.Group",
        "auth.Group_permissions",
        "auth.Permission",
        "blog.CategoryCount",
        "blog.Job",
        "blog.ReviewRequirement",
        "contenttypes.ContentType",
        "django_tasks_database.DBTaskResult",
    )
)


def check_compatible(manifest: dict) -> None:
    """Raise BackupError unless this release can restore the backup. Needs no migrated database."""
    if manifest.get("format") != FORMAT:
        raise BackupError(
            f"This backup has the format {manifest.get('format')}, and this release reads {FORMAT}. "
            "Update this checkout, then restore."
        )
    if manifest["requires_review"] and not settings.REQUIRE_REVIEW:
        raise BackupError(
            "The site of this backup has GALLEY_REQUIRE_REVIEW=on, and this one has not: articles that wait "
            "for an approval would become public. Set the variable, then restore."
        )
    if missing := unavailable(older.keys_of(manifest["migrations"])):
        raise BackupError(
            f"This backup is of an earlier release, and lacks {missing[0]}, which this release no "
            "longer has. Restore it with 0.1.0, then update (docs/operating.md#updating)."
        )


def check_migrations(manifest: dict) -> None:
    """Raise BackupError unless backup and database have the same migrations."""
    loader = MigrationLoader(connection)
    there = older.on_disk(manifest["migrations"], loader)
    here = older.on_disk(applied_migrations(), loader)
    if newer := sorted(there - here):
        raise BackupError(
            f"This backup is from Galley {manifest['galley']}, which is newer than this checkout: it has the "
            f"migration {'.'.join(newer[0])}. Update this checkout (git pull; bin/setup), "
            "then restore."
        )
    if missing := sorted(here - there):
        release = manifest["commit"][:12] or f"Galley {manifest['galley']}"
        raise BackupError(
            f"This backup is from an older release ({release}): it lacks {len(missing)} migrations, the "
            f"first of them {'.'.join(missing[0])}. Restore it into a new database without "
            "tables: then its rows are migrated."
        )


def check_empty() -> None:
    """Raise BackupError if this site has content."""
    counts = {}
    for model in rows.stored_models():
        if model._meta.label not in OF_A_NEW_SITE and (number := _content(model).count()):
            counts[str(model._meta.verbose_name_plural)] = number
    if counts:
        listed = ", ".join(f"{number} {name}" for name, number in counts.items())
        raise BackupError(
            f"This site is not empty: it has {listed}. Nothing was changed. Restore into an empty data "
            "folder (GALLEY_DATA) and an empty database (DATABASE_URL)."
        )


def _content(model):
    if model is Page:
        draft = {"slug": method_page.HOW_WE_WORK, "body": method_page.draft_text(), "is_published": False}
        return Page.objects.exclude(**draft)
    return model._base_manager.all()


def restore(archive: Archive, report: Callable[[str], None]) -> None:
    """Restore an archive into this site, which is migrated and empty. Raises BackupError."""
    check_migrations(archive.manifest)
    check_empty()
    with _reported_errors("Nothing was restored"), _new_files(archive) as files, transaction.atomic():
        report(f"{files} files stored and compared.")
        _write_rows(archive, rows.stored_models(), report)
        _finish(report)
    if archive.manifest.get("has_secret"):
        report(_restore_secret(archive))


def restore_older(archive: Archive, migrate: Callable[[], None], report: Callable[[str], None]) -> None:
    """Restore an archive of an older release into an empty database without tables. Raises BackupError.

    Its rows are written to the tables of that release, which migrate() then changes. If that fails, the rows
    remain in the database.
    """
    with _reported_errors("Nothing was restored"), _new_files(archive) as files:
        report(f"{files} files stored and compared.")
        apps = older.create_tables(archive.manifest)
        with transaction.atomic():
            _write_rows(archive, rows.stored_models(apps), report)
    with _reported_errors("The rows were restored, but not migrated. Start again with an empty database"):
        migrate()
        report("Migrated to this release.")
        with transaction.atomic():
            _finish(report)
    if archive.manifest.get("has_secret"):
        report(_restore_secret(archive))


@contextmanager
def _reported_errors(outcome) -> Iterator[None]:
    try:
        yield
    except (DatabaseError, OSError, LookupError, ValueError, ValidationError) as error:
        raise BackupError(f"{outcome}: {error}") from error
    finally:
        ContentType.objects.clear_cache()


def _write_rows(archive, models, report):
    report(f"{_insert(archive, models)} rows inserted.")
    report(f"{_compare(archive, models)} rows compared with the backup.")


def _finish(report):
    report(f"{search.rebuild(Article.objects.all())} articles in the search index.")
    # Their files are not in the backup.
    StagedImport.objects.with_files().update(state=StagedImport.State.EXPIRED)
    end_mailings()
    report(f"{_render_pages()} pages rendered.")
    page_cache.invalidate_on_commit()


def end_mailings() -> None:
    """End all mailings, and count the articles of this site as sent.

    Their letters may have been sent after the backup was made, and nobody should get one twice.
    """
    if not Follower.objects.exists():
        return
    now = timezone.now()
    Mailing.objects.filter(ended_at=None).update(ended_at=now)
    for frequency in Frequency.values:
        sent = MailingArticle.objects.filter(frequency=frequency).values("article")
        unsent = Article.objects.published(now).exclude(pk__in=sent).order_by()
        mailing = Mailing.objects.create(frequency=frequency, created_at=now, due_at=now, ended_at=now)
        mailing.add_articles(unsent.values_list("pk", flat=True))


@contextmanager
def _new_files(archive) -> Iterator[int]:
    """Store the files, and yield their number. If the block fails, delete files that did not exist before."""
    new = []
    try:
        for name, expected in archive.manifest["files"].items():
            storage, own_name = stored_at(name)
            if not storage.exists(own_name):
                new.append((storage, own_name))
                with archive.member(name) as member:
                    storage.save(own_name, File(member))
            if _digest(storage, own_name) != expected["sha256"]:
                raise BackupError(f"{name} differs from the file in the backup. Nothing was restored.")
        yield len(archive.manifest["files"])
    except BaseException:
        for storage, own_name in new:
            with suppress(OSError):  # such as the one that is raised
                storage.delete(own_name)
        raise


def _digest(storage, name):
    digest = hashlib.sha256()
    with closing(storage.stream(name)) as file:
        while part := file.read(CHUNK):
            digest.update(part)
    return digest.hexdigest()


def _insert(archive, models) -> int:
    number = 0
    rows.delete_rows(reversed(models))
    for model in models:
        expected = archive.manifest["rows"][model._meta.label]
        fields = rows.stored_fields(model, expected["fields"])
        lines = archive.lines(f"rows/{model._meta.label}.jsonl")
        inserted = rows.insert_rows(model, fields, map(rows.decoder(fields), lines))
        if inserted != expected["count"]:
            raise BackupError(
                f"The backup has {inserted} rows of {model._meta.label} instead of {expected['count']}."
            )
        rows.set_last_key(model, expected["last_key"])
        number += inserted
    connection.check_constraints()
    ContentType.objects.clear_cache()
    return number


def _compare(archive, models) -> int:
    """Compare each row with the backup, and return the number of rows."""
    number = 0
    for model in models:
        fields = rows.stored_fields(model, archive.manifest["rows"][model._meta.label]["fields"])
        decode = rows.decoder(fields)
        lines = archive.lines(f"rows/{model._meta.label}.jsonl")
        for line, row in zip(lines, rows.read_rows(model, fields), strict=True):
            if decode(line) != list(row):
                raise BackupError(f"A row of {model._meta.label} differs from the backup: {line[:80]!r}…")
            number += 1
    return number


def sample_paths() -> list[str]:
    """Return the paths of lists, feeds and the newest articles, which answer 200 if the site works."""
    paths = ["/", "/archive/", "/categories/", "/authors/", "/feeds/atom.xml", "/sitemap.xml"]
    rows = [
        *Article.objects.published().order_by("-published_at")[:ARTICLES_REQUESTED],
        *Page.objects.filter(is_published=True)[:1],
    ]
    return [*paths, *(row.get_absolute_url() for row in rows)]


def _render_pages() -> int:
    """Request some pages as a reader, and return their number. Raises BackupError if one fails."""
    paths = sample_paths()
    client = Client(SERVER_NAME="127.0.0.1")
    for path in paths:
        status = client.get(path, secure=settings.SITE_URL.startswith("https:")).status_code
        if status != 200:
            raise BackupError(f"Nothing was restored: the page {path} answers {status}.")
    return len(paths)


def _restore_secret(archive) -> str:
    if os.environ.get("SECRET_KEY"):
        return "The secret key of the backup was not restored, because the variable SECRET_KEY is set."
    key = b"".join(archive.parts("secret_key"))
    write_atomically(settings.DATA_DIR / "secret_key", [key], mode=modes.PRIVATE_FILE, durable=True)
    return "The secret key was restored."


def setting_differences(manifest: dict) -> list[str]:
    """Return a line for each setting that differs from the backup's site."""
    here = variables()
    return [
        f"{name} was {value or 'not set'} there, and is {here.get(name) or 'not set'} here."
        for name, value in manifest["variables"].items()
        if here.get(name, "") != value
    ]
