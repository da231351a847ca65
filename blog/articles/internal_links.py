"""Resolve the links of a text to other articles, by the path of their file or an old URL, and to files.

Links are resolved when a page is shown, because the target may be imported after the text, and its URL may
change. The stored HTML of a text keeps each link as it is in the file (blog/documents/references.py).
"""

import posixpath
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from html import escape, unescape
from itertools import islice
from unicodedata import normalize
from urllib.parse import urlsplit

from django.conf import settings
from django.db.models import Exists, OuterRef, Q
from django.urls import Resolver404, resolve

from blog.articles.linked_files import linked_urls
from blog.articles.models import Article
from blog.base.registered import registered
from blog.documents.references import InternalLink, parse_reference, without_extension
from blog.documents.rendering.html import element_id
from blog.site.addresses import address_of
from blog.site.pages import Page
from blog.site.redirects import Redirect

PAGE = "blog:page_detail"  # matches every path of one segment
MOST_LINKS = 500  # per text; no article is looked up for further links

# Safe for sanitised HTML: it has no "<" outside tags, and all attributes are in double quotes.
_LINK = re.compile(r'<a((?: [\w-]+="[^"]*")*?) href="([^"]*)"((?: [\w-]+="[^"]*")*)>')
_REL = re.compile(r' rel="[^"]*"')
_UP = re.compile(r"^(?:\.{1,2}/)+")


@dataclass(frozen=True, slots=True)
class Target:
    """The article that a link leads to. url: "" if readers may not see the article."""

    article: int
    url: str


@dataclass(frozen=True, slots=True)
class _File:
    """The source file of an article, with its paths in the form for comparisons."""

    article: int
    source: str
    path: str  # below the imported folder
    whole: str  # with the imported folder
    url: str
    has_page: bool  # a page has the name of the file as its slug


def link_targets(links: Mapping[int | None, Iterable[str]]) -> dict[tuple[int | None, str], Target]:
    """Return {(article, URL in its text): target} of the links that lead to an article.

    links: {pk of the article, or None for other texts: URLs in its text}. At most six queries.
    """
    found = {
        (article, address): reference
        for article, addresses in links.items()
        for address in addresses
        if (reference := parse_reference(address))
    }
    sites = _sites({reference.host for reference in found.values()} - {""})
    wanted = {key: here for key, one in found.items() if (here := _on_this_site(one, sites))}
    return _Resolver(wanted).resolve() if wanted else {}


def shown_urls(html: str, article: int | None = None, *, page: int | None = None) -> dict[str, str]:
    """Return {URL in a text: URL for readers}, as find_shown_urls(). article, page: pk of the text."""
    return find_shown_urls({article: html}, page)[article]


def find_shown_urls(
    texts: Mapping[int | None, str], page: int | None = None
) -> dict[int | None, dict[str, str]]:
    """Return {article: {URL in its text: URL for readers}} of the internal links and links to files.

    A link to an unknown text, or to an article that readers may not see, has the URL "" and becomes text.
    Links that stay as they are have no item. texts: {pk of the article, or None: sanitised HTML}. page: pk of
    the text without an article, if it is a page.
    """
    links = {article: link_addresses(html, most=None) for article, html in texts.items()}
    looked_up = {article: set(addresses[:MOST_LINKS]) for article, addresses in links.items()}
    targets, files = link_targets(looked_up), linked_urls(looked_up, page)
    return {
        article: {
            address: url
            for address in addresses
            if (url := _url((article, address), targets, files)) is not None
        }
        for article, addresses in links.items()
    }


def link_addresses(html: str, most: int | None = MOST_LINKS) -> list[str]:
    """Return the URLs of the first links in sanitised HTML, in order."""
    return [unescape(link[2]) for link in islice(_LINK.finditer(html), most)]


def _url(link, targets, files) -> str | None:
    """Return the URL for readers, "" for a link that becomes text, or None for one that stays."""
    reference, target = parse_reference(link[1]), targets.get(link)
    if not reference:
        return None
    if target and target.url:
        return target.url + (f"#{element_id(reference.anchor)}" if reference.anchor else "")
    names_file = reference.is_name or (reference.is_markdown and reference.is_relative)
    return files.get(link, "" if target or names_file else None)


def with_shown_url(tag: str, urls: Mapping[str, str]) -> str:
    """Return the start tag of a link with its URL for readers, or "" if the link becomes text."""
    link = _LINK.match(tag)
    url = urls.get(unescape(link[2])) if link else None
    if url:
        return f'<a{link[1]} href="{escape(url)}"{_REL.sub("", link[3])}>'
    return tag if url is None else ""


def _sites(hosts: set[str]) -> dict[str, tuple[str, ...]]:
    """Return {host: paths of sites on it} for this site and the old sites of imports."""
    if not hosts:
        return {}
    sites = defaultdict(set)
    for site in (settings.SITE_URL, *registered.old_sites()):
        parts = urlsplit(site)
        sites[_bare(parts.netloc)].add(parts.path.rstrip("/"))
    return {host: tuple(sorted(paths, key=len, reverse=True)) for host, paths in sites.items()}


def _on_this_site(reference, sites) -> InternalLink | None:
    """Return the reference without the host of this site or an old one; None for other sites."""
    if not reference.host:
        return reference
    for base in sites.get(_bare(reference.host), ()):
        if f"{reference.path}/".startswith(f"{base}/"):
            return replace(reference, host="", base=base, path=reference.path.removeprefix(base) or "/")
    return None


def _bare(host):
    return host.lower().removeprefix("www.")


class _Resolver:
    """Resolves many links with few queries. wanted: {(article, URL): reference}."""

    def __init__(self, wanted: dict[tuple[int | None, str], InternalLink]):
        self.wanted = wanted

    def resolve(self) -> dict[tuple[int | None, str], Target]:
        self.places = self._places()
        self.pages = self._old_pages()
        self.by_path = self._redirected()
        stems = {reference.stem for reference in self.wanted.values() if _may_be_file(reference)}
        self.files, urls = self._files(stems, set(self.by_path.values()))
        targets = {}
        for (article, address), reference in self.wanted.items():
            found = self._article(article, reference)
            if found in urls:
                targets[article, address] = Target(found, urls[found])
        return targets

    def _places(self):
        """Return {article: (source, path, root) of its file} for the articles with a file."""
        keys = {article for article, _ in self.wanted} - {None}
        rows = Article.objects.filter(pk__in=keys, source_file__isnull=False).order_by()
        values = rows.values_list("pk", "source_file__source_name", "source_file__path", "source_file__root")
        return {pk: (source, path, root) for pk, source, path, root in values}

    def _old_pages(self) -> dict[int, list[str]]:
        """Return {article: its old paths} of the articles with links relative to their page."""
        keys = {article for (article, _), reference in self.wanted.items() if _is_of_page(reference)} - {None}
        pages = defaultdict(list)
        for row in Redirect.objects.filter(article__in=keys).order_by("path") if keys else ():
            pages[row.article_id].append(row.path)
        return pages

    def _paths(self, article, reference) -> set[str]:
        """Return the paths on the old site that a link may lead to."""
        if reference.path.startswith("/"):  # a redirect may have the base, as a configuration gives it
            return _spellings(reference.path) | _spellings(f"{reference.base}{reference.path}")
        pages = self.pages.get(article, ()) if _is_of_page(reference) else ()
        return {path for page in pages for path in _spellings(_joined(page, reference.path))}

    @staticmethod
    def _paths_from_root(reference) -> set[str]:
        """Return the paths if a relative link without a dot is meant from the root, as Hugo's are."""
        is_possible = _is_of_page(reference) and "/" in reference.path.strip("/")
        return _spellings(f"/{reference.path}") if is_possible and reference.path[:1] != "." else set()

    def _redirected(self) -> dict[str, int]:
        """Return {path: article} of the redirects from the paths of these links."""
        paths = {
            path
            for (article, _), one in self.wanted.items()
            for path in self._paths(article, one) | self._paths_from_root(one)
        }
        rows = Redirect.objects.filter(path__in=paths, article__isnull=False) if paths else ()
        return {row.path: row.article_id for row in rows}

    def _files(self, stems, keys):
        """Return {stem: files with it} and {article: URL} of the articles with these stems or keys."""
        files, urls = defaultdict(list), {}
        if not (stems or keys):
            return files, urls
        shown = Article.objects.published().filter(pk=OuterRef("pk"))
        rows = Article.objects.in_use().filter(Q(pk__in=keys) | Q(source_file__stem__in=stems)).order_by("pk")
        names = ("source_name", "path", "root", "stem")
        pages = Page.objects.filter(slug=OuterRef("source_file__stem"))
        values = rows.annotate(is_shown=Exists(shown), has_page=Exists(pages)).values_list(
            "pk", "slug", "is_shown", "has_page", *(f"source_file__{name}" for name in names)
        )
        for pk, slug, is_shown, has_page, source, path, root, stem in values:
            urls[pk] = address_of("article_detail", slug) if is_shown else ""
            if stem in stems:
                whole = without_extension(posixpath.join(root, path))
                files[stem].append(_File(pk, source, without_extension(path), whole, urls[pk], has_page))
        return files, urls

    def _article(self, article, reference) -> int | None:
        paths = self._paths(article, reference) & self.by_path.keys()
        if paths:
            return self.by_path[max(paths, key=len)]
        files = self.files.get(reference.stem, ()) if _may_be_file(reference) else ()
        if _view_of(reference.path) == PAGE:
            files = [file for file in files if not file.has_page]
        if files and (found := _matching(reference, self.places.get(article), files)):
            return found
        return next(
            (self.by_path[path] for path in self._paths_from_root(reference) if path in self.by_path), None
        )


def _matching(reference, place, files) -> int | None:
    """Return the article whose file the link names. None if no file fits, or several fit equally well."""
    source, path, root = place or ("", "", "")
    folder = posixpath.dirname(path)
    own = [file for file in files if file.source == source]
    is_rooted = reference.path.startswith("/")
    if not is_rooted:
        nearby = without_extension(posixpath.normpath(posixpath.join(folder, reference.path)))
        whole = without_extension(posixpath.normpath(posixpath.join(root, folder, reference.path)))
        if found := _only(file for file in own if file.path == nearby):
            return found
        if found := _only(file for file in files if file.whole == whole):
            return found
        if _is_of_page(reference):
            below = without_extension(posixpath.normpath(f"{without_extension(path)}/{reference.path}"))
            return _only(file for file in own if file.path == below)
    wanted = without_extension(_UP.sub("", reference.path))
    if found := _only(file for file in own if file.path == wanted and (is_rooted or reference.is_name)):
        return found
    if "/" in wanted or is_rooted or reference.is_name:
        if found := _only(file for file in own if _ends_with(file.whole, wanted)):
            return found
        if "/" in wanted and (found := _only(file for file in files if _ends_with(file.whole, wanted))):
            return found
    if reference.is_name and "/" not in wanted:
        return _only(own) or _only(files)
    return None


def _only(files) -> int | None:
    """Return the article if all files belong to the same one, else None."""
    articles = {file.article for file in files}
    return articles.pop() if len(articles) == 1 else None


def _may_be_file(reference):
    if not reference.stem or not reference.is_text:
        return False
    return not reference.path.startswith("/") or _view_of(reference.path) in {PAGE, ""}


def _is_of_page(reference):
    """Whether a link may be relative to the page of its text, such as `../tides/`, not only to its file."""
    return reference.is_relative and reference.is_text and not reference.is_markdown


def _joined(page, path):
    folder = page if page.endswith("/") else posixpath.dirname(page)
    return posixpath.normpath(posixpath.join(folder, path))


def _ends_with(path, ending):
    return f"/{path}".endswith(f"/{ending}")


def _view_of(path) -> str:
    """Return the name of the view that shows this path of the site, or ""."""
    try:
        return resolve(path if path.endswith("/") else f"{path}/").view_name
    except Resolver404:
        return ""


def _spellings(path) -> set[str]:
    """Return the forms in which a redirect may store the path of a link."""
    path = normalize("NFC", path)
    forms = {path, path.rstrip("/"), f"{path.rstrip('/')}/"}
    return forms - {""}
