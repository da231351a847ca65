"""The sitemap: every page worth indexing, with its last change, split into several files if it is long.

URLs of articles name their images. All begin with SITE_URL. Django's sitemap views are not used, because they
take the host from the request.
"""

from types import SimpleNamespace
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.sitemaps import Sitemap
from django.core.paginator import InvalidPage
from django.db.models import OuterRef, Prefetch, Subquery
from django.db.models.functions import Greatest
from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from blog.articles.authors import Author
from blog.articles.categories import Category
from blog.articles.corrections import Correction
from blog.articles.keywords import ArticleKeyword, Tag
from blog.articles.links import ArticleAuthor, ArticleCategory
from blog.articles.models import Article, modified_at
from blog.articles.series import Series
from blog.articles.translations import find_translations, language_homes
from blog.images.models import Image
from blog.reader import page_head
from blog.reader.views.categories import MIN_INDEXED_ARTICLES
from blog.reader.views.pagination import PAGE_NUMBER
from blog.site import addresses
from blog.site.pages import Page

IMAGE_FIELDS = "file", "source"
MOST_IMAGES = 100  # per article; the protocol allows 1,000
MOST_IN_ONE_FILE = 5_000  # URLs; the protocol allows 50,000, but such a file takes too long to render


class ArticleSitemap(Sitemap):
    limit = MOST_IN_ONE_FILE

    def items(self):
        articles = Article.objects.published().newest_first().select_related("hero_image")
        shown = (f"hero_image__{name}" for name in IMAGE_FIELDS)
        in_text = Prefetch("body_images", Image.objects.order_by("pk").only(*IMAGE_FIELDS))
        fields = "slug", "published_at", "updated_at", "translation_group"
        return articles.only(*fields, *shown).prefetch_related(in_text)

    def lastmod(self, article):
        return modified_at(article)

    def images(self, article) -> list[str]:
        """Return at most MOST_IMAGES URLs: of the hero image and of stored images in the text, each once."""
        images = filter(None, [article.hero_image, *article.body_images.all()])
        found = dict.fromkeys(addresses.absolute(image.url) for image in images if image.url)
        return list(found)[:MOST_IMAGES]


class NamedSitemap(Sitemap):
    """Sitemap of categories, authors, series or tags.

    lastmod is when the newest article was published or updated, whichever is later.
    """

    limit = MOST_IN_ONE_FILE

    def lastmod(self, row):
        return row.changed_at

    def dated(self, rows, links, name, key="pk"):
        its_own = links.objects.published().filter(**{name: OuterRef(key)})
        newest = its_own.order_by("-listed_at", "-article_id")
        changed = newest.annotate(changed_at=Greatest("article__published_at", "article__updated_at"))
        return rows.annotate(changed_at=Subquery(changed.values("changed_at")[:1])).order_by("pk")


class CategorySitemap(NamedSitemap):
    """Sitemap of categories with at least MIN_INDEXED_ARTICLES articles. The others are noindex."""

    def items(self):
        worth_it = [
            category.pk
            for category in Category.objects.most_used()
            if category.article_count >= MIN_INDEXED_ARTICLES
        ]
        return self.dated(Category.objects.filter(pk__in=worth_it), ArticleCategory, "category")


class AuthorSitemap(NamedSitemap):
    def items(self):
        authors = self.dated(Author.objects, ArticleAuthor, "author")
        return authors.filter(changed_at__isnull=False)


class SeriesSitemap(NamedSitemap):
    def items(self):
        parts = Article.objects.published().filter(series=OuterRef("pk")).newest_first()
        changed = parts.annotate(changed_at=Greatest("published_at", "updated_at")).values("changed_at")
        series = Series.objects.annotate(changed_at=Subquery(changed[:1])).order_by("pk")
        return series.filter(changed_at__isnull=False)


class TagSitemap(NamedSitemap):
    """Sitemap of tags with at least MIN_INDEXED_ARTICLES articles. The others are noindex."""

    def items(self):
        tags = Tag.objects.of_several(MIN_INDEXED_ARTICLES)
        return self.dated(tags, ArticleKeyword, "keyword", key="folded_name")


class PageSitemap(Sitemap):
    """Sitemap of the home page and other fixed lists, which change with every article."""

    def items(self):
        newest = ArticleSitemap().items().first()
        self.changed_at = newest and modified_at(newest)
        names = ["home", "category_index", "archive"] if self.changed_at else []
        names += ["author_index"] if names and Author.objects.with_public_page().exists() else []
        homes = language_homes(Article.objects) if names else []
        names += ["corrections"] if Correction.objects.active().exists() and names else []
        languages = [path for _tag, path in homes if path != reverse("blog:home")]
        return [*(reverse(f"blog:{name}") for name in names), *languages]

    def location(self, path):
        return path

    def lastmod(self, path):
        return self.changed_at


class PlainPageSitemap(Sitemap):
    limit = MOST_IN_ONE_FILE

    def items(self):
        return Page.objects.published().order_by("pk").only("slug", "updated_at")

    def lastmod(self, page):
        return page.updated_at


SECTIONS = {
    "pages": PageSitemap,
    "articles": ArticleSitemap,
    "categories": CategorySitemap,
    "authors": AuthorSitemap,
    "series": SeriesSitemap,
    "tags": TagSitemap,
    "plain-pages": PlainPageSitemap,
}


@require_safe
def sitemap_index(request):
    """Return the sitemap or, if it does not fit in one file, the index of its files."""
    paginators = {name: section().paginator for name, section in SECTIONS.items()}
    files = [(name, page) for name, pages in paginators.items() if pages.count for page in pages.page_range]
    if sum(pages.count for pages in paginators.values()) <= MOST_IN_ONE_FILE:
        urls = [url for name, page in files for url in urls_of(name, page)]
        return render_xml(request, "blog/sitemap.xml", {"urlset": urls})
    addresses = [{"location": section_address(name, page)} for name, page in files]
    return render_xml(request, "sitemap_index.xml", {"sitemaps": addresses})


@require_safe
def sitemap_section(request, section):
    number = request.GET.get("page", "1")
    if section not in SECTIONS or not PAGE_NUMBER.fullmatch(number):
        raise Http404
    try:
        urls = urls_of(section, int(number))
    except InvalidPage:
        raise Http404 from None
    return render_xml(request, "blog/sitemap.xml", {"urlset": urls})


def urls_of(section, page):
    address = urlsplit(settings.SITE_URL)
    sitemap = SECTIONS[section]()
    urls = sitemap.get_urls(page, site=SimpleNamespace(domain=address.netloc), protocol=address.scheme)
    if isinstance(sitemap, ArticleSitemap):
        translations = find_translations([url["item"] for url in urls])
        for url in urls:
            article = url["item"]
            url["images"] = sitemap.images(article)
            url["alternates"] = page_head.article_alternates(article.pk, translations.get(article.pk, []))
    return [url for url in urls if sitemap.location(url["item"])]


def section_address(section, page):
    address = addresses.absolute(reverse("sitemap_section", args=[section]))
    return f"{address}?page={page}" if page > 1 else address


def render_xml(request, template, context):
    return render(request, template, context, content_type="application/xml")
