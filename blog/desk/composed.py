"""A ModelAdmin composed of parts, each with its own pages and actions and its share of list and form."""

import itertools
from contextlib import nullcontext
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.contrib import admin
from django.contrib.admin import ActionLocation
from django.contrib.admin.utils import unquote
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from blog.desk.numbers import read_number
from blog.desk.screens import list_url, screen, urls_of, with_filters


@dataclass
class Visit:
    """A request for the form of one row, with the values that the parts share while it is handled.

    key: the primary key from the URL, 0 if it is invalid; None for a new row.
    is_saved: the form was valid, and its row was saved. is_added: the row is new.
    next_key: the row that follows in the list, for *Save and next*; None after the last one.
    opened_from: the stored state that the form starts from, for the form.
    joined: the merge with changes saved by another editor, if any (Joined in
    blog/desk/comparison/concurrent_saves.py). is_left_unpublished: *Publish* only saved the row, because the
    merge must be read first.
    """

    request: HttpRequest
    key: int | None = None
    is_saved: bool = False
    is_added: bool = False
    next_key: str | None = None
    opened_from: str = ""
    joined: Any = None
    is_left_unpublished: bool = False


class AdminPart:
    """A part of a ComposedAdmin. Each hook is called for all parts, in the order of make_parts().

    routes(), actions() and allows() add pages and actions; list_context() adds to the list. For the form of a
    row, the hooks are called in this order:

    - first prepare(), intercept() and form_values();
    - after a valid save saved() and answer(), otherwise form_context();
    - at the end finish(), unless the request has failed.

    A part uses its ModelAdmin for permissions, rows, the list and messages. It gets other parts by name, as
    keyword arguments of __init__().
    """

    # Whether intercept() reads rows that the save depends on, so that the transaction must begin before.
    reads_before_save = False

    def __init__(self, model_admin):
        self.model_admin = model_admin

    def routes(self) -> dict:
        """Return {name: (route below the list, view)}. The URL is named admin:blog_<model>_<name>."""
        return {}

    def actions(self) -> tuple:
        """Return methods with @admin.action that take (request, queryset).

        The ModelAdmin defines has_…_permission() for each permission in the decorators.
        """
        return ()

    def allows(self, action: str, request) -> bool:
        """Whether the current list offers this action, which may be one of any part or of Django's own."""
        return True

    def list_context(self, request, changelist) -> dict:
        """Return template context for the list."""
        return {}

    def prepare(self, visit: Visit) -> None:
        """Read or change the request before anything else. No transaction is open."""

    def intercept(self, visit: Visit) -> HttpResponse | None:
        """Return a page to show instead of the form, such as a comparison."""
        return None

    def form_values(self, visit: Visit) -> dict:
        """Return attributes to set on the form class, {name: value}, each time that Django builds it."""
        return {}

    def saved(self, visit: Visit, form) -> None:
        """Follow up on a save, in its transaction: form.instance and its related rows are stored."""

    def answer(self, visit: Visit, row) -> HttpResponse | None:
        """Return the response to a save, or None. The first part with a response wins, then Django."""
        return None

    def form_context(self, visit: Visit, row) -> dict:
        """Return template context for the form. row is None for a new row."""
        return {}

    def finish(self, visit: Visit, response: HttpResponse) -> None:
        """Add messages or cookies to the response. The transaction has been committed."""

    def message_user(self, request, message, level, extra_tags="") -> None:
        self.model_admin.message_user(request, message, level, extra_tags=extra_tags)

    def render(self, request, template: str, context: dict) -> TemplateResponse:
        return screen(self.model_admin, request, template, context)

    def list_url(self, request) -> str:
        return list_url(self.model_admin, request)

    def with_filters(self, request, url: str) -> str:
        return with_filters(self.model_admin, request, url)


class ComposedAdmin(admin.ModelAdmin):
    """A ModelAdmin that passes Django's hooks on to its parts. Permissions, fields and columns stay in it."""

    def __init__(self, model, admin_site):
        super().__init__(model, admin_site)
        self.parts = tuple(self.make_parts())
        self.actions = [
            *self.actions,
            *(_as_action(method) for part in self.parts for method in part.actions()),
        ]

    def make_parts(self) -> tuple[AdminPart, ...]:
        """Return the parts, in the order in which their hooks are called."""
        return ()

    def get_urls(self):
        own = (urls_of(self, part.routes()) for part in self.parts)
        return [*itertools.chain.from_iterable(own), *super().get_urls()]

    def get_actions(self, request, action_location=ActionLocation.CHANGE_LIST):
        actions = super().get_actions(request, action_location)
        return {
            name: action
            for name, action in actions.items()
            if all(part.allows(name, request) for part in self.parts)
        }

    def changelist_view(self, request, extra_context=None):
        response = super().changelist_view(request, extra_context)
        changelist = getattr(response, "context_data", {}).get("cl")  # None on the page of an action
        if changelist:
            for part in self.parts:
                response.context_data |= part.list_context(request, changelist)
        return response

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        visit = request.visit = Visit(request, None if object_id is None else read_number(unquote(object_id)))
        for part in self.parts:
            part.prepare(visit)
        with self._transaction(visit):
            page = next(filter(None, (part.intercept(visit) for part in self.parts)), None)
            response = page or super().changeform_view(request, object_id, form_url, extra_context)
        for part in self.parts:
            part.finish(visit, response)
        return response

    def _transaction(self, visit):
        """Return a transaction if this is a save and parts read before it. SQLite locks at BEGIN."""
        saves = visit.request.method == "POST" and visit.key is not None
        reads = any(part.reads_before_save for part in self.parts)
        return transaction.atomic() if saves and reads else nullcontext()

    def get_form(self, request, obj=None, change=False, **kwargs):
        form = super().get_form(request, obj, change=change, **kwargs)
        for part in self.parts:
            for name, value in part.form_values(visit_of(request)).items():
                setattr(form, name, value)
        return form

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        visit = visit_of(request)
        visit.is_saved, visit.is_added = True, not change
        for part in self.parts:
            part.saved(visit, form)

    def response_add(self, request, obj, post_url_continue=None):
        return self._answer(request, obj) or super().response_add(request, obj, post_url_continue)

    def response_change(self, request, obj):
        return self._answer(request, obj) or super().response_change(request, obj)

    def _answer(self, request, row):
        return next(filter(None, (part.answer(visit_of(request), row) for part in self.parts)), None)

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        for part in self.parts:
            context |= part.form_context(visit_of(request), obj)
        return super().render_change_form(request, context, add, change, form_url, obj)

    def missing(self, request, object_id) -> HttpResponse:
        """Return Django's response for a row that does not exist: a redirect with a message."""
        return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)


def visit_of(request) -> Visit:
    """Return the visit of a request, or a new one if Django builds a form outside of changeform_view()."""
    return getattr(request, "visit", None) or Visit(request)


def _as_action(method):
    """Return a function that takes the ModelAdmin, as Django passes it, and calls the part's method."""

    @wraps(method)
    def action(_model_admin, request, queryset):
        return method(request, queryset)

    return action
