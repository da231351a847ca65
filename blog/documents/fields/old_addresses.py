"""Read the old URLs of an article from its front matter."""

import re
from collections.abc import Iterator
from unicodedata import normalize
from urllib.parse import unquote, urlsplit

from blog.documents.fields.keys import Keys, fold_key
from blog.documents.fields.values import split_names, text_of
from blog.documents.limits import MOST_OLD_ADDRESSES
from blog.documents.notices import Notice, NoticeKind

LONGEST_PATH = 2000

_FORBIDDEN = re.compile(r"[\x00-\x20\x7f-\x9f\"'<>\\{}*]|(?:^|/)\.\.?(?:/|$)|(?:^|/):")
_SOURCE_NAME = re.compile(r"\.(?:md|markdown|mdx)$", re.IGNORECASE)
_PAGE_NAME = re.compile(r"\.(?:html?|php|aspx?|jsp|cgi)$", re.IGNORECASE)


def read_old_addresses(keys: Keys, notices: list[Notice]) -> tuple[str, ...]:
    """Return the old URLs from front matter, without duplicates, and add notices on unusable ones.

    Keys for former URLs (`aliases`) give paths without a host, because the old host may be this one. Keys for
    the present URL (`permalink`, `canonical`) keep their host, because it may be another site's.
    """
    found = tuple(dict.fromkeys([*_former(keys, notices), *_present(keys)]))
    if len(found) > MOST_OLD_ADDRESSES:
        taken = f"only the first {MOST_OLD_ADDRESSES} make redirects"
        notices.append(Notice(NoticeKind.CUT, f"the file has {len(found):,} old addresses: {taken}."))
    return found[:MOST_OLD_ADDRESSES]


def path_of(address: str) -> str | None:
    """Return the decoded path of a URL, with a leading slash, or None if the path is unusable."""
    try:
        parts = urlsplit(address.strip())
        path = normalize("NFC", unquote(parts.path, errors="strict"))
    except ValueError:
        return None
    if parts.scheme and parts.scheme.lower() not in ("http", "https"):
        return None
    path = "/" + re.sub("/{2,}", "/", path).removeprefix("/")
    return None if _FORBIDDEN.search(path.replace(" ", "")) or len(path) > LONGEST_PATH else path


def _former(keys: Keys, notices: list[Notice]) -> Iterator[str]:
    for key in keys.all("old_addresses"):
        for item in split_names(keys.fields[key], at_commas=False):
            address = (text_of(item) or "").strip()
            if fold_key(key) in ("aliases", "alias") and not ("/" in address or _PAGE_NAME.search(address)):
                continue  # in Obsidian, an alias is another name of the subject
            if path := path_of(address):
                yield path
            else:
                sentence = f"old address “{str(item)[:200]}” not understood: left out."
                notices.append(Notice(NoticeKind.OLD_ADDRESS, sentence))


def _present(keys: Keys) -> Iterator[str]:
    for key in (*keys.all("address"), *keys.all("canonical")):
        value = keys.fields[key]
        address = value.strip() if isinstance(value, str) else ""
        path = path_of(address)
        if "/" not in address or path is None or _SOURCE_NAME.search(path):
            continue  # a permalink style or pattern, or a file name
        has_host = "://" in address or address.startswith("//")
        yield address if has_host else path
