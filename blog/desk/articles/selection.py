"""The articles that an action is for: selected in the list, passed through forms, named in messages."""

import re
from itertools import islice

from django.contrib import messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, ngettext_lazy

from blog.articles.actions.base import SkipReason, articles_for_action
from blog.desk.articles.list import ListedArticles
from blog.desk.base import WITH_UNDO
from blog.desk.numbers import NUMBER, read_number

MOST_FIRST = 10_000  # SQLite takes 32,766 values per query
MOST_SEEN = 100_000  # articles in one form; SQLite of Debian takes 250,000 values per query
TITLES_SHOWN = 20  # per group on a confirmation page
TITLES_IN_MESSAGE = 3


def selected_articles(queryset) -> list:
    """Return the selected articles of an action, in the order of the list."""
    keys = list(queryset.values_list("pk", flat=True))
    return in_order(keys, articles_for_action(keys))


def seen_or_selected(request, queryset) -> tuple[dict[int, int], list]:
    """Return the versions that the user saw in the form of an action, and its articles.

    Before the form was shown, there are no versions, and the articles are the selected ones.
    """
    seen = decode_seen_versions(request.POST.get("seen", ""))
    return seen, in_order(seen, articles_for_action(seen)) if seen else selected_articles(queryset)


def in_order(keys, articles) -> list:
    """Return the articles in the order of the keys. Keys without an article are skipped."""
    found = {article.pk: article for article in articles}
    return [found[key] for key in keys if key in found]


def all_articles(sorting) -> list:
    return [*sorting.changed, *(article for articles in sorting.skipped.values() for article in articles)]


def encode_seen_versions(articles) -> str:
    """Return the value of a hidden field with the keys and lock versions of the articles."""
    return " ".join(f"{article.pk}.{article.lock_version}" for article in articles)


def decode_seen_versions(text: str) -> dict[int, int]:
    """Parse the value of encode_seen_versions() to {key: lock version}, in order. Skip malformed parts."""
    pairs = re.findall(rf"(?<!\S)({NUMBER})\.({NUMBER})(?!\S)", text)
    return {int(key): int(version) for key, version in pairs[:MOST_SEEN]}


def select_first(request, model_admin) -> None:
    """Replace the selection of a POST by the first articles of the list. The number is in `select_first`.

    They may be on several pages. An invalid number changes nothing.
    """
    number = read_number(request.POST.get("select_first", ""))
    if not number:
        return
    listed = ListedArticles.of(request, model_admin)
    request.POST = request.POST.copy()
    request.POST.setlist(ACTION_CHECKBOX_NAME, listed.values_list("pk", flat=True)[: min(number, MOST_FIRST)])
    request.POST["select_across"] = "0"


def report_changed(request, result) -> None:
    """Add a message on the articles that were changed, or that there was nothing to change."""
    if result.changed:
        messages.success(request, result.message, extra_tags=WITH_UNDO)
    else:
        messages.warning(request, _("Nothing to change."))


def announce_job(request, number: int) -> None:
    """Add a message that a job changes this number of articles."""
    message = ngettext(
        "%d article is being changed. You can leave this page.",
        "%d articles are being changed. You can leave this page.",
        number,
    )
    messages.success(request, message % number)


def groups(sorting) -> list[dict]:
    """Return the groups of a confirmation page: the articles to change, and those skipped for each reason."""
    parts = {None: sorting.changed} | sorting.skipped
    return [
        {
            "heading": HEADINGS[reason],
            "titles": [article.title for article in articles[:TITLES_SHOWN]],
            "others": max(len(articles) - TITLES_SHOWN, 0),
        }
        for reason, articles in parts.items()
        if articles
    ]


def summarise(sorting, parts: list[tuple]) -> str:
    """Return a summary in one line: what changes, as (sentence, number of articles), and what is skipped."""
    skipped = [(SKIPPED_SUMMARIES[reason], len(articles)) for reason, articles in sorting.skipped.items()]
    details = "; ".join(sentence % number for sentence, number in [*parts, *skipped] if number)
    return f"{ARTICLES % sorting.number}: {details}."


def format_titles(articles):
    """Return the first titles as HTML, with the number of the others."""
    titles = format_html_join(
        ", ", "“<bdi>{}</bdi>”", ((row.title,) for row in islice(articles, TITLES_IN_MESSAGE))
    )
    others = len(articles) - TITLES_IN_MESSAGE
    if others <= 0:
        return titles
    return format_html("{} {}", titles, ngettext("and %d more", "and %d more", others) % others)


ARTICLES = ngettext_lazy("%d article", "%d articles")
SKIPPED_SUMMARIES = {
    SkipReason.EMPTY: ngettext_lazy("%d skipped: no content", "%d skipped: no content"),
    SkipReason.UNREVIEWED: ngettext_lazy(
        "%d skipped: AI-written and not approved", "%d skipped: AI-written and not approved"
    ),
    SkipReason.ALREADY_PUBLISHED: ngettext_lazy("%d already published", "%d already published"),
    SkipReason.SCHEDULED: ngettext_lazy("%d already scheduled", "%d already scheduled"),
    SkipReason.NOT_PUBLISHED: ngettext_lazy("%d already unpublished", "%d already unpublished"),
    SkipReason.TRASHED: ngettext_lazy("%d skipped: in the trash", "%d skipped: in the trash"),
    SkipReason.SAME: ngettext_lazy("%d unchanged", "%d unchanged"),
    SkipReason.NO_BETTER: ngettext_lazy("%d skipped: no improvement", "%d skipped: no improvement"),
}
HEADINGS = {
    None: _("These articles"),
    SkipReason.EMPTY: _("Skipped: no visible content"),
    SkipReason.UNREVIEWED: _("Skipped: AI-written, and this version is not approved"),
    SkipReason.ALREADY_PUBLISHED: _("Skipped: already published"),
    SkipReason.SCHEDULED: _("Skipped: already scheduled"),
    SkipReason.NOT_PUBLISHED: _("Skipped: not published"),
    SkipReason.TRASHED: _("Skipped: in the trash"),
    SkipReason.CHANGED: _("Skipped: changed since you opened the page"),
    SkipReason.SAME: _("Skipped: nothing to change"),
    SkipReason.NO_BETTER: _("Skipped: the fix would not reduce the findings"),
}
RESULT_MESSAGES = {
    SkipReason.CHANGED: ngettext_lazy(
        "%d article was skipped because it changed after you opened the page.",
        "%d articles were skipped because they changed after you opened the page.",
    ),
    SkipReason.GONE: ngettext_lazy("%d article no longer exists.", "%d articles no longer exist."),
    SkipReason.TRASHED: ngettext_lazy(
        "%d article was skipped because it is in the trash.",
        "%d articles were skipped because they are in the trash.",
    ),
    SkipReason.EMPTY: ngettext_lazy(
        "%d article was not published because it has no visible content.",
        "%d articles were not published because they have no visible content.",
    ),
    SkipReason.UNREVIEWED: ngettext_lazy(
        "%d article was not published because it is AI-written and this version is not approved.",
        "%d articles were not published because they are AI-written and these versions are not approved.",
    ),
    SkipReason.ALREADY_PUBLISHED: ngettext_lazy(
        "%d article was already published.", "%d articles were already published."
    ),
    SkipReason.SCHEDULED: ngettext_lazy(
        "%d article was already scheduled.", "%d articles were already scheduled."
    ),
    SkipReason.NOT_PUBLISHED: ngettext_lazy(
        "%d article was not published.", "%d articles were not published."
    ),
    SkipReason.SAME: ngettext_lazy("%d article needed no change.", "%d articles needed no change."),
    SkipReason.NO_BETTER: ngettext_lazy(
        "%d article was skipped because the fix would not reduce the findings.",
        "%d articles were skipped because the fix would not reduce the findings.",
    ),
}
