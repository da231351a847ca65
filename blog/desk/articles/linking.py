"""Offer articles to link to while a text is written: those whose title contains the words typed after @."""

import re

from django.core.exceptions import PermissionDenied
from django.db.models import Case, Value, When
from django.http import JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from blog.articles.models import Article
from blog.desk.articles.list import titled
from blog.desk.columns import state_words
from blog.desk.numbers import read_number

MOST_OFFERED = 8
FEWEST_CHARACTERS = 2
# Characters that would be markup in the text of a link, or end a cell of a table.
_MARKUP = re.compile(r"[\\`*_~\[\]<>|]|&(?=#?\w+;)")


@require_safe
@never_cache
def offer_links(request, *, model_admin):
    """Return the articles that static/js/admin-links.js offers, as JSON with the Markdown of each link."""
    if not model_admin.has_view_permission(request):
        raise PermissionDenied
    articles = _offered(request.GET.get("q", ""), without=request.GET.get("article", ""))
    return JsonResponse({"articles": [_as_link(article) for article in articles]})


def _offered(words, without):
    """Return up to MOST_OFFERED articles, first those in which the title, or a word of it, begins so."""
    words = " ".join(words.split())
    if len(words) < FEWEST_CHARACTERS:
        return []
    begins = Case(
        When(title__istartswith=words, then=Value(0)),
        When(title__icontains=f" {words}", then=Value(1)),
        default=Value(2),
    )
    others = Article.objects.in_use().exclude(pk=read_number(without))
    found = titled(others, words).order_by(begins, "title", "pk")
    keys = list(found.values_list("pk", flat=True)[:MOST_OFFERED])  # from an index: rows are wide
    articles = Article.objects.with_queue_relations().in_bulk(keys)
    return [articles[key] for key in keys if key in articles and articles[key].get_absolute_url()]


def _as_link(article):
    """Return the title, the state unless readers can see the article, and the Markdown of a link to it.

    The link is the path of the article, which is redirected if the slug changes.
    """
    return {
        "title": article.title,
        "state": "" if article.is_published else ", ".join(state_words(article)),
        "markdown": f"[{_escaped(article.title)}]({article.get_absolute_url()})",
    }


def _escaped(title):
    return _MARKUP.sub(r"\\\g<0>", " ".join(title.split()))
