"""Old addresses that an article's file names become redirects, so that links from elsewhere still work."""

from urllib.parse import urlsplit

from django.conf import settings

from blog.articles.models import Article
from blog.documents.fields.old_addresses import path_of
from blog.documents.notices import Notice, NoticeKind
from blog.site.live_pages import live_pages
from blog.site.redirects import Redirect


def create_redirects(article: Article, addresses: tuple[str, ...], notices: list[Notice]) -> None:
    """Redirect the addresses to the article; where a page or a redirect is, only a notice."""
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
                notices.append(_notice(path, "already leads elsewhere: left as it is."))
        elif path in live:
            notices.append(_notice(path, "is a page of this site: no redirect made."))
        elif _other_form(path) not in live:
            wanted.append(Redirect(path=path, article=article))
    Redirect.objects.bulk_create(wanted)


def _notice(path, what):
    return Notice(NoticeKind.OLD_ADDRESS, f"old address {path[:200]} {what}")


def _paths(address):
    """Yield the path, with and without a slash at its end: servers differ in which one they show."""
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
