"""Small shapes of what a template is given."""

from django import template
from django.core.paginator import Page

from blog.documents import trim_at_word

register = template.Library()


@register.filter
def page_numbers(page: Page) -> list[int | str]:
    """Return the numbers that a pager shows: both ends, those around this page, and dots between."""
    return list(page.paginator.get_elided_page_range(page.number, on_each_side=2, on_ends=1))


@register.filter
def web_address(address: str) -> str:
    """Return an address that may stand in a link, or nothing: stored ones are not all from a checked form."""
    return address if address.startswith(("https://", "http://")) else ""


@register.filter
def shortened(text: str, length: int) -> str:
    """Return at most so many characters of the words, ending with a whole one."""
    return trim_at_word(text, length)
