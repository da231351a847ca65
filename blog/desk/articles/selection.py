"""The articles that an act is for: chosen in the list, carried through forms, named in messages."""

import re
from itertools import islice

from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, ngettext_lazy

from blog.articles.actions.base import SkipReason, articles_for_action

TITLES_SHOWN = 20  # of each group on a confirmation page
TITLES_IN_MESSAGE = 3  # in a message


def selected_articles(queryset) -> list:
    """Return the selected articles of an action, in the order of the list."""
    keys = list(queryset.values_list("pk", flat=True))
    return in_order(keys, articles_for_action(keys))


def in_order(keys, articles) -> list:
    found = {article.pk: article for article in articles}
    return [found[key] for key in keys if key in found]


def all_articles(sorting) -> list:
    return [*sorting.changed, *(article for articles in sorting.skipped.values() for article in articles)]


def encode_seen_versions(articles) -> str:
    """Return the value of a hidden field with the keys and versions of the articles."""
    return " ".join(f"{article.pk}.{article.lock_version}" for article in articles)


def decode_seen_versions(text: str) -> dict[int, int]:
    """Parse the value of encode_seen_versions() to {key: version}, in order; {} if it is malformed."""
    pairs = re.findall(r"(?<!\S)([0-9]{1,18})\.([0-9]{1,10})(?!\S)", text)
    return {int(key): int(version) for key, version in pairs}


def read_keys(text: str) -> list[int]:
    return [int(text)] if re.fullmatch(r"[0-9]{1,18}", text) else []


def groups(sorting) -> list[dict]:
    """Return the groups of a confirmation page: what will change, and what is left out and why."""
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


def format_titles(articles):
    """Return the first titles, for a message."""
    titles = format_html_join(
        ", ", "“<bdi>{}</bdi>”", ((row.title,) for row in islice(articles, TITLES_IN_MESSAGE))
    )
    others = len(articles) - TITLES_IN_MESSAGE
    if others <= 0:
        return titles
    return format_html("{} {}", titles, ngettext("and %d more", "and %d more", others) % others)


ARTICLES = ngettext_lazy("%d article", "%d articles")
SKIPPED_SUMMARIES = {
    SkipReason.EMPTY: ngettext_lazy("%d empty, left out", "%d empty, left out"),
    SkipReason.UNREVIEWED: ngettext_lazy(
        "%d by a machine, not approved, left out", "%d by a machine, not approved, left out"
    ),
    SkipReason.ALREADY_PUBLISHED: ngettext_lazy("%d public already", "%d public already"),
    SkipReason.SCHEDULED: ngettext_lazy("%d scheduled already", "%d scheduled already"),
    SkipReason.NOT_PUBLISHED: ngettext_lazy("%d not published anyway", "%d not published anyway"),
    SkipReason.TRASHED: ngettext_lazy("%d in the trash, left out", "%d in the trash, left out"),
    SkipReason.SAME: ngettext_lazy("%d like that already", "%d like that already"),
}
HEADINGS = {
    None: _("These articles"),
    SkipReason.EMPTY: _("Left out: readers would see nothing of them"),
    SkipReason.UNREVIEWED: _("Left out: a machine wrote them, and nobody has approved this version"),
    SkipReason.ALREADY_PUBLISHED: _("Left as they are: public already"),
    SkipReason.SCHEDULED: _("Left as they are: scheduled already"),
    SkipReason.NOT_PUBLISHED: _("Left as they are: not published"),
    SkipReason.TRASHED: _("Left out: in the trash"),
    SkipReason.CHANGED: _("Left as they are: changed in the meantime"),
    SkipReason.SAME: _("Left as they are: like that already"),
}
RESULT_MESSAGES = {
    SkipReason.CHANGED: ngettext_lazy(
        "%d article was left as it is: it was changed in the meantime.",
        "%d articles were left as they are: they were changed in the meantime.",
    ),
    SkipReason.GONE: ngettext_lazy(
        "%d article is not there any more.", "%d articles are not there any more."
    ),
    SkipReason.TRASHED: ngettext_lazy(
        "%d article was left in the trash.", "%d articles were left in the trash."
    ),
    SkipReason.EMPTY: ngettext_lazy(
        "%d article was not published: readers would see nothing of it.",
        "%d articles were not published: readers would see nothing of them.",
    ),
    SkipReason.UNREVIEWED: ngettext_lazy(
        "%d article was not published: a machine wrote it, and nobody has approved this version.",
        "%d articles were not published: a machine wrote them, and nobody has approved these versions.",
    ),
    SkipReason.ALREADY_PUBLISHED: ngettext_lazy(
        "%d article was public already.", "%d articles were public already."
    ),
    SkipReason.SCHEDULED: ngettext_lazy(
        "%d article was scheduled already.", "%d articles were scheduled already."
    ),
    SkipReason.NOT_PUBLISHED: ngettext_lazy(
        "%d article was not published.", "%d articles were not published."
    ),
    SkipReason.SAME: ngettext_lazy(
        "%d article was like that already.", "%d articles were like that already."
    ),
}
