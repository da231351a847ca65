"""The reader's pages. Nothing on them depends on the visitor: no cookie, no token, no word of the request.

Every list begins at Article.objects.published() and costs a fixed number of queries.
"""

import itertools
import re
from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.core.files.storage import default_storage
from django.core.paginator import InvalidPage, Page, Paginator
from django.db import DatabaseError, connection
from django.db.models import Avg, Q
from django.http import FileResponse, Http404, HttpResponse, HttpResponseNotFound, HttpResponseServerError
from django.shortcuts import get_object_or_404, render
from django.template import loader
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.formats import date_format
from django.utils.html import format_html_join
from django.utils.translation import get_language, get_language_bidi
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from blog import metadata
from blog.context_processors import header_topics
from blog.documents import without_cover
from blog.images import EXTENSIONS
from blog.models import Article, Author, Category

PER_PAGE = 20
FIRST_YEAR = 1000
THIN = 3  # articles; with fewer, a topic is no page that a search engine should send anybody to
INDEX_TOPICS = 40
HEADINGS = 3  # from which on a text has a contents list
PAGE_NUMBER = re.compile("[1-9][0-9]{0,6}")
LANGUAGE_TAG = re.compile("[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*")
RIGHT_TO_LEFT = {"ar", "arc", "ckb", "dv", "fa", "he", "ps", "sd", "ug", "ur", "yi"}
MEDIA_NAME = re.compile(rf"images/[0-9a-f]{{2}}/([0-9a-f]{{40}})\.({'|'.join(EXTENSIONS.values())})")
MEDIA_TYPES = {extension: f"image/{name.lower()}" for name, extension in EXTENSIONS.items()}


# Home


@require_safe
def home(request):
    topics = header_topics()
    context = {
        "topics": topics,
        "front": FrontPage.of_today(topics[:3]),
        "all_topics": busiest_topics(),
        "meta": metadata.home_metadata(),
    }
    return render(request, "blog/home.html", context)


@dataclass(slots=True)
class Section:
    """Articles under one heading. The layouts alternate, so that no two neighbours look alike."""

    articles: list
    topic: Category | None = None
    layout: str = "split"

    def arrange(self, layout):
        """Set the layout that the articles suit: the large place is for one with a picture."""
        leading = next((article for article in self.articles if has_picture(article)), None)
        if leading is None or (layout == "three" and len(self.articles) >= 3):
            self.layout = "three"
            self.articles = self.articles[:3]
        else:
            self.layout = layout.replace("three", "split")
            self.articles = [leading, *(article for article in self.articles if article != leading)]


class FrontPage:
    """What stands where on the home page. Each article has one place, the most prominent that it may have."""

    RAIL, SHELF, LATEST, TOPIC = 5, 3, 5, 5
    LAYOUTS = ("split", "split flip", "three")

    def __init__(self):
        self.lead = None
        self.rail, self.shelf, self.sections = [], [], []
        self.rail_is_trending = False

    @classmethod
    def of_today(cls, topics):
        """Choose by keys alone, then fetch all that is shown at once."""
        page = cls()
        newest = Article.objects.published().newest_first()
        latest = keys(newest[: 1 + cls.RAIL + cls.SHELF + cls.LATEST])
        featured = keys(newest.featured()[: 1 + cls.RAIL + cls.SHELF])
        trending = keys(newest.trending()[: 1 + cls.SHELF + cls.RAIL])
        shown = []
        lead = take(featured or latest, 1, shown)
        shelf = take(featured, cls.SHELF, shown) if len(featured) > 2 else []
        rail = take(trending or latest, cls.RAIL, shown)
        sections = [(None, take(latest, cls.LATEST, shown))]
        for topic in topics:
            in_topic = keys(newest.in_category(topic)[: cls.TOPIC + len(shown)])
            sections.append((topic, take(in_topic, cls.TOPIC, shown)))
        articles = Article.objects.published().with_list_relations().in_bulk(shown)

        def found(chosen):
            return [articles[key] for key in chosen if key in articles]

        page.lead = next(iter(found(lead)), None)
        page.rail, page.shelf, page.rail_is_trending = found(rail), found(shelf), bool(trending)
        filled = [Section(found(chosen), topic) for topic, chosen in sections if len(chosen) > bool(topic)]
        for section, layout in zip(filled, itertools.cycle(cls.LAYOUTS), strict=False):
            section.arrange(layout)
        page.sections = filled
        return page


def keys(articles) -> list[int]:
    return list(articles.values_list("pk", flat=True))


def take(candidates, number, shown) -> list[int]:
    """Return the first few candidates that are not shown yet, and note that they are now."""
    taken = [key for key in candidates if key not in shown][:number]
    shown.extend(taken)
    return taken


def has_picture(article) -> bool:
    return bool(article.hero_image and article.hero_image.url)


def busiest_topics() -> list[Category]:
    held = Category.objects.with_counts(Article.objects.published())
    return in_name_order(held.most_used_first()[:INDEX_TOPICS])


def in_name_order(categories) -> list[Category]:
    return sorted(categories, key=lambda category: (category.name.casefold(), category.name))


# Article


@require_safe
def article_detail(request, slug):
    article = get_object_or_404(Article.objects.published().with_page_relations(), slug=slug)
    context = article_context(article) | {"meta": metadata.article_metadata(article)}
    return render(request, "blog/article_detail.html", context)


def article_context(article):
    trail = article.trail
    published = Article.objects.published()
    language = text_language(article)
    body_html, cover_caption = without_cover(article.body_html, cover_address(article))
    earlier, later = Article.objects.neighbours_of(article)
    return {
        "article": article,
        "authors": article.byline,
        "trail": trail,
        "current_topics": trail,
        "language": language,
        "site_lang": site_attributes(language, "lang"),
        "site_text": site_attributes(language, "lang", "dir"),
        "other_topics": other_topics(article),
        "contents": outline(article),
        "body_html": body_html,
        "cover_caption": cover_caption,
        "disclosure": metadata.disclosure(article),
        "updated_at": metadata.shown_update(article),
        "share_links": metadata.share_links(article),
        "earlier": earlier,
        "later": later,
        "related": published.related_to(article, apart_from=(earlier, later)),
    }


@require_safe
def article_markdown(request, slug):
    article = get_object_or_404(Article.objects.published().with_page_relations(), slug=slug)
    canonical = metadata.absolute(article.get_absolute_url())
    return HttpResponse(
        metadata.markdown_source(article),
        content_type="text/markdown; charset=utf-8",
        headers={"Link": f'<{canonical}>; rel="canonical"'},
    )


def cover_address(article) -> str:
    return article.hero_image.url if article.hero_image else ""


def text_language(article) -> dict[str, str]:
    """Return lang and dir of the text; nothing where its language is not known, so that the site's holds."""
    if not LANGUAGE_TAG.fullmatch(article.language):
        return {}
    primary = article.language.partition("-")[0].lower()
    return {"lang": article.language, "dir": "rtl" if primary in RIGHT_TO_LEFT else "ltr"}


def site_attributes(language, *names) -> str:
    """Return the attributes of what is the site's own in a text; none where both are in one language."""
    own = {"lang": get_language() or settings.LANGUAGE_CODE, "dir": "rtl" if get_language_bidi() else "ltr"}
    if not language or language == own:
        return ""
    return format_html_join("", ' {}="{}"', ((name, own[name]) for name in names))


def outline(article) -> list[dict[str, str]]:
    """Return the article's contents list: its sections, or their parts too where sections alone are few.

    A text of one or two headings needs none.
    """
    for deepest in (2, 3):
        headings = [
            {"id": identifier, "text": text}
            for level, identifier, text in article.contents
            if level <= deepest
        ]
        if len(headings) >= HEADINGS:
            return headings
    return []


def other_topics(article) -> list[Category]:
    """Return the topics that neither the trail nor the label shows, once each."""
    shown = {*article.trail, article.primary_category}
    topics = dict.fromkeys(link.category for link in article.category_links.all())
    return [topic for topic in topics if topic not in shown]


# Categories


@require_safe
def category_index(request):
    published = Article.objects.published()
    general = Category.objects.with_counts(published, level=Category.Level.GENERAL)
    title = _("All topics")
    context = {
        "general": general.most_used_first(),
        "letters": by_letter(Category.objects.with_counts(published)),
        "meta": metadata.page_metadata(title, "/categories/"),
    }
    return render(request, "blog/category_index.html", context)


def by_letter(categories) -> list[tuple[str, list[Category]]]:
    def letter(category):
        initial = category.name[:1].upper()
        return initial if initial.isalpha() else "#"

    return [(initial, list(group)) for initial, group in itertools.groupby(in_name_order(categories), letter)]


@require_safe
def category_detail(request, slug):
    category = get_object_or_404(Category, slug=slug)
    articles = Article.objects.published().in_category(category).newest_first().with_list_relations()
    page = page_or_404(articles, request.GET.get("page"))
    number_of_articles = page.paginator.count
    if not number_of_articles:
        raise Http404
    nearby = NearbyTopics(category, number_of_articles)
    context = {
        "category": category,
        "page": page,
        "nearby": nearby,
        "current_topics": [category, *nearby.trail],
        "feeds": metadata.feed_links(category),
        "meta": metadata.page_metadata(
            category.name,
            category.get_absolute_url(),
            description=category.description,
            page_number=page.number,
            is_indexed=number_of_articles >= THIN,
            trail=nearby.trail,
        ),
    }
    return render(request, "blog/category_detail.html", context)


class NearbyTopics:
    """The topics around one, as the articles have them: which are broader, narrower, or often beside it."""

    MOST = 8
    LOOKED_AT = 200
    SHARE = 0.6

    def __init__(self, category, number_of_articles):
        on_trail = Q(article_links__level__in=Category.TRAIL_LEVELS)
        topics = list(
            Category.objects.held_with(category, Article.objects.published())
            .annotate(step=Avg("article_links__level", filter=on_trail))
            .most_used_first("shared")[: self.LOOKED_AT]
        )
        narrower = [topic for topic in topics if self.is_most(topic.deeper, topic.shared)]
        broader = [topic for topic in topics if self.is_most(topic.shallower, topic.shared)]
        beside = [topic for topic in topics if topic not in narrower and topic not in broader]
        self.narrower, self.together = narrower[: self.MOST], beside[: self.MOST]
        self.broader = sorted(broader[: self.MOST], key=lambda topic: topic.step)
        # The way down to this topic is what most of its articles have above it.
        self.trail = [topic for topic in self.broader if self.is_most(topic.shared, number_of_articles)]

    def is_most(self, part, whole) -> bool:
        return part >= THIN and part >= self.SHARE * whole


# Archive and authors


@require_safe
def archive(request):
    # What an editor has dated earlier has no address there: years have four digits.
    published = Article.objects.published().filter(published_at__year__gte=FIRST_YEAR)
    months = published.count_by_month()
    years = [(year, list(group)) for year, group in itertools.groupby(months, lambda row: row["month"].year)]
    context = {
        "years": [(year, sum(row["count"] for row in rows), rows) for year, rows in years],
        "meta": metadata.page_metadata(_("Archive"), "/archive/"),
    }
    return render(request, "blog/archive.html", context)


@require_safe
def archive_year(request, year):
    articles = published_in(year)
    context = {"heading": str(year), "months": articles.count_by_month()}
    return render_period(request, articles, reverse("blog:archive_year", args=[year]), context)


@require_safe
def archive_month(request, year, month):
    articles = published_in(year).filter(published_at__month=month)
    heading = date_format(date(year, month, 1), "YEAR_MONTH_FORMAT")
    context = {"heading": heading, "year": year}
    return render_period(request, articles, reverse("blog:archive_month", args=[year, month]), context)


def render_period(request, articles, path, context):
    page = page_or_404(articles.newest_first().with_list_relations(), request.GET.get("page"))
    if not page.paginator.count:
        raise Http404
    title = _("Articles of %(period)s") % {"period": context["heading"]}
    meta = metadata.page_metadata(title, path, page_number=page.number)
    return render(request, "blog/archive_period.html", context | {"page": page, "meta": meta})


def published_in(year):
    """Return what was published in a year; years to come hold nothing, and are no matter for arithmetic."""
    if year > timezone.localtime().year:
        raise Http404
    return Article.objects.published().filter(published_at__year=year)


@require_safe
def author_detail(request, slug):
    author = get_object_or_404(Author, slug=slug)
    articles = Article.objects.published().by_author(author).newest_first().with_list_relations()
    page = page_or_404(articles, request.GET.get("page"))
    if not page.paginator.count:
        raise Http404
    context = {
        "author": author,
        "page": page,
        "meta": metadata.author_metadata(author, page_number=page.number),
    }
    return render(request, "blog/author_detail.html", context)


def page_or_404(rows, number: str | None, per_page=PER_PAGE) -> Page:
    """Return a page of the rows; what is not the number of a page is a page that does not exist."""
    if number is not None and not PAGE_NUMBER.fullmatch(number):
        raise Http404
    try:
        page = Paginator(rows, per_page).page(int(number or 1))
    except InvalidPage:
        raise Http404 from None
    page.object_list = list(page.object_list)
    return page


# For machines


@require_safe
def robots_txt(request):
    lines = ["User-agent: *", "Disallow: /admin/", "", f"Sitemap: {metadata.absolute('/sitemap.xml')}", ""]
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")


@never_cache
@require_safe
def health(request):
    """Say whether this process can answer readers: it can if the database answers it."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return HttpResponse("no database", status=503, content_type="text/plain")
    return HttpResponse("ok", content_type="text/plain")


@require_safe
def media(request, name):
    """Serve a picture that blog/images.py wrote. Its name is its content's digest, so it never changes.

    The sandbox is for the day when something else than a picture gets in here.
    """
    match = MEDIA_NAME.fullmatch(name)
    if not match or not default_storage.exists(name):
        raise Http404
    etag = f'"{match[1]}"'
    response = get_conditional_response(request, etag=etag)
    if response is None:
        response = FileResponse(default_storage.open(name), content_type=MEDIA_TYPES[match[2]])
    response["ETag"] = etag
    response["Cache-Control"] = "public, max-age=31536000, immutable"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response


# Errors


def page_not_found(request, exception=None):
    """Answer the same to every address without a page: nothing in it tells which ones there could be."""
    if request.path.startswith((settings.STATIC_URL, settings.MEDIA_URL)):
        return HttpResponseNotFound("Not found", content_type="text/plain")
    return render(request, "404.html", {"meta": error_metadata(_("Page not found"))}, status=404)


def gone(request):
    return render(request, "410.html", {"meta": error_metadata(_("Page removed"))}, status=410)


def error_metadata(title):
    return metadata.Metadata(title=title, path="", is_indexed=False)


def server_error(request):
    """Answer without database and context; if not even the template can be had, in plain words."""
    try:
        return HttpResponseServerError(loader.render_to_string("500.html"))
    except Exception:  # whatever is broken, this is the last answer
        return HttpResponseServerError("Something went wrong.", content_type="text/plain")
