"""Filters for the templates of sources."""

from django import template

from blog.documents.marks import plain_words
from blog.extensions.sources.screens import shown

register = template.Library()
register.filter("without_scheme", shown.short_address)
register.filter("page_date", shown.page_date)
register.filter("plain_words", plain_words)
