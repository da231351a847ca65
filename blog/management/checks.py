"""System checks (`manage.py check`) for misconfiguration that does not prevent the start."""

import difflib
import os
import sqlite3
from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit

from django.apps import apps
from django.conf import settings
from django.core.checks import Error, Tags, Warning, register  # noqa: A004 -- Django's name for it
from django.core.files.storage import default_storage
from django.db import connection
from django.http.request import validate_host
from django.urls import NoReverseMatch, get_resolver, reverse

from blog import extend, search
from blog.articles.models import Article
from blog.images.models import Image
from blog.jobs.models import Job, Worker
from blog.site.update_steps import missing_steps

MEDIA_CHECKED = 20_000  # files; 20 µs each
LOCAL_HOSTS = {"127.0.0.1", "localhost", "::1"}
# All GALLEY_ variables that settings.py, gunicorn.py and bin/ read; compared by a test.
VARIABLES = {
    *("GALLEY_ADMINS", "GALLEY_CDN_SECONDS", "GALLEY_CUSTOM_DIR", "GALLEY_DATA"),
    *("GALLEY_ENVIRONMENT", "GALLEY_EXTENSIONS"),
    "GALLEY_FROM_EMAIL",
    *(
        "GALLEY_PAGES_DIR",
        "GALLEY_PAGE_CACHE_MB",
        "GALLEY_READ_ONLY",
        "GALLEY_REQUIRE_REVIEW",
        "GALLEY_REVIEW_BY_OTHERS",
    ),
    *("GALLEY_SITE_NAME", "GALLEY_SITE_PUBLISHER", "GALLEY_SITE_TAGLINE"),
    *("GALLEY_LOG_FORMAT", "GALLEY_LOG_REQUESTS", "GALLEY_METRICS_ADDRESS", "GALLEY_SLOW_SECONDS"),
    "GALLEY_STORAGE_URL",
    "GALLEY_TEST_DATABASES",
    "GALLEY_WORKER",
}


@register(Tags.security, deploy=True)
def check_site_address(app_configs, **kwargs):
    address = urlsplit(settings.SITE_URL)
    if settings.DEBUG or address.scheme == "https" or address.hostname in LOCAL_HOSTS:
        return []
    return [
        Warning(
            f"SITE_URL is {settings.SITE_URL}: passwords and sessions cross the network unencrypted.",
            hint=f"Put TLS in front of Galley and set SITE_URL=https://{address.netloc}.",
            id="galley.W001",
        )
    ]


@register(Tags.security)
def check_allowed_hosts(app_configs, **kwargs):
    host = urlsplit(settings.SITE_URL).hostname
    if "*" in settings.ALLOWED_HOSTS:
        return [
            Warning(
                "ALLOWED_HOSTS contains *: visitors can choose the host name that Django uses.",
                hint=f"Name each host, such as ALLOWED_HOSTS={host}, or leave the variable empty.",
                id="galley.W002",
            )
        ]
    name = f"[{host}]" if ":" in host else host
    if validate_host(name, settings.ALLOWED_HOSTS):
        return []
    return [
        Error(
            f"ALLOWED_HOSTS does not contain {host}, the host of SITE_URL: every visitor would get an error.",
            hint=f"Add {host} to ALLOWED_HOSTS, or leave the variable empty.",
            id="galley.E001",
        )
    ]


@register(deploy=True)
def check_mail(app_configs, **kwargs):
    if not settings.ADMINS or settings.SENDS_MAIL:
        return []
    return [
        Warning(
            "GALLEY_ADMINS is set, but this server sends no mail, so nobody is told about errors.",
            hint="Set EMAIL_URL, such as smtp://user:password@mail.example.org:587/?tls=true.",
            id="galley.W006",
        )
    ]


@register(Tags.files)
def check_folders(app_configs, **kwargs):
    """Check that the data and media folders, or their nearest existing parents, are writable."""
    errors = []
    folders = [("data folder", settings.DATA_DIR)]
    if not settings.BUCKET:
        folders.append(("media folder", settings.MEDIA_ROOT))
    for name, folder in folders:
        existing = next(path for path in (Path(folder), *Path(folder).parents) if path.exists())
        if not (existing.is_dir() and os.access(existing, os.W_OK | os.X_OK)):
            errors.append(
                Error(
                    f"The {name} {folder} is not writable by this user.",
                    hint="Make the user that runs Galley its owner, or set GALLEY_DATA to another folder.",
                    id="galley.E002",
                )
            )
    return errors


@register(Tags.security)
def check_private_files(app_configs, **kwargs):
    """Warn about private files that others can read. Galley cannot restrict files of another owner."""
    paths = [Path(settings.DATA_DIR) / "secret_key"]
    database = settings.DATABASES["default"]
    if database["ENGINE"].endswith("sqlite3"):
        paths.append(Path(database["NAME"]))
    return [
        Warning(
            f"{path} can be read by other users of this machine, who could then log in as any user.",
            hint=f"Run: chmod 600 {path}",
            id="galley.W003",
        )
        for path in paths
        if os.name != "nt" and path.exists() and path.stat().st_mode & 0o077
    ]


@register(Tags.security)
def check_custom_dir(app_configs, **kwargs):
    """Warn if others can write to GALLEY_CUSTOM_DIR, whose templates and apps Galley runs."""
    folder = settings.CUSTOM_DIR
    if folder is None or os.name == "nt" or not folder.stat().st_mode & 0o022:
        return []
    return [
        Warning(
            f"Other users of this machine can write to {folder}, whose code Galley runs.",
            hint=f"Run: chmod go-w {folder}",
            id="galley.W011",
        )
    ]


@register(Tags.compatibility)
def check_sqlite(app_configs, **kwargs):
    database = settings.DATABASES["default"]
    if not database["ENGINE"].endswith("sqlite3"):
        return []
    messages = []
    options = database.get("OPTIONS", {})
    waits = options.get("transaction_mode") == "IMMEDIATE"
    if not waits or "journal_mode=wal" not in options.get("init_command", "").lower():
        messages.append(
            Warning(
                "SQLite runs without WAL or IMMEDIATE transactions: if two processes write, one fails.",
                hint="Keep the database options that site_config/settings.py sets.",
                id="galley.W004",
            )
        )
    if not sqlite_knows("SELECT json('{}')"):
        messages.append(
            Error(
                f"This Python has SQLite {sqlite3.sqlite_version} without JSON functions.",
                hint="Use a Python whose SQLite has JSON functions, or PostgreSQL with DATABASE_URL.",
                id="galley.E005",
            )
        )
    if not sqlite_knows("CREATE VIRTUAL TABLE words USING fts5(word)"):
        messages.append(
            Error(
                f"This Python has SQLite {sqlite3.sqlite_version} without FTS5, which search needs.",
                hint="Use a Python whose SQLite has FTS5, or PostgreSQL with DATABASE_URL.",
                id="galley.E003",
            )
        )
    return messages


def sqlite_knows(statement: str) -> bool:
    with closing(sqlite3.connect(":memory:")) as connection:
        try:
            connection.execute(statement)
        except sqlite3.OperationalError:
            return False
    return True


@register(Tags.database)
def check_search_index(app_configs, databases=None, **kwargs):
    """Compare all articles with the search index. Runs only with `check --database default`."""
    if not databases or not search.exists():
        return []
    stale = search.count_stale(Article.objects.all())
    if not stale:
        return []
    return [
        Warning(
            f"The search index is out of date for {stale} articles.",
            hint="Run: bin/galley rebuild_search",
            id="galley.W007",
        )
    ]


@register(Tags.database)
def check_media(app_configs, databases=None, **kwargs):
    """Warn about missing files of the newest images. Runs only with `check --database default`."""
    if not databases or not _has_table(Image):
        return []
    names = Image.objects.exclude(file="").order_by("-pk").values_list("file", flat=True)[:MEDIA_CHECKED]
    missing = default_storage.missing(names)
    if not missing:
        return []
    return [
        Warning(
            f"{len(missing)} files of images are missing in {default_storage.place}, such as {missing[0]}.",
            hint="Copy them from a backup: its folder media has the same names.",
            id="galley.W010",
        )
    ]


@register(Tags.database)
def check_worker(app_configs, databases=None, **kwargs):
    """Warn about waiting jobs without a worker. Runs only with `check --database default`."""
    if not databases or not _has_table(Job) or Worker.objects.alive().exists():
        return []
    waiting = Job.objects.waiting().count()
    if not waiting:
        return []
    return [
        Warning(
            f"{waiting} jobs, such as imports from the browser, are waiting, but no worker is running.",
            hint="Start the site with bin/serve, or a separate worker: bin/galley db_worker",
            id="galley.W008",
        )
    ]


@register(Tags.database)
def check_update(app_configs, databases=None, **kwargs):
    """Report missing steps of an update. Runs only with `check --database default`."""
    steps = missing_steps() if databases else []
    return [Error(step.reason, hint=f"Run: bin/galley {step.command}", id="galley.E006") for step in steps]


def _has_table(model):
    return model._meta.db_table in connection.introspection.table_names()


@register(Tags.security, Tags.urls)
def check_markdownx_is_not_mounted(app_configs, **kwargs):
    if not any(module.startswith("markdownx.") for module in _view_modules(get_resolver().url_patterns)):
        return []
    return [
        Error(
            "markdownx.urls is mounted: its views let anybody upload files to this site.",
            hint="Remove it. site_config/urls.py has Galley's own views for the editor.",
            id="galley.E004",
        )
    ]


@register(Tags.urls)
def check_links_of_extensions(app_configs, **kwargs):
    return [
        Error(
            f"The link “{link.label}” of an extension leads to “{link.url_name}”, which is no screen.",
            hint="Screens of desk_urls.py are named admin:LABEL_NAME.",
            id="galley.E022",
        )
        for link in extend.desk_links
        if not _is_screen(link.url_name)
    ]


@register(Tags.urls)
def check_findings_of_extensions(app_configs, **kwargs):
    """Check that kinds of findings are named after an extension, and lead to a field or a screen."""
    labels = {config.label for config in apps.get_app_configs()}
    fields = {field.name for field in Article._meta.get_fields()}
    faults = {
        "begins with the label of no app": lambda kind: kind.name.partition(".")[0] not in labels,
        "names a field that articles do not have": lambda kind: kind.field not in fields,
        "leads to no screen of one article": lambda kind: kind.url_name and not _is_screen(kind.url_name, 1),
    }
    return [
        Error(
            f"The kind of findings “{kind.name}” of an extension {fault}.",
            hint="See FindingKind in blog/extend.py.",
            id="galley.E021",
        )
        for kind in extend.finding_kinds
        for fault, is_faulty in faults.items()
        if is_faulty(kind)
    ]


def _is_screen(url_name, *arguments):
    try:
        return bool(reverse(url_name, args=arguments))
    except NoReverseMatch:
        return False


def _view_modules(patterns):
    for pattern in patterns:
        if hasattr(pattern, "url_patterns"):
            yield from _view_modules(pattern.url_patterns)
        else:
            view = getattr(pattern.callback, "view_class", pattern.callback)
            yield getattr(view, "__module__", "") or ""


@register
def check_variables(app_configs, **kwargs):
    """Warn about unknown GALLEY_ variables. A misspelt variable would be ignored silently."""
    warnings = []
    known = VARIABLES | settings.EXTENSION_VARIABLES.keys()
    for name in sorted(os.environ):
        if name.startswith("GALLEY_") and name not in known:
            near = difflib.get_close_matches(name, known, n=1)
            warnings.append(
                Warning(
                    f"The environment variable {name} is set but not used.",
                    hint=f"Did you mean {near[0]}?" if near else "docs/configuration.md lists the variables.",
                    id="galley.W005",
                )
            )
    return warnings
