"""The page of an article, and its preview before it is published."""

import re

from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.html import format_html_join
from django.utils.translation import get_language_bidi, override
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from blog.articles.authors import Author
from blog.articles.categories import Category
from blog.articles.internal_links import shown_urls
from blog.articles.keywords import shared_keywords
from blog.articles.models import Article
from blog.articles.previews import HEADERS, find_preview
from blog.documents.rendering.images import CREDIT_TAG, without_hero
from blog.reader import page_head, sharing
from blog.reader.body import shown_html
from blog.reader.discussions import discussions, reply_address
from blog.reader.language import interface_language, ui_language_within_text
from blog.review import ai_label

MOST_WRITERS = 6  # described at the end of an article
RELATED = 6  # articles, three in a row
# At the beginning of a heading: "2. Tides", "Part 2: Tides". A list must not add another number.
NUMBER = re.compile(r"\W*(\w+ )?\d")
HEADINGS = 3  # articles with fewer have no contents list


@require_safe
def article_detail(request, slug):
    article = article_or_404(slug)
    context = article_context(article)
    meta = page_head.article_metadata(article, context["translations"])
    return render(request, "blog/article_detail.html", context | {"meta": meta})


def article_or_404(slug) -> Article:
    article = Article.objects.page(slug)
    if article is None:
        raise Http404
    return article


def article_context(article):
    """Return the context of an article's page: its content, and links to other articles."""
    place = article.series_position
    is_among_parts = place is not None and place.total > 1
    translations = article.find_translations()
    others = {"is_among_parts": True} if is_among_parts else related_articles(article)
    context = text_context(article) | others
    discussed_at = discussions(article)
    return context | {
        "discussions": discussed_at,
        "reply_address": "" if discussed_at else reply_address(article),
        "translations": translations,
        "other_languages": [each for each in translations if each.article != article.pk],
        "share_links": sharing.share_links(article),
        "writers": writers(article),
    }


def related_articles(article):
    """Return the context of the links to other articles below one that is not among parts of a series.

    These are the related articles or, without any, the earlier and the later article.
    """
    related = Article.objects.related_to(article, RELATED)
    if not related:
        return dict(zip(("earlier", "later"), Article.objects.neighbours_of(article), strict=True))
    if len(related) == 4:
        related.pop()  # it would be alone in its row
    return {"related": related, "nearest_list": article.nearest_list}


def writers(article) -> list[Author]:
    """Return the authors with a bio, a picture or other articles to show at the end of the article."""
    authors = Author.objects.with_article_ends([author.pk for author in article.byline[:MOST_WRITERS]])
    return [author for author in authors if author.bio or author.picture or author.article_count > 1]


def text_context(article):
    """Return the context for the header, the hero image and the body of an article."""
    trail = article.trail
    others = other_categories(article)
    shown_paths = {row.get_absolute_url() for row in (*trail, article.topic, *others) if row}
    language = page_head.text_language(article)
    body, hero_caption = without_hero(article.body_html, hero_url(article))
    caption, tag, credit = hero_caption.partition(CREDIT_TAG)
    urls = shown_urls(article.body_html, article.pk)
    spoken = ui_language_within_text(article.language)
    with override(spoken):
        disclosure = ai_label.ai_label(article)
        panel = ai_label.review_panel(article, disclosure)
        spoken_text = site_attributes(language, "lang", "dir")
    return {
        "article": article,
        "in_series": article.series_position,
        "authors": article.byline,
        "trail": trail,
        "current_categories": trail,
        "language": language,
        "site_lang": site_attributes(language, "lang"),
        "site_text": site_attributes(language, "lang", "dir"),
        "other_categories": others,
        "keywords": [(name, path) for name, path in shared_keywords(article) if path not in shown_paths],
        "contents": (sections := outline(article)),
        "has_numbers": any(NUMBER.match(section["text"]) for section in sections),
        "body_html": shown_html(body, urls, article.language, pictures=True, leads=not hero_url(article)),
        "hero_alt": article.hero_alt_above(body),
        "hero_caption_html": shown_html(caption.rstrip(), urls),
        "hero_credit_html": shown_html(tag + credit, urls),
        "disclosure": disclosure,
        "panel": panel,
        "corrections": article.shown_corrections,
        "spoken": spoken,
        "spoken_text": spoken_text,
        "updated_at": page_head.shown_update(article),
    }


@never_cache
@require_safe
def article_preview(request, token):
    """Show an article to visitors with its signed link, or redirect to its page once it is published."""
    preview = find_preview(token, Article.objects.with_page_relations())
    if preview is None:
        raise Http404
    address = preview.article.is_published and preview.article.get_absolute_url()
    response = redirect(address) if address else render_preview(request, preview)
    for name, value in HEADERS.items():
        response.headers[name] = value
    return response


def render_preview(request, preview):
    article = preview.article
    article.published_at = article.published_at or timezone.now()  # for display; never saved
    # Without a path, the page has no canonical URL, no share card and no structured data.
    meta = page_head.Metadata(title=article.title, path="", is_indexed=False)
    context = article_context(article) | {"preview": preview, "meta": meta}
    return render(request, "blog/article_detail.html", context)


def hero_url(article) -> str:
    return article.hero_image.url if article.hero_image else ""


def site_attributes(language, *names) -> str:
    """Return lang and dir attributes for UI strings in an article if its language differs, else ""."""
    own = {"lang": interface_language(), "dir": "rtl" if get_language_bidi() else "ltr"}
    if not language or language == own:
        return ""
    return format_html_join("", ' {}="{}"', ((name, own[name]) for name in names))


def outline(article) -> list[dict[str, str]]:
    """Return the article's contents list: its h2 headings, and h3 headings if there are few h2.

    [] for an article with fewer than HEADINGS headings.
    """
    for deepest in (2, 3):
        headings = [
            {"id": identifier, "text": article.with_typographic_quotes(text)}
            for level, identifier, text in article.contents
            if level <= deepest
        ]
        if len(headings) >= HEADINGS:
            return headings
    return []


def other_categories(article) -> list[Category]:
    """Return the categories that neither the trail nor the line above the title shows."""
    shown = {*article.trail, article.topic}
    categories = dict.fromkeys(link.category for link in article.shown_categories)
    return [category for category in categories if category not in shown]
