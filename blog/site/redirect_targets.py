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

    wanted: {old path without a public page: new URL or GONE}. If a new URL is itself redirected, by a stored
    redirect or by another one in wanted, the result is its final target.
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
    Redirect.objects.store(shortened_chains(redirects, own_addresses()))


def own_addresses() -> dict[int, str]:
    """Return {pk: address} of the redirects to other paths of this site: lists, feeds and files."""
    return dict(Redirect.objects.filter(address__startswith="/").values_list("pk", "address"))


def shortened_chains(redirects: Iterable[Redirect], addresses: dict[int, str]) -> list[Redirect]:
    """Return the other redirects with these addresses that lead to `redirects`, with their new targets.

    They are not saved.
    """
    by_path = {redirect.path: redirect for redirect in redirects}
    by_form = {form: redirect for path, redirect in by_path.items() for form in forms_of(path)}
    paths = {pk: path for pk, address in addresses.items() if (path := unquote(address)) in by_form}
    live = live_pages({*paths.values()})
    chains = []
    for batch in itertools.batched((pk for pk, path in paths.items() if path not in live), ROWS_AT_ONCE):
        for redirect in Redirect.objects.filter(pk__in=batch):
            last = by_form[paths[redirect.pk]]
            redirect.set_target(last.target or last.address)
            redirect.is_gone = last.is_gone
            chains.append(redirect)
    return [redirect for redirect in chains if redirect.path not in by_path]


class _Targets:
    """The targets of wanted redirects. However many chains share a step, it is followed once.

    A step is (target or URL, path), as is the end of a chain. The path is "" if the chain ends there.
    """

    def __init__(self, wanted):
        steps = {old: _step(new) for old, new in wanted.items()}
        self.steps = {form: step for old, step in steps.items() for form in forms_of(old)} | steps
        self._fetch({path for _target, path in steps.values()} - steps.keys() - {""})
        self.ends = {}
        self.found = {old: self._target(old, *self._end(*step)) for old, step in steps.items()}

    def _fetch(self, paths):
        """Fetch the files, public pages and stored redirects at these other paths. Redirects become steps."""
        media = {path for path in paths if path.startswith(settings.MEDIA_URL)}
        self.files = {path for path in media if _is_file(path)}
        self.live = live_pages(paths - media)
        stored = _stored_steps(paths - media - self.live.keys() - self.steps.keys())
        self.live |= live_pages(self.steps.keys() & {path for _target, path in stored.values()})
        known = self.steps.keys() | self.live.keys()
        self.steps |= {at: (target, path if path in known else "") for at, (target, path) in stored.items()}
        for path in self.live.keys() & self.steps.keys():
            del self.steps[path]  # a wanted redirect from another form of the path

    def _end(self, target, path):
        """Return the end of the chain that begins with this step. The target of a loop is None."""
        walked = []
        while path in self.steps and path not in self.ends:
            self.ends[path] = None, ""  # a loop, if the chain returns to this path
            walked.append(path)
            target, path = self.steps[path]
        end = self.ends.get(path, (target, path))
        self.ends |= dict.fromkeys(walked, end)
        return end

    def _target(self, old, target, path):
        """Return the target at the end of a chain, or the error."""
        if target is None or path in forms_of(old):
            return RedirectError(_("%s would lead back to itself.") % old)
        if not path or path in self.files:
            return target
        if path in self.live:
            return self._page(path, target)
        return RedirectError(_("There is no public page or file at %s.") % path)

    def _page(self, path, url):
        """Return the row whose own page this is, or the URL of a list, a tag, a feed or another view."""
        target = self.live[path]
        is_own = isinstance(target, models.Model) and path.rstrip("/") == path_at(target).rstrip("/")
        return target if is_own else url


def _is_file(path):
    name = path.removeprefix(settings.MEDIA_URL)
    return ".." not in name and default_storage.exists(name)


def _stored_steps(paths):
    """Return {path: step} of the stored redirects at these paths, in any form of the path."""
    rows = {}
    for batch in itertools.batched({form for path in paths for form in forms_of(path)}, ROWS_AT_ONCE):
        for row in Redirect.objects.with_targets().filter(path__in=batch):
            target = GONE if row.is_gone else row.target or row.address
            rows[row.path] = target, unquote(urlsplit(row.address).path)
    return {path: rows[form] for path in paths for form in reversed(forms_of(path)) if form in rows}


def _step(address):
    try:
        return _location(address)
    except RedirectError as error:
        return error, ""


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
