"""The neighbours of an article in the list it was opened from, for *Save and next* and the proof."""

from dataclasses import dataclass
from urllib.parse import parse_qsl

from django.contrib import messages
from django.contrib.admin.options import IncorrectLookupParameters
from django.http import HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from blog.desk.composed import AdminPart


class NextInList(AdminPart):
    """*Save and next*: the button `_next` of the form.

    The next row is determined before the save, which may move the row in the list or remove it.
    """

    def prepare(self, visit):
        if visit.key and visit.request.method == "POST" and "_next" in visit.request.POST:
            visit.next_key = self._key_after(visit.request, visit.key)

    def answer(self, visit, row):
        if visit.is_added or "_next" not in visit.request.POST:
            return None
        if visit.next_key is None:
            self.message_user(visit.request, _("Saved. That was the last one in the list."), messages.SUCCESS)
            return HttpResponseRedirect(self.list_url(visit.request))
        self.message_user(visit.request, _("Saved. This is the next one in the list."), messages.SUCCESS)
        opts = self.model_admin.opts
        url = reverse(f"admin:{opts.app_label}_{opts.model_name}_change", args=[visit.next_key])
        return HttpResponseRedirect(self.with_filters(visit.request, url))

    def _key_after(self, request, key):
        """Return the key of the next row; None if this row is the last or not in the list."""
        keys = [str(pk) for pk in self.keys(request)]
        place = keys.index(key) + 1 if key in keys else len(keys)
        return keys[place] if place < len(keys) else None

    def keys(self, request) -> list:
        """Return the primary keys of the rows in the list, in order."""
        query = request.GET
        request.GET = _list_query(query)
        try:
            changelist = self.model_admin.get_changelist_instance(request)
            return list(changelist.queryset.values_list("pk", flat=True))
        except IncorrectLookupParameters:
            return []
        finally:
            request.GET = query


def _list_query(data):
    """Return the query parameters of the list, from _changelist_filters, without the page number."""
    query = QueryDict(mutable=True)
    for name, value in parse_qsl(data.get("_changelist_filters", "")):
        if name not in {"p", "all"}:
            query.appendlist(name, value)
    return query


@dataclass(frozen=True)
class ListPosition:
    """A 1-based position in a list, its length, and the pks of the neighbours. 0 if not in the list."""

    number: int = 0
    total: int = 0
    before: int | None = None
    after: int | None = None


def list_position(key: int, keys: list[int]) -> ListPosition:
    if key not in keys:
        return ListPosition(total=len(keys), after=keys[0] if keys else None)
    number = keys.index(key)
    before = keys[number - 1] if number else None
    after = keys[number + 1] if number + 1 < len(keys) else None
    return ListPosition(number + 1, len(keys), before, after)
