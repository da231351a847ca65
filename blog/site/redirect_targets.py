"""Find the targets of redirects from their new URLs, so that no chain or loop of redirects is stored.

If the URL is the public page of a row, the target is the row, and the redirect follows the row's slug.
Otherwise the target is the URL of a list or file of this site, or of another site.
"""

import itertools
from collections.abc import Iterable, Mapping
from urllib.parse import quote, unquote, urlsplit

from django.conf import settings
from django.core.files.storage import default_storage
from django.db import models
from django.utils.translation import gettext as _

from blog.base.queries import ROWS_AT_ONCE
from blog.documents.addresses import check_host
from blog.site.live_pages import RedirectError, clean_path, live_pages
from blog.site.redirects import Redirect, forms_of, path_at

LONGEST_URL = Redirect._meta.get_field("address").max_length
GONE = "gone"

Target = models.Model | str  # a row, a URL, or GONE


def find_targets(wanted: Mapping[str, str]) -> dict[str, Target | RedirectError]:
    """Return {old path: target, or the error that says why there is none}.

    wanted: {old path: new URL or GONE}. If a new URL is itself redirected, by a stored redirect or by another
    one in wanted, the result is its final target.
    """
    return _Targets(wanted).found


def find_target(path: str, address: str) -> Target:
    """Return the target of one redirect. Raises RedirectError."""
    target = find_targets({path: address})[path]
    if isinstance(target, RedirectError):
        raise target
    return target


def shorten_chains(redirects: Iterable[Redirect]) -> None:
    """Shorten chains: each redirect that leads to one of these stored redirects gets its target."""
    by_form = {form: redirect for redirect in redirects for form in forms_of(redirect.path)}
    changed = []
    for redirect in Redirect.objects.filter(address__startswith="/"):  # few: of lists, feeds and files
        if last := by_form.get(unquote(redirect.address)):
            redirect.set_target(last.target or last.address)
            redirect.is_gone = last.is_gone
            changed.append(redirect)
    Redirect.objects.store(changed)


class _Targets:
    def __init__(self, wanted):
        self.wanted = {form: new for old, new in wanted.items() for form in forms_of(old)} | dict(wanted)
        locations = {}
        self.found = {}
        for old, new in wanted.items():
            try:
                locations[old] = _location(new)
            except RedirectError as error:
                self.found[old] = error
        self._fetch({path for _url, path in locations.values() if path})
        for old, (url, path) in locations.items():
            try:
                self.found[old] = self._follow(old, url, path)
            except RedirectError as error:
                self.found[old] = error

    def _fetch(self, paths):
        """Fetch the public pages and stored redirects at these paths, for _follow()."""
        self.live = live_pages(paths)
        forms = {form: path for path in paths - self.live.keys() for form in forms_of(path)}
        self.stored = {}
        for batch in itertools.batched(forms, ROWS_AT_ONCE):
            rows = Redirect.objects.with_targets().filter(path__in=batch)
            self.stored |= {forms[row.path]: row for row in rows}

    def _follow(self, old, url, path):
        """Return the target of a URL, following redirects."""
        seen = set(forms_of(old))
        while path:
            if path in seen:
                raise RedirectError(_("%s would lead back to itself.") % old)
            if path.startswith(settings.MEDIA_URL):
                return _file(path, url)
            if path in self.live:
                return self._page(path, url)
            seen.update(forms_of(path))
            if path in self.wanted:
                url, path = _location(self.wanted[path])
            elif stored := self.stored.get(path):
                return self._stored(old, stored)
            else:
                raise _nothing_at(path)
        return url

    def _page(self, path, url):
        """Return the row whose own page this is, or the URL of a list, a tag, a feed or another view."""
        target = self.live[path]
        is_own = isinstance(target, models.Model) and path.rstrip("/") == path_at(target).rstrip("/")
        return target if is_own else url

    def _stored(self, old, redirect):
        if redirect.is_gone:
            return GONE
        target = redirect.target or redirect.address
        if isinstance(target, str) and unquote(urlsplit(target).path) in forms_of(old):
            raise RedirectError(_("%s would lead back to itself.") % old)
        return target


def _location(address):
    """Return (URL, path). Raises RedirectError.

    The path is unescaped. It is "" for a URL of another site, and for GONE.
    """
    if address == GONE:
        return GONE, ""
    if len(address) > LONGEST_URL:
        raise RedirectError(_("The new URL is longer than %d characters.") % LONGEST_URL)
    try:
        parts = urlsplit(address)
        host = parts.netloc.lower()
    except ValueError:
        raise RedirectError(_("The new URL is not valid.")) from None
    if (parts.scheme or host) and (parts.scheme not in {"http", "https"} or not host):
        raise RedirectError(_("The new URL must begin with https://, http:// or /."))
    if host and host != urlsplit(settings.SITE_URL).netloc.lower():
        if reason := check_host(address):
            raise RedirectError(_("The new URL cannot be used: %s.") % _(reason))
        return address, ""
    if parts.path.startswith(settings.MEDIA_URL):
        return parts.path, unquote(parts.path)
    path = clean_path(quote(unquote(parts.path)))
    rest = parts._replace(scheme="", netloc="", path=quote(path)).geturl()
    return rest, path


def _file(path, url):
    """Return the URL of a stored file. Raises RedirectError."""
    name = path.removeprefix(settings.MEDIA_URL)
    if ".." in name or not default_storage.exists(name):
        raise _nothing_at(path)
    return url


def _nothing_at(path):
    return RedirectError(_("There is no public page or file at %s.") % path)
