"""Base classes and functions of admin screens.

- ComposedAdmin: consists of parts, each with its own pages and actions and its share of list and form.
- PublicAdmin: saves and deletions expire the page cache, once per request.
- ChoosesRows: autocomplete fields for related rows.
- OwnedInline: inline rows with the permissions of their parent row.
- SavedCopies: after a save, a cookie tells the browser which local draft to delete
  (static/js/admin-copies.js creates them).
"""

import itertools
import re
from functools import wraps

from django.conf import settings
from django.contrib import admin
from django.contrib.admin.templatetags.admin_urls import add_preserved_filters
from django.contrib.admin.utils import unquote
from django.contrib.admin.widgets import AutocompleteSelect
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _

from blog import page_cache
from blog.desk.forms import NamedRowsFormSet
from blog.desk.lists import AcceptsOwnFilters
from blog.desk.numbers import read_number, read_numbers


class SafeAutocompleteSelect(AutocompleteSelect):
    """Django's autocomplete widget, but an invalid primary key selects nothing instead of raising."""

    def optgroups(self, name, value, attrs=None):
        numbers = read_numbers(map(str, value))
        if numbers:
            return super().optgroups(name, numbers, attrs)
        # Django would compose a query for no rows.
        nothing = self.create_option(name, "", "", selected=False, index=0)
        return [(None, [] if self.is_required else [nothing], 0)]


class ChoosesRows:
    """A mixin for a ModelAdmin or an inline: its autocomplete_fields use SafeAutocompleteSelect."""

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        if db_field.name in self.get_autocomplete_fields(request):
            kwargs.setdefault(
                "widget", SafeAutocompleteSelect(db_field, self.admin_site, using=kwargs.get("using"))
            )
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


class PublicAdmin(AcceptsOwnFilters, ChoosesRows, admin.ModelAdmin):
    """A ModelAdmin that expires the page cache once per request, after the commit."""

    list_per_page = 50

    class Media:
        js = ("admin/js/urlify.js", "js/admin-slugs.js")  # in this order: ours overrides the first

    @admin.display(description=_("Slug"), ordering="slug")
    def address(self, row):
        return row.slug

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        page_cache.invalidate_on_commit()

    def delete_queryset(self, request, queryset):
        super().delete_queryset(request, queryset)
        page_cache.invalidate_on_commit()


class ReadOnlyAdmin(admin.ModelAdmin):
    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


# Message tags: shown as a toast, without and with an Undo button.
TOAST, WITH_UNDO = "toast", "toast undo"
TOKEN = re.compile(r"[0-9a-f]{16}")
SECONDS = 24 * 3600  # lifetime of the cookie, which the next admin page reads


class SavedCopies(admin.ModelAdmin):
    """After a save, set a cookie with the token of the form's local draft, submitted as `_copy`."""

    def response_add(self, request, obj, post_url_continue=None):
        return _with_cookie(request, super().response_add(request, obj, post_url_continue))

    def response_change(self, request, obj):
        return _with_cookie(request, super().response_change(request, obj))


def _with_cookie(request, response):
    token = request.POST.get("_copy", "")
    if TOKEN.fullmatch(token):
        response.set_cookie(
            f"saved-{token}",
            "1",
            max_age=SECONDS,
            path=reverse("admin:index"),
            secure=settings.SESSION_COOKIE_SECURE,
            samesite="Lax",
        )
    return response


class OwnedInline(ChoosesRows, admin.TabularInline):
    """An inline with the permissions that the user has on its parent row."""

    formset = NamedRowsFormSet
    extra = 0

    def has_add_permission(self, request, obj):
        return self.has_change_permission(request, obj)

    def has_change_permission(self, request, obj=None):
        return self._parent_admin.has_change_permission(request, obj)

    def has_delete_permission(self, request, obj=None):
        return self.has_change_permission(request, obj)

    def has_view_permission(self, request, obj=None):
        return self._parent_admin.has_view_permission(request, obj)

    @property
    def _parent_admin(self):
        return self.admin_site.get_model_admin(self.parent_model)


def require(is_allowed: bool) -> None:
    """Raise PermissionDenied unless the request is allowed."""
    if not is_allowed:
        raise PermissionDenied


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

    def __init__(self, model_admin, **parts):
        self.model_admin = model_admin
        vars(self).update(parts)

    def routes(self) -> dict:
        """Return {name: (route below the list, view)}. The URL is named admin:blog_<model>_<name>."""
        return {}

    def actions(self) -> tuple:
        """Return methods with @admin.action that take (request, queryset).

        The ModelAdmin defines has_…_permission() for each permission in the decorators.
        """
        return ()

    def list_links(self, request) -> list[tuple[str, str]]:
        """Return links above the list: (name, URL)."""
        return []

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

    def row_view(self, view, may=None):
        """Return a view of the row with the key from the URL, for view(request, row).

        may(request, row): whether the user may use it; by default, users who may change the row.
        """

        def get_row(request, object_id):
            row = self.model_admin.get_object(request, unquote(object_id))
            require((may or self.model_admin.has_change_permission)(request, row))
            return view(request, row) if row else self.model_admin.missing(request, object_id)

        return get_row

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
            links = (part.list_links(request) for part in self.parts)
            response.context_data["list_links"] = list(itertools.chain.from_iterable(links))
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
