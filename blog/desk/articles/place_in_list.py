"""The next article of a list: *Save and next*, and the position of a proof.

place_of() finds the position of an article in the list from which it was opened.
"""

from dataclasses import dataclass
from urllib.parse import parse_qsl

from django.contrib import messages
from django.contrib.admin.options import IncorrectLookupParameters
from django.http import HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from blog.desk.composed import AdminPart


class NextInList(AdminPart):
    """The button `_next` of the form.

    The next row is determined before the save, which may move or remove the row in the list.
    """

    def prepare(self, visit):
        if visit.key and visit.request.method == "POST" and "_next" in visit.request.POST:
            visit.next_key = self._key_after(visit.request, visit.key)

    def answer(self, visit, row):
        if visit.is_added or "_next" not in visit.request.POST:
            return None
        if visit.next_key is None:
            self.message_user(visit.request, _("Saved. That was the last one of the list."), messages.SUCCESS)
            return HttpResponseRedirect(self.list_url(visit.request))
        self.message_user(visit.request, _("Saved. This is the next one of the list."), messages.SUCCESS)
        opts = self.model_admin.opts
        url = reverse(f"admin:{opts.app_label}_{opts.model_name}_change", args=[visit.next_key])
        return HttpResponseRedirect(self.with_filters(visit.request, url))

    def _key_after(self, request, key):
        """Return the key of the next row in the list, or None if this one is the last or not in it."""
        keys = [str(pk) for pk in self.keys(request)]
        place = keys.index(key) + 1 if key in keys else len(keys)
        return keys[place] if place < len(keys) else None

    def keys(self, request) -> list:
        """Return the primary keys of the rows of the list, in its order."""
        asked = request.GET
        request.GET = _list_query(asked)
        try:
            changelist = self.model_admin.get_changelist_instance(request)
            return list(changelist.queryset.values_list("pk", flat=True))
        except IncorrectLookupParameters:
            return []
        finally:
            request.GET = asked


def _list_query(asked):
    """Return the list's query parameters, from Django's _changelist_filters, without the page number."""
    query = QueryDict(mutable=True)
    for name, value in parse_qsl(asked.get("_changelist_filters", "")):
        if name not in {"p", "all"}:
            query.appendlist(name, value)
    return query


@dataclass(frozen=True)
class ListPosition:
    """Which article of how many it is, from 1 on, and the keys of those beside it; 0 and None if none is."""

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
