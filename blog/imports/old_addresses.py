"""Create redirects from the old addresses in an article's file, so that links to them still work."""

from urllib.parse import urlsplit

from django.conf import settings

from blog.articles.models import Article
from blog.documents.fields.old_addresses import path_of
from blog.documents.notices import Notice, NoticeKind
from blog.site.live_pages import live_pages
from blog.site.redirects import Redirect


def create_redirects(article: Article, addresses: tuple[str, ...], notices: list[Notice]) -> None:
    """Redirect old addresses to the article. Existing pages and redirects are kept and only get a notice."""
    if not addresses:
        return
    paths = dict.fromkeys(path for address in addresses for path in _paths(address))
    own = article.get_absolute_url()
    for path in (own, own.rstrip("/")):
        paths.pop(path, None)
    if not paths:
        return
    known = {redirect.path: redirect for redirect in Redirect.objects.filter(path__in=paths)}
    live = live_pages(path for path in paths if path not in known)
    wanted = []
    for path in paths:
        if path in known:
            if known[path].article_id != article.pk:
                notices.append(_notice(path, "already redirects to another page: left as it is."))
        elif path in live:
            notices.append(_notice(path, "is a page of this site: no redirect created."))
        elif _other_form(path) not in live:
            wanted.append(Redirect(path=path, article=article))
    Redirect.objects.bulk_create(wanted)


def _notice(path, reason):
    return Notice(NoticeKind.OLD_ADDRESS, f"old address {path[:200]} {reason}")


def _paths(address):
    """Yield the path of an address on this site with and without a trailing slash: servers differ."""
    if not address.startswith("/") or address.startswith("//"):
        if _host(address) != _host(settings.SITE_URL):
            return
        address = path_of(address)
    yield address
    if address != "/":
        yield _other_form(address)


def _other_form(path):
    return path.rstrip("/") if path.endswith("/") else f"{path}/"


def _host(address):
    return (urlsplit(address).hostname or "").removeprefix("www.")
