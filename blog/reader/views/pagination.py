"""Pagination of lists."""

import re

from django.core.paginator import InvalidPage, Page, Paginator
from django.http import Http404

from blog.reader.views.sections import cards

PER_PAGE = 20
PAGE_NUMBER = re.compile("[1-9][0-9]{0,6}")


def article_page_or_404(keys, number: str | None, per_page=PER_PAGE, *, count: int | None = None) -> Page:
    """Return a page of articles, given a queryset of primary keys. Raises Http404 if the list is empty.

    Only the keys are paginated, using an index. Article rows are read only for this page.
    """
    page = page_or_404(keys, number, per_page, count=count)
    if not page.paginator.count:
        raise Http404
    page.object_list = cards(page.object_list)
    return page


def page_or_404(rows, number: str | None, per_page=PER_PAGE, count: int | None = None) -> Page:
    """Return a page of the rows. Raises Http404 if `number` is not the number of an existing page.

    count: the number of rows, if it is known without a query.
    """
    if not page_number(number):
        raise Http404
    paginator = Paginator(rows, per_page)
    if count is not None:
        paginator.count = count
    try:
        page = paginator.page(page_number(number))
    except InvalidPage:
        raise Http404 from None
    page.object_list = list(page.object_list)
    return page


def page_number(text: str | None) -> int:
    """Return the page number in a URL: 1 without one, 0 if it is invalid."""
    if text is None:
        return 1
    return int(text) if PAGE_NUMBER.fullmatch(text) else 0
