"""The neighbours of an article in the list it was opened from, for *Save and next* and the proof.

A filtered list is frozen when its first article is opened: an OpenedList stores its articles. The primary key
of the OpenedList is part of the preserved filters, as OPENED, so that it is in Django's URLs of each article.
"""

import itertools
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import parse_qsl

from django.contrib import messages
from django.contrib.admin.options import IncorrectLookupParameters
from django.http import HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from blog.articles.models import Article
from blog.desk.articles.list import TRASH, ListedArticles
from blog.desk.base import AdminPart
from blog.desk.models import OpenedList

OPENED = "list"
FILTERS = "_changelist_filters"
KEYS_AT_ONCE = 50  # per query, when looking for a neighbour that still exists


@dataclass(frozen=True)
class ListPosition:
    """A 1-based position in a list, its length, and the pks of the neighbours. 0 if not in the list."""

    number: int = 0
    total: int = 0
    before: int | None = None
    after: int | None = None


class NextInList(AdminPart):
    """*Save and next*: the button `_next` of the form.

    The next row is determined before the save, which may move the row in the list or remove it.
    """

    def prepare(self, request, key):
        if key and request.method == "POST" and "_next" in request.POST:
            place = self.place(request, key)
            request.next_key = place.after if place.number else None

    def answer(self, request, row, *, is_added):
        if is_added or "_next" not in request.POST:
            return None
        if request.next_key is None:
            messages.success(request, _("Saved. That was the last one in the list."))
            return HttpResponseRedirect(self.list_url(request))
        messages.success(request, _("Saved. This is the next one in the list."))
        url = reverse("admin:blog_article_change", args=[request.next_key])
        return HttpResponseRedirect(self.with_filters(request, url))

    def place(self, request, key: int) -> ListPosition:
        """Return the place of an article in its list, which is frozen if it was not yet.

        Articles that were deleted or moved to the trash since are skipped. Freezing the list changes
        request.GET, and with it the preserved filters of the request. A list without filters is not frozen.
        """
        query, number = _list_query(request.GET)
        opened = OpenedList.objects.of(request.user, number)
        if opened:
            lists_trash = query.get("state") == TRASH
            articles = Article.objects.all() if lists_trash else Article.objects.in_use()
            return _place(key, opened.keys, lambda keys: _first_of(articles, keys))
        keys = self._current_keys(request)
        if query:
            self._freeze(request, query, keys)
        return _place(key, keys, lambda keys: next(iter(keys), None))

    def _freeze(self, request, query, keys):
        opened = OpenedList.objects.open(request.user, query.urlencode(), keys)
        query[OPENED] = opened.pk
        request.GET = request.GET.copy()
        request.GET[FILTERS] = query.urlencode()

    def _current_keys(self, request):
        query = request.GET
        request.GET, _number = _list_query(query)
        try:
            return list(ListedArticles.of(request, self.model_admin).values_list("pk", flat=True))
        except IncorrectLookupParameters:
            return []
        finally:
            request.GET = query


def _place(key, keys, first_of) -> ListPosition:
    if key not in keys:
        return ListPosition(total=len(keys), after=first_of(keys))
    index = keys.index(key)
    before, after = reversed(keys[:index]), keys[index + 1 :]
    return ListPosition(index + 1, len(keys), first_of(before), first_of(after))


def _first_of(articles, keys: Iterable[int]) -> int | None:
    """Return the first of the keys that is in the queryset."""
    for some in itertools.batched(keys, KEYS_AT_ONCE):
        found = set(articles.filter(pk__in=some).order_by().values_list("pk", flat=True))
        if found:
            return next(key for key in some if key in found)
    return None


def _list_query(data) -> tuple[QueryDict, str]:
    """Return the query of the list without page numbers, and the primary key of its OpenedList or ""."""
    query, number = QueryDict(mutable=True), ""
    for name, value in parse_qsl(data.get(FILTERS, "")):
        if name == OPENED:
            number = value
        elif name not in {"p", "all"}:
            query.appendlist(name, value)
    return query, number
