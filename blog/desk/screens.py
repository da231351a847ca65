"""Screens of a ModelAdmin besides Django's own: their URLs, pages, and the way back to the list."""

from django.contrib.admin.templatetags.admin_urls import add_preserved_filters
from django.template.response import TemplateResponse
from django.urls import path, reverse


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
