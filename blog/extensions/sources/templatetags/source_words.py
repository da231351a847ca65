"""Filters for the templates of sources."""

from django import template

from blog.extensions.sources.screens import shown

register = template.Library()
register.filter("without_scheme", shown.short_address)
register.filter("page_date", shown.page_date)
