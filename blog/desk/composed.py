"""A ModelAdmin composed of parts, each with its own pages and actions and its share of list and form."""

import itertools
from functools import wraps

from django.contrib import admin
from django.contrib.admin.templatetags.admin_urls import add_preserved_filters
from django.contrib.admin.utils import unquote
from django.http import HttpResponse
from django.template.response import TemplateResponse
from django.urls import path, reverse

from blog.desk.numbers import read_number


def urls_of(model_admin, views: dict) -> list:
    """Return the URLs of views, {name: (route below the list, view)}: admin:<app>_<model>_<name>."""
    prefix = f"{model_admin.opts.app_label}_{model_admin.opts.model_name}"
    return [
        path(route, model_admin.admin_site.admin_view(view), name=f"{prefix}_{name}")
        for name, (route, view) in views.items()
    ]


def screen(model_admin, request, template: str, context: dict) -> TemplateResponse:
    each = model_admin.admin_site.each_context(request)
    return TemplateResponse(request, template, each | {"opts": model_admin.opts} | context)


def list_url(model_admin, request) -> str:
    """Return the URL of the list with its last filters."""
    opts = model_admin.opts
    url = reverse(f"admin:{opts.app_label}_{opts.model_name}_changelist")
    return with_filters(model_admin, request, url)


def with_filters(model_admin, request, url: str) -> str:
    """Return the URL with the filters of the list that the request came from."""
    filters = model_admin.get_preserved_filters(request)
    return add_preserved_filters({"preserved_filters": filters, "opts": model_admin.opts}, url)


class AdminPart:
    """A part of a ComposedAdmin. Each hook is called for all parts, in the order of make_parts().

    routes() and actions() add pages and actions; list_context() adds to the list. For the form of a row,
    prepare() is called first, then answer() after a valid save, otherwise form_context().

    A part uses its ModelAdmin for permissions, rows, the list and messages. It gets other parts by name, as
    keyword arguments of __init__().
    """

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

    def list_context(self, request, changelist) -> dict:
        """Return template context for the list."""
        return {}

    def prepare(self, request, key: int | None) -> None:
        """Read or change the request before anything else. No transaction is open.

        key: the primary key from the URL, 0 if it is invalid; None for a new row.
        """

    def answer(self, request, row, *, is_added: bool) -> HttpResponse | None:
        """Return the response to a save, or None. The first part with a response wins, then Django."""
        return None

    def form_context(self, request, row) -> dict:
        """Return template context for the form. row is None for a new row."""
        return {}

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

    def changelist_view(self, request, extra_context=None):
        response = super().changelist_view(request, extra_context)
        changelist = getattr(response, "context_data", {}).get("cl")  # None on the page of an action
        if changelist:
            for part in self.parts:
                response.context_data |= part.list_context(request, changelist)
        return response

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        key = None if object_id is None else read_number(unquote(object_id))
        for part in self.parts:
            part.prepare(request, key)
        return super().changeform_view(request, object_id, form_url, extra_context)

    def response_add(self, request, obj, post_url_continue=None):
        answer = self._answer(request, obj, is_added=True)
        return answer or super().response_add(request, obj, post_url_continue)

    def response_change(self, request, obj):
        return self._answer(request, obj, is_added=False) or super().response_change(request, obj)

    def _answer(self, request, row, *, is_added):
        answers = (part.answer(request, row, is_added=is_added) for part in self.parts)
        return next(filter(None, answers), None)

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        for part in self.parts:
            context |= part.form_context(request, obj)
        return super().render_change_form(request, context, add, change, form_url, obj)

    def missing(self, request, object_id) -> HttpResponse:
        """Return Django's response for a row that does not exist: a redirect with a message."""
        return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)


def _as_action(method):
    """Return a function that takes the ModelAdmin, as Django passes it, and calls the part's method."""

    @wraps(method)
    def action(_model_admin, request, queryset):
        return method(request, queryset)

    return action
