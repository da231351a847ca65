"""The contents of the site in the form that the writers of all generators share."""

import itertools
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from django.conf import settings

from blog.articles.authors import Author
from blog.articles.categories import Category
from blog.articles.internal_links import link_targets
from blog.articles.linked_files import linked_urls, newest_files
from blog.articles.models import Article, modified_at
from blog.articles.series import Series
from blog.documents.addresses import REMOTE
from blog.documents.references import parse_reference
from blog.extensions.generators.export.portable import links_in, portable_text, with_resolved
from blog.review.ai_label import ai_label
from blog.site.identity import site_identity
from blog.site.pages import Page
from blog.site.redirects import Redirect

TEXTS_AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class Topic:
    """A page that lists articles: of a category, an author or a series. kind: the first part of its path."""

    kind: str
    name: str
    slug: str
    url: str
    description: str = ""


@dataclass(frozen=True, slots=True)
class Text:
    """An article or a page. url: its path on the site, which begins and ends with a slash."""

    title: str
    slug: str
    url: str
    body: str
    is_draft: bool
    date: datetime | None = None
    updated: datetime | None = None
    summary: str = ""
    description: str = ""
    language: str = ""
    image: str = ""
    image_alt: str = ""
    categories: tuple[Topic, ...] = ()
    authors: tuple[Topic, ...] = ()
    series: Topic | None = None
    part: int | None = None
    tags: tuple[str, ...] = ()
    disclosure: str = ""
    aliases: tuple[str, ...] = ()  # old paths
    is_page: bool = False
    files: frozenset[str] = frozenset()  # names of its images and linked files in the media storage


@dataclass(frozen=True, slots=True)
class Site:
    name: str
    description: str
    url: str
    language: str
    topics: tuple[Topic, ...] = ()
    # (old path, new URL or "" if gone, whether it is one of the aliases of a text)
    redirects: tuple[tuple[str, str, bool], ...] = ()


def read_site() -> Site:
    identity = site_identity()
    return Site(
        identity.name,
        identity.description,
        settings.SITE_URL,
        settings.LANGUAGE_CODE,
        tuple(_topics()),
        tuple(_redirects()),
    )


def read_texts() -> Iterator[Text]:
    """Yield the articles that are not in the trash, then the pages, a batch at a time."""
    shown = set(Article.objects.published().values_list("pk", flat=True))
    keys = Article.objects.in_use().order_by("pk").values_list("pk", flat=True)
    for batch in itertools.batched(list(keys), TEXTS_AT_ONCE):
        articles = Article.objects.with_file_relations().prefetch_related("linked_files")
        yield from _articles(list(articles.filter(pk__in=batch).order_by("pk")), shown)
    pages = Page.objects.prefetch_related("body_image_links__image", "linked_files").order_by("pk")
    yield from _pages(list(pages))


def _topics():
    kinds = ("categories", Category.objects), ("authors", Author.objects), ("series", Series.objects)
    for kind, rows in kinds:
        for row in rows.with_public_page().order_by("pk"):
            yield _topic(kind, row)


def _topic(kind, row):
    return Topic(
        kind, row.name, row.slug, row.get_absolute_url() or "", getattr(row, "description", "") or ""
    )


def _redirects():
    rows = Redirect.objects.order_by("path").with_targets()
    for row in rows.iterator(TEXTS_AT_ONCE):
        address = "" if row.is_gone else row.address or row.target.get_absolute_url()
        if row.is_gone or address:
            yield row.path, address, bool(row.article_id or row.page_id)


def _articles(articles, shown):
    keys = [article.pk for article in articles]
    aliases = {key: [] for key in keys}
    for key, path in (
        Redirect.objects.filter(article__in=keys).order_by("path").values_list("article", "path")
    ):
        aliases[key].append(path)
    for article, body in _bodies([(article.pk, article) for article in articles]):
        hero = article.shown_hero
        label = ai_label(article)
        series = article.series_position.series if article.series_position else None
        yield Text(
            title=article.title,
            slug=article.slug,
            url=article.get_absolute_url(),
            body=body,
            is_draft=article.pk not in shown,
            date=article.published_at or article.dated_at,
            updated=modified_at(article) if article.published_at else article.updated_at,
            summary=article.excerpt_or_opening,
            description=article.meta_description,
            language=article.language,
            image=hero.url if hero else "",
            image_alt=article.hero_words.alt if hero else "",
            categories=tuple(_topic("categories", link.category) for link in article.shown_categories),
            authors=tuple(_topic("authors", author) for author in article.byline),
            series=_topic("series", series) if series else None,
            part=article.series_part,
            tags=tuple(article.keywords),
            disclosure=label.text if label else "",
            aliases=tuple(aliases[article.pk]),
            files=_files(
                [
                    hero,
                    *(link.image for link in article.body_image_links.all()),
                    *newest_files(article.linked_files.all())[article.pk].values(),
                ]
            ),
        )


def _pages(pages):
    for page in pages:
        [(_, body)] = _bodies([(None, page)], page.pk)
        yield Text(
            title=page.title,
            slug=page.slug,
            url=page.get_absolute_url(),
            body=body,
            is_draft=not page.is_published,
            updated=page.updated_at,
            description=page.meta_description,
            language=page.language,
            aliases=tuple(Redirect.objects.filter(page=page).values_list("path", flat=True)),
            is_page=True,
            files=_files(
                [
                    *(link.image for link in page.body_image_links.all()),
                    *newest_files(page.linked_files.all())[None].values(),
                ]
            ),
        )


def _files(rows):
    return frozenset(row.file.name for row in rows if row and row.file)


def _bodies(rows, page=None):
    """Yield (row, its portable text). rows: (key of the article or None for a page, row).

    page: the key of the page.
    """
    texts = [(key, row, portable_text(row.body)) for key, row in rows]
    links = defaultdict(set)
    for key, _, text in texts:
        links[key] |= links_in(text)
    targets, files = link_targets(links), linked_urls(links, page)
    for key, row, text in texts:
        urls = {address: url for (article, address), url in files.items() if article == key}
        urls |= {link.source: link.image.url for link in row.body_image_links.all()}
        yield row, with_resolved(text, partial(_resolve, key, targets, urls))


def _resolve(article, targets, urls, address, is_image):
    if url := urls.get(address):
        return url
    if is_image:
        return address if address.startswith((*REMOTE, "data:")) else None
    reference = parse_reference(address)
    target = targets.get((article, address))
    if target and target.url:
        return target.url + (f"#{reference.anchor}" if reference.anchor else "")
    leads_nowhere = reference and (
        target or reference.is_name or (reference.is_markdown and reference.is_relative)
    )
    return None if leads_nowhere else address
