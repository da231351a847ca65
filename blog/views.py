"""The reader's pages. Nothing on them depends on the visitor: no cookie, no token, no word of the request.

Every list begins at Article.objects.published() and costs a fixed number of queries.
"""

import itertools
import re
from collections import defaultdict
from datetime import date
from unicodedata import combining, normalize

from django.conf import settings
from django.core.files.storage import default_storage
from django.core.paginator import InvalidPage, Page, Paginator
from django.db import DatabaseError, connection
from django.http import FileResponse, Http404, HttpResponse, HttpResponseNotFound
from django.shortcuts import get_object_or_404, redirect, render
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
from blog.front_page import FrontPage, Section, cards, keys
from blog.labels import with_labels
from blog.media.renditions import NoRenditionError, original_name, stored_rendition, with_renditions
from blog.models import Article, ArticleCategory, Author, Category
from blog.sandbox.images import FORMATS

PER_PAGE = 20
FIRST_YEAR = 1000
THIN = 3  # articles; with fewer, a topic is no page that a search engine should send anybody to
FEW_TOPICS = 12
LATEST = 3  # on pages that have nothing of their own to show
INDEX_TOPICS = 40
HEADINGS = 3  # from which on a text has a contents list
INDEX_TOPICS_IN_ALL = 400  # with more names, each letter shows its most used ones and has a page of its own
INDEX_TOPICS_A_LETTER = 24
NO_LETTER = "0-9"
DIRECTORY, DIRECTORY_BELOW, DIRECTORY_ARTICLES = 24, 6, 500
PAGE_NUMBER = re.compile("[1-9][0-9]{0,6}")
MEDIA_NAME = re.compile(
    rf"images/[0-9a-f]{{2}}/([0-9a-f]{{40}})\.({'|'.join(each.extension for each in FORMATS.values())})"
)
MEDIA_TYPES = {each.extension: f"image/{each.name.lower()}" for each in FORMATS.values()}


# Home


@require_safe
def home(request):
    topics = header_topics()
    front = FrontPage.of_today(topics[:3])
    context = {
        "topics": topics,
        "front": front,
        "all_topics": index_topics(),
        "meta": metadata.home_metadata(front.top),
    }
    return render(request, "blog/home.html", context)


def index_topics() -> list[Category]:
    """Return the topics that the home page ends with: more than words on an article or two."""
    topics = Category.objects.most_used(INDEX_TOPICS)
    busy = [topic for topic in topics if topic.article_count >= THIN]
    return in_name_order(busy if len(busy) >= FEW_TOPICS else topics[:FEW_TOPICS])


def in_name_order(categories) -> list[Category]:
    return sorted(categories, key=lambda category: (name_key(category.name), category.name))


def name_key(name) -> str:
    """Return what a name is ordered by: É stands at E, ß at ss."""
    if name.isascii():
        return name.lower()
    return "".join(sign for sign in normalize("NFKD", name) if not combining(sign)).casefold()


# Article


@require_safe
def article_detail(request, slug):
    article = article_or_404(slug)
    context = article_context(article) | {"meta": metadata.article_metadata(article)}
    return render(request, "blog/article_detail.html", context)


def article_or_404(slug) -> Article:
    article = Article.objects.page(slug)
    if article is None:
        raise Http404
    return article


def article_context(article):
    trail = article.trail
    language = metadata.text_language(article)
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
        "body_html": with_renditions(
            with_labels(body_html, article.language), leads=not cover_address(article)
        ),
        "cover_caption": cover_caption,
        "disclosure": metadata.disclosure(article),
        "updated_at": metadata.shown_update(article),
        "share_links": metadata.share_links(article),
        "earlier": earlier,
        "later": later,
        "related": Article.objects.related_to(article, apart_from=(earlier, later)),
    }


@require_safe
def article_markdown(request, slug):
    article = article_or_404(slug)
    canonical = metadata.absolute(article.get_absolute_url())
    return HttpResponse(
        metadata.markdown_source(article),
        content_type="text/markdown; charset=utf-8",
        headers={"Link": f'<{canonical}>; rel="canonical"'},
    )


def cover_address(article) -> str:
    return article.hero_image.url if article.hero_image else ""


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
    topics = Category.objects.defer("description").most_used()
    letters = by_letter(topics)
    most = INDEX_TOPICS_A_LETTER if len(topics) > INDEX_TOPICS_IN_ALL else len(topics)
    title = _("All topics")
    context = {
        "number_of_topics": len(topics),
        "general": directory(topics),
        "letters": list(letters),
        "index": [
            # The most used of each letter, in the order of their names, and how many there are.
            (letter, in_name_order(found[:most]), len(found))
            for letter, found in letters.items()
        ],
        "meta": metadata.page_metadata(title, "/categories/", names=topics),
    }
    return render(request, "blog/category_index.html", context)


def directory(topics) -> list[tuple[Category, list[Category]]]:
    """Return the general topics, each with what the newest articles have most often below it."""
    known = {topic.pk: topic for topic in topics}
    general = [topic for topic in Category.objects.most_used(DIRECTORY, by="general") if topic.pk in known]
    newest = keys(Article.objects.published().newest_first()[:DIRECTORY_ARTICLES])
    below, placed = defaultdict(list), {topic.pk for topic in general}
    for row in ArticleCategory.objects.below_general(newest):
        # Most often first: so a topic stands below the one where it belongs most.
        if row["shared"] >= THIN and row["category"] in known and row["category"] not in placed:
            below[row["general"]].append(known[row["category"]])
            placed.add(row["category"])
    return [(topic, below[topic.pk][:DIRECTORY_BELOW]) for topic in general]


@require_safe
def category_letter(request, letter):
    letters = by_letter(Category.objects.defer("description").most_used())
    if letter not in letters:
        raise Http404
    title = _("Topics: %(letter)s") % {"letter": letter}
    found = in_name_order(letters[letter])
    context = {
        "letter": letter,
        "letters": list(letters),
        "found": found,
        "meta": metadata.page_metadata(title, reverse("blog:category_letter", args=[letter]), names=found),
    }
    return render(request, "blog/category_letter.html", context)


def by_letter(categories) -> dict[str, list[Category]]:
    """Return the categories under the first letter of their names; first those that begin with none."""
    letters = defaultdict(list)
    for category in categories:
        initial = name_key(category.name)[:1].upper()[:1]
        letters[initial if initial.isalpha() else NO_LETTER].append(category)
    return dict(sorted(letters.items(), key=lambda item: (item[0] != NO_LETTER, item[0])))


@require_safe
def category_detail(request, slug):
    # One, with its count, or none: also where readers may see no article of it.
    category = next(iter(Category.objects.filter(slug=slug).most_used()), None)
    if category is None:
        raise Http404
    newest = category.article_links.published().newest_articles()
    page = article_page_or_404(newest, request.GET.get("page"), count=category.article_count)
    nearby = NearbyTopics(category, newest)
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
            names=page,
            page_number=page.number,
            is_indexed=category.article_count >= THIN,
            trail=nearby.trail,
        ),
    }
    return render(request, "blog/category_detail.html", context)


class NearbyTopics:
    """The topics around one, as its articles have them: which are broader, narrower, or often beside it."""

    MOST = 8
    LOOKED_AT = 200
    ARTICLES = 300  # the newest of them tell; more would tell the same, more slowly
    SHARE = 0.6

    def __init__(self, category, newest_articles):
        articles = list(newest_articles[: self.ARTICLES])
        broader, narrower, beside = [], [], []
        for row in ArticleCategory.objects.held_with(category, articles)[: self.LOOKED_AT]:
            if self.is_most(row["shallower"], row["shared"]):
                broader.append(row)
            elif self.is_most(row["deeper"], row["shared"]):
                narrower.append(row)
            elif row["shared"] > 1:
                beside.append(row)
        broader = sorted(broader[: self.MOST], key=lambda row: row["step"])
        # The way down to this topic is what most of its articles have above it.
        trail = [row for row in broader if self.is_most(row["shared"], len(articles))]
        chosen = [row["category"] for row in (*broader, *narrower[: self.MOST], *beside[: self.MOST])]
        # Each is shown with as many articles as its own page lists.
        topics = {topic.pk: topic for topic in Category.objects.filter(pk__in=chosen).most_used()}

        def found(rows):
            return [topics[row["category"]] for row in rows if row["category"] in topics]

        self.trail, self.broader = found(trail), found(broader)
        self.narrower, self.together = found(narrower), found(beside)

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
        "meta": metadata.page_metadata(_("Archive"), "/archive/", names=[year for year, _months in years]),
    }
    return render(request, "blog/archive.html", context)


@require_safe
def archive_year(request, year):
    articles = published_in(year)
    months = articles.count_by_month()
    context = {"heading": str(year), "months": months}
    number_of_articles = sum(row["count"] for row in months)
    path = reverse("blog:archive_year", args=[year])
    return render_period(request, articles, path, context, count=number_of_articles)


@require_safe
def archive_month(request, year, month):
    articles = published_in(year).in_month(year, month)
    heading = date_format(date(year, month, 1), "YEAR_MONTH_FORMAT")
    context = {"heading": heading, "year": year}
    return render_period(request, articles, reverse("blog:archive_month", args=[year, month]), context)


def render_period(request, articles, path, context, count=None):
    newest = articles.newest_first().values_list("pk", flat=True)
    page = article_page_or_404(newest, request.GET.get("page"), count=count)
    title = _("Articles of %(period)s") % {"period": context["heading"]}
    meta = metadata.page_metadata(title, path, names=page, page_number=page.number)
    return render(request, "blog/archive_period.html", context | {"page": page, "meta": meta})


def published_in(year):
    """Return what was published in a year; years to come hold nothing, and are no matter for arithmetic."""
    if year > timezone.localtime().year:
        raise Http404
    return Article.objects.published().filter(published_at__year=year)


@require_safe
def author_detail(request, slug):
    author = get_object_or_404(Author, slug=slug)
    page = article_page_or_404(author.article_links.published().newest_articles(), request.GET.get("page"))
    context = {
        "author": author,
        "page": page,
        "meta": metadata.author_metadata(author, names=page, page_number=page.number),
    }
    return render(request, "blog/author_detail.html", context)


def article_page_or_404(keys, number: str | None, count: int | None = None) -> Page:
    """Return a page of the articles with these keys; a list without articles has no page.

    The rows before the page are passed over in an index of keys, and only those on it are read.
    """
    page = page_or_404(keys, number, count=count)
    if not page.paginator.count:
        raise Http404
    page.object_list = cards(page.object_list)
    return page


def page_or_404(rows, number: str | None, per_page=PER_PAGE, count: int | None = None) -> Page:
    """Return a page of the rows; what is not the number of a page is a page that does not exist.

    count is how many there are, where that is known without counting them.
    """
    if number is not None and not PAGE_NUMBER.fullmatch(number):
        raise Http404
    paginator = Paginator(rows, per_page)
    if count is not None:
        paginator.count = count
    try:
        page = paginator.page(int(number or 1))
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
    """Serve a picture that blog.media stored. Its name is its content's digest, so it never changes."""
    match = MEDIA_NAME.fullmatch(name)
    if not match or not default_storage.exists(name):
        raise Http404
    etag = f'"{match[1]}"'
    response = get_conditional_response(request, etag=etag)
    if response is None:
        response = FileResponse(default_storage.open(name), content_type=MEDIA_TYPES[match[2]])
    return kept_for_ever(response, etag)


@require_safe
def rendition(request, file_name, width):
    """Serve a stored picture in another width; as it is, where it can have no other."""
    try:
        content = stored_rendition(file_name, width)
    except FileNotFoundError:
        raise Http404 from None
    except NoRenditionError:
        return redirect(default_storage.url(original_name(file_name)))
    etag = f'"{file_name}-{width}"'
    response = get_conditional_response(request, etag=etag)
    return kept_for_ever(response or HttpResponse(content, content_type="image/avif"), etag)


def kept_for_ever(response, etag):
    """Return an answer whose address holds the digest of its content.

    The sandbox is for the day when something else than a picture gets in there.
    """
    response["ETag"] = etag
    response["Cache-Control"] = "public, max-age=31536000, immutable"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response


# Errors


def page_not_found(request, exception=None):
    """Answer the same to every address without a page: nothing in it tells which ones there could be."""
    if request.path.startswith((settings.STATIC_URL, settings.MEDIA_URL)):
        return HttpResponseNotFound("Not found", content_type="text/plain")
    return render(request, "404.html", error_context(_("Page not found")), status=404)


def gone(request):
    return render(request, "410.html", error_context(_("Page removed")), status=410)


def error_context(title):
    latest = cards(keys(Article.objects.published().newest_first()[:LATEST]))
    section = Section(latest, heading=_("Latest"), layout="three")
    return {"meta": error_metadata(title), "latest": section}


def error_metadata(title):
    return metadata.Metadata(title=title, path="", is_indexed=False)
