"""“Save and next”: save a row and go to the next one of the list from which it was opened."""

from urllib.parse import parse_qsl

from django.contrib import admin, messages
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.templatetags.admin_urls import add_preserved_filters
from django.contrib.admin.utils import unquote
from django.http import HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _


class SavesAndGoesOn(admin.ModelAdmin):
    """A ModelAdmin whose form has a button `_next`.

    The next row is determined before the save, which may move or remove the row in the list.
    """

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        if object_id and request.method == "POST" and "_next" in request.POST:
            request.next_in_list = self._next_in_list(request, unquote(object_id))
        return super().changeform_view(request, object_id, form_url, extra_context)

    def response_change(self, request, obj):
        if "_next" not in request.POST:
            return super().response_change(request, obj)
        kind = f"{self.opts.app_label}_{self.opts.model_name}"
        following = request.next_in_list
        if following is None:
            self.message_user(request, _("Saved. That was the last one of the list."), messages.SUCCESS)
            url = reverse(f"admin:{kind}_changelist")
        else:
            self.message_user(request, _("Saved. This is the next one of the list."), messages.SUCCESS)
            url = reverse(f"admin:{kind}_change", args=[following])
        filters = {"preserved_filters": self.get_preserved_filters(request), "opts": self.opts}
        return HttpResponseRedirect(add_preserved_filters(filters, url))

    def _next_in_list(self, request, key):
        """Return the key of the next row in the list, or None if this one is the last or not in it."""
        keys = [str(pk) for pk in self.keys_in_list(request)]
        place = keys.index(key) + 1 if key in keys else len(keys)
        return keys[place] if place < len(keys) else None

    def keys_in_list(self, request) -> list:
        """Return the keys of the rows of the list, in its order."""
        asked = request.GET
        request.GET = _list_query(asked)
        try:
            return list(self.get_changelist_instance(request).queryset.values_list("pk", flat=True))
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
