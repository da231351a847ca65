"""Read the variables of the environment, and check their values.

Each function raises ImproperlyConfigured, with a message that names the variable, for an invalid value.
"""

import calendar
import importlib.util
import os
import re
import secrets
import sys
import zoneinfo
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

import dj_database_url
from django.conf import global_settings
from django.core.exceptions import ImproperlyConfigured
from environs import Env

from blog import extension_apps
from blog.files import modes
from blog.files.atomic import write_atomically

BASE_DIR = Path(__file__).resolve().parent.parent
env = Env()


def ensure_folder(name: str, default: Path | None = None, *, mode: int = modes.PASSAGE) -> Path | None:
    """Return the folder named by a variable, or the default, created if missing; None if neither is set."""
    value = env.str(name, "") or default
    if value is None:
        return None
    folder = (BASE_DIR / value).resolve()  # independent of the current folder
    try:
        modes.make_folder(folder, mode)
    except OSError as error:
        reason = error.strerror or "there is a file of that name"
        raise ImproperlyConfigured(f"{name}: cannot make the folder {folder}: {reason}.") from error
    if not os.access(folder, os.W_OK | os.X_OK):
        is_read_only = os.statvfs(folder).f_flag & os.ST_RDONLY
        reason = "its disk is mounted read-only" if is_read_only else "it belongs to another user"
        raise ImproperlyConfigured(
            f"{name}: the folder {folder} cannot be written: {reason}. Mount the disk for writing, give the "
            "folder to the user that runs Galley, or name another one."
        )
    return folder


def write_first(write, *arguments):
    """Call write(*arguments). Raises ImproperlyConfigured instead of OSError."""
    try:
        return write(*arguments)
    except OSError as error:
        raise ImproperlyConfigured(
            f"{error.filename} cannot be written: {error.strerror}. Make room on the disk of its folder, or "
            "give the folder to the user that runs Galley."
        ) from error


def existing_folder(name: str) -> Path | None:
    """Return the folder named by a variable, None if it is not set. Raises ImproperlyConfigured."""
    value = env.str(name, "")
    if not value:
        return None
    folder = (BASE_DIR / value).resolve()
    if not folder.is_dir():
        raise ImproperlyConfigured(f"{name}: there is no folder {folder}. Create it, or change the variable.")
    return folder


def secret_key(path: Path, *, shared_by: str = "") -> str:
    """Return the secret key: the variable SECRET_KEY, or the one in a file, which the first start creates.

    shared_by: a variable that only a site on several machines needs. Each machine would create another key,
    so that the others reject its sessions: then the key must be given.
    """
    if key := env.str("SECRET_KEY", ""):
        return key
    if not shared_by:
        return write_first(load_secret_key, path)
    same = f"the content of {path}" if path.exists() else "the output of: openssl rand -hex 40"
    raise ImproperlyConfigured(
        f"SECRET_KEY: {shared_by} is set, so this site may have several machines, which need the same secret "
        f"key. Set SECRET_KEY on each of them to {same}"
    )


def load_secret_key(path: Path) -> str:
    """Return the secret key from a file. The first start creates the file, readable by its owner only."""
    if not path.exists():
        key = secrets.token_urlsafe(64).encode()
        # Several processes may start at once: replace=False keeps the first one's key.
        write_atomically(path, [key], mode=modes.PRIVATE_FILE, durable=True, replace=False)
    return path.read_text().strip()


def time_zone_name(value: str) -> str:
    """Return the name of a time zone. Raises ImproperlyConfigured if it is unknown."""
    try:
        zoneinfo.ZoneInfo(value)
    except (KeyError, ValueError, OSError):
        raise ImproperlyConfigured(
            f"TIME_ZONE: there is no time zone “{value}”; try Europe/Berlin or UTC."
        ) from None
    return value


def extensions(name: str) -> list[str]:
    """Return the dotted names of the apps that a variable names. Raises ImproperlyConfigured."""
    try:
        return extension_apps.names_of(env.str(name, "default"))
    except LookupError as error:
        reason = f"there is no extension or installed app “{error}”"
        if str(error) in sys.stdlib_module_names:
            reason = f"“{error}” is a module of Python, so give the extension another name"
        bundled = ", ".join(app.rpartition(".")[2] for app in extension_apps.bundled())
        raise ImproperlyConfigured(f"{name}: {reason}. Those of Galley are {bundled}.") from None


def language_code(value: str) -> str:
    """Return a language code in Django's spelling. Raises ImproperlyConfigured if Django lacks it."""
    code = value.lower().replace("_", "-")
    if code not in dict(global_settings.LANGUAGES):
        raise ImproperlyConfigured(
            f"LANGUAGE_CODE: “{value}” is not a supported language; try en, de or pt-br."
        )
    return code


def site_address(value: str):
    """Return SITE_URL split. Raises ImproperlyConfigured unless it is only a scheme and a host."""
    address = urlsplit(value)
    try:
        complete = (
            address.scheme in {"http", "https"}
            and address.hostname
            and (address.port is None or address.port)
        )
    except ValueError:
        complete = False
    if not complete or address.path.strip("/") or address.query or address.fragment or address.username:
        raise ImproperlyConfigured(f"SITE_URL: “{value}” is not an address like https://blog.example.org.")
    return address


def mailer(parsed: dict) -> dict:
    """Return Django's mailer for EMAIL_URL: console:, smtp://user:password@host:587/?tls=true …"""
    backend = parsed.get("EMAIL_BACKEND")
    if not backend:
        raise ImproperlyConfigured(
            "EMAIL_URL: not an address like smtp://user:password@mail.example.org:587/?tls=true."
        )
    if not backend.endswith(".smtp.EmailBackend"):
        return {"BACKEND": backend, "OPTIONS": {}}
    return {
        "BACKEND": backend,
        "OPTIONS": {
            "host": parsed["EMAIL_HOST"],
            "port": parsed["EMAIL_PORT"],
            "username": parsed["EMAIL_HOST_USER"],
            "password": parsed["EMAIL_HOST_PASSWORD"],
            "use_tls": parsed["EMAIL_USE_TLS"],
            "use_ssl": parsed["EMAIL_USE_SSL"],
            "timeout": parsed["EMAIL_TIMEOUT"] or 10,
        },
    }


def database(default: str, *, read_only: bool = False) -> dict:
    """Return Django's database settings for DATABASE_URL, with the options that Galley needs.

    read_only: the database refuses all changes in these connections.
    """
    url = env.str("DATABASE_URL", "") or default
    try:
        parsed = dj_database_url.parse(url)
    except ValueError:
        parsed = {}
    kind = parsed.get("ENGINE", "").removeprefix("django.db.backends.")
    if kind not in {"sqlite3", "postgresql"} or not parsed["NAME"]:
        # The message is logged, so it must not include the URL, which may contain a password.
        raise ImproperlyConfigured(
            "DATABASE_URL: not a database URL. Use the form postgres://user:password@host/name, "
            "postgres://%2Fvar%2Frun%2Fpostgresql/name for a socket's folder, or sqlite:////folder/file.sqlite3."
        )
    if kind == "postgresql":
        return parsed | postgresql(parsed, url, read_only)
    if parsed["NAME"] != ":memory:":
        parsed["NAME"] = str(BASE_DIR / parsed["NAME"])
    return parsed | sqlite(read_only)


def sqlite(read_only: bool) -> dict:
    """Return settings for WAL and for IMMEDIATE transactions, which wait for the write lock at BEGIN.

    With deferred transactions, two writers that both read first fail with "database is locked".

    Each of a server's 16 threads has caches of its own, so they are small: the system caches the file, too.
    Temporary tables and journals are files: in memory (temp_store), those of a migration took 600 MB.
    """
    commands = "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-500;"
    options = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "cached_statements": 40,
        "init_command": f"{commands} PRAGMA query_only=ON;" if read_only else commands,
    }
    return {"ENGINE": "site_config.sqlite3", "CONN_MAX_AGE": None, "OPTIONS": options}


def sqlite_file(settings: dict) -> Path | None:
    """Return the path of an SQLite database, or None for PostgreSQL and databases in memory."""
    is_file = settings["ENGINE"].endswith("sqlite3") and settings["NAME"] != ":memory:"
    return Path(settings["NAME"]) if is_file else None


def postgresql(parsed: dict, url: str, read_only: bool) -> dict:
    """Return settings with a connection pool. Otherwise, each thread would occupy a connection."""
    if not importlib.util.find_spec("psycopg"):
        raise ImproperlyConfigured(
            "DATABASE_URL: PostgreSQL needs the package psycopg: pip install 'psycopg[binary,pool]'."
        )
    # urlsplit().hostname is lower-cased, but the path of a socket's folder is case-sensitive.
    host = unquote(urlsplit(url).netloc.rpartition("@")[2])
    options = {"connect_timeout": 10, **parsed.get("OPTIONS", {})}
    # Three seconds are enough for a server that restarts. For a busy one, the backend waits longer.
    options["pool"] = {"min_size": 1, "max_size": 10, "timeout": 3}
    # The pool doubles the pause between its attempts to connect, until it gives up, and the next request
    # starts again. By default it gives up after 5 minutes, so it notices a restarted server minutes later.
    options["pool"]["reconnect_timeout"] = 10
    if read_only:
        options["options"] = f"{options.get('options', '')} -c default_transaction_read_only=on".strip()
    options.pop("prepared_statements", None)  # an option before version 0.1.0, ignored since then
    return {
        "ENGINE": "site_config.postgresql",
        "HOST": host.rpartition(":")[0] or host if host.startswith("/") else parsed["HOST"],
        "CONN_HEALTH_CHECKS": True,  # so that a restarted server causes no errors
        "OPTIONS": options,
    }


def cache(parsed: dict) -> dict:
    """Return Django's cache for CACHE_URL, with short timeouts in case the server does not answer."""
    if not parsed["BACKEND"].endswith(".RedisCache"):
        return parsed
    if not importlib.util.find_spec("redis"):
        raise ImproperlyConfigured("CACHE_URL: Valkey and Redis need the package redis: pip install redis.")
    options = {
        "socket_timeout": 0.1,
        "socket_connect_timeout": 0.1,
        "retry": None,
        **parsed.get("OPTIONS", {}),
    }
    return parsed | {"BACKEND": "django.core.cache.backends.redis.RedisCache", "OPTIONS": options}


def bucket(name: str) -> dict | None:
    """Return the options of S3Storage for the URL in a variable, None if it is blank.

    The URL has the form s3://KEY:SECRET@HOST/BUCKET/PREFIX?region=NAME&addressing=virtual&tls=no. The host
    and the bucket are required.
    """
    value = env.str(name, "")
    if not value:
        return None
    try:
        url = urlsplit(value)
        query = dict(parse_qsl(url.query, strict_parsing=bool(url.query)))
        host, address = url.hostname, url.netloc.rpartition("@")[2] if url.port != 0 else ""
    except ValueError:
        host = None
    # With "/" or "#" that is not encoded in the secret, the host is another, or missing.
    if (
        not host
        or "@" in url.path
        or url.fragment
        or url.scheme != "s3"
        or not url.path.strip("/")
        or not _are_options(query)
    ):
        # The message is logged, so it must not include the URL, which may contain a secret.
        raise ImproperlyConfigured(
            f"{name}: not a URL like s3://KEY:SECRET@s3.example.org/BUCKET?region=eu-central-1 "
            "(docs/configuration.md)."
        )
    if not (importlib.util.find_spec("boto3") and importlib.util.find_spec("storages")):
        raise ImproperlyConfigured(f"{name}: two packages are missing: bin/setup requirements-s3.txt")
    bucket_name, _slash, prefix = url.path.strip("/").partition("/")
    return {
        "endpoint_url": f"{'http' if query.get('tls') == 'no' else 'https'}://{address}",
        "bucket_name": bucket_name,
        "prefix": f"{prefix}/" if prefix else "",
        "access_key": unquote(url.username) if url.username else None,
        "secret_key": unquote(url.password) if url.password else None,
        "region_name": query.get("region", "us-east-1"),
        "addressing": query.get("addressing", "path"),
    }


def storages_in(bucket: dict) -> dict:
    """Return the entries of STORAGES for a bucket with these options."""
    folders = {"default": "media", "originals": "originals", "imports": "imports"}
    return {
        name: {"BACKEND": "blog.files.s3.S3Storage", "OPTIONS": bucket | {"folder": folder}}
        for name, folder in folders.items()
    }


def _are_options(query):
    possible = {"region": None, "addressing": {"path", "virtual"}, "tls": {"yes", "no"}}
    return all(name in possible and value in (possible[name] or {value}) for name, value in query.items())


def is_cache_server(cache: dict) -> bool:
    """Whether these settings are those of a server, and not of a cache in each process."""
    return not cache["BACKEND"].endswith((".locmem.LocMemCache", ".dummy.DummyCache"))


def whole_number(name: str, default: int, least: int, most: int) -> int:
    """Return the integer in a variable. Raises ImproperlyConfigured if it is not between least and most."""
    number = env.int(name, default)
    if not least <= number <= most:
        raise ImproperlyConfigured(f"{name}: {number} is not between {least} and {most}.")
    return number


def weekday(name: str, default: str) -> int:
    """Return the day of the week in a variable, 0 for Monday. Raises ImproperlyConfigured for other words."""
    value = env.str(name, "") or default
    days = [day.lower() for day in calendar.day_name]
    if value.lower() not in days:
        raise ImproperlyConfigured(f"{name}: “{value}” is not a day of the week, such as {default}.")
    return days.index(value.lower())


def secret(name: str) -> str:
    """Return the secret part of a URL, or "". Raises ImproperlyConfigured if it could be guessed."""
    value = env.str(name, "")
    if value and not re.fullmatch(r"[A-Za-z0-9_-]{20,}", value):
        raise ImproperlyConfigured(
            f"{name}: use at least 20 letters and digits, such as the output of: openssl rand -hex 20"
        )
    return value


def search_key(name: str) -> str:
    """Return an IndexNow key, or "". Raises ImproperlyConfigured if IndexNow would refuse it."""
    value = env.str(name, "")
    if value and not re.fullmatch("[A-Za-z0-9-]{8,128}", value):
        raise ImproperlyConfigured(f"{name}: use 8 to 128 letters, digits and hyphens.")
    return value


def https_address(name: str) -> str:
    """Return the URL in a variable, or "". Raises ImproperlyConfigured unless it begins with https://."""
    return _https(name, env.str(name, ""))


def https_addresses(name: str) -> list[str]:
    """Return the URLs in a variable, separated by commas. Raises like https_address()."""
    return [_https(name, value) for value in env.list(name, default=[])]


def _https(name, value):
    if value and not (value.startswith("https://") and urlsplit(value).hostname):
        raise ImproperlyConfigured(f"{name}: “{value}” is not a URL that begins with https://.")
    return value


def choice(name: str, default: str, *others: str) -> str:
    """Return the value of a variable. Raises ImproperlyConfigured for a value that is not listed."""
    value = env.str(name, "") or default
    if value not in {default, *others}:
        raise ImproperlyConfigured(f"{name}: “{value}” is not one of {', '.join((default, *others))}.")
    return value


def seconds(name: str, default: float) -> float:
    """Return the seconds in a variable, 0 for never. Raises ImproperlyConfigured for a negative number."""
    number = env.float(name, default)
    if not 0 <= number < float("inf"):
        raise ImproperlyConfigured(f"{name}: {number} is not a number of seconds.")
    return number


def metrics_address(value: str) -> tuple[str, int] | None:
    """Return (host, port) of an address such as 127.0.0.1:9100, None if it is blank."""
    if not value:
        return None
    try:
        address = urlsplit(f"//{value}")
        host, port = address.hostname, address.port
    except ValueError:
        host = port = None
    if not (host and port) or address.netloc != value:
        raise ImproperlyConfigured(
            f"GALLEY_METRICS_ADDRESS: “{value}” is not an address like 127.0.0.1:9100."
        )
    return host, port
