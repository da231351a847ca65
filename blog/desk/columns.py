"""HTML fragments for list columns and pages of the admin."""

from django.forms.utils import flatatt
from django.urls import reverse
from django.utils import formats, timezone
from django.utils.functional import lazy
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from blog.articles.choices import ReviewState
from blog.articles.models import Article
from blog.articles.queue import TRASH, QueueState
from blog.images.models import Image
from blog.review.kinds import describe_worst_mark

# The visually hidden heading of a column of images, for screen readers.
HIDDEN_IMAGE = lazy(format_html, SafeString)('<span class="visually-hidden">{}</span>', gettext_lazy("Image"))


def short_day(moment) -> str:
    """Return the day of a time in words, without the year if it is this year."""
    day = timezone.localtime(moment)
    is_this_year = day.year == timezone.localdate().year
    return formats.date_format(day, "MONTH_DAY_FORMAT" if is_this_year else "DATE_FORMAT")


def thumbnail(image: Image | None):
    """Return an <img>, or an empty frame without an image and for http: URLs, which the CSP blocks."""
    url = image.url if image else ""
    if url[:7].lower() == "http://":
        url = ""
    if not url:
        return SafeString('<span class="thumb none"></span>')
    attributes = {
        "src": url,
        "alt": "",
        "width": 96,
        "height": 60,
        "loading": "lazy",
        "referrerpolicy": "no-referrer",
    }
    return format_html('<img class="thumb"{}>', flatatt(attributes))


def state_pill(article: Article):
    """Return the article's state as words with symbols, so that colour is not the only sign."""
    return format_html_join(" ", '<span class="pill {}">{}</span>', _states(article))


def state_words(article: Article) -> list[str]:
    return [word for _state, word in _states(article)]


def _states(article):
    """Return (CSS class, word) for each state of the article."""
    if article.trashed_at:
        return [("new", _("In the trash"))]
    if article.status == Article.Status.NEW:
        return [("new", _("New")), *([("submitted", _("Submitted"))] if article.is_submitted else [])]
    if article.is_hidden_until_approved:
        return [("held", _("Waits for approval"))]
    if not article.is_published:
        return [("ready", _("Scheduled"))]
    if article.is_by_machine and article.review_state == ReviewState.NONE:
        return [(QueueState.LIVE.value, str(QueueState.LIVE.label))]
    return [("published", _("Published"))]


def queue_pill(article: Article):
    """Return the article's state in the queue, as a word with a symbol, and whether readers see it."""
    return format_html_join(" ", '<span class="pill {}">{}</span>', _queue_states(article))


def is_only(article: Article, state: str) -> bool:
    """Return whether the pill of an article says no more than this state of the queue, or the trash."""
    if article.trashed_at:
        return state == TRASH
    return [name for name, _word in _queue_states(article)] == [state]


def _queue_states(article):
    """Return (CSS class, word) for the state in the queue, and for whether readers see the article."""
    if article.trashed_at:
        return [("new", _("In the trash"))]
    if article.is_submitted:
        return [("submitted", _("Submitted"))]
    state = article.queue_state
    shown = _states(article) if state in (QueueState.CHECK, QueueState.CHANGED, QueueState.HELD) else []
    return [(state.value, state.label), *(row for row in shown if row[0] != "new")]


# {weight of a WorstMark: CSS class of its sign}
MARK_SIGNS = {"none": "ok", "unknown": "", "slight": "warn", "grave": "warn", "blocking": "stop"}


def worst_mark_html(article: Article):
    """Return an article's worst open mark in words, and the number of further marks."""
    worst = getattr(article, "worst_mark", None) or describe_worst_mark(getattr(article, "proof", None))
    more_marks = ngettext("%d more mark", "%d more marks", worst.more) % worst.more
    template = ' <span class="more">+{}<span class="visually-hidden"> {}</span></span>'
    others = format_html(template, worst.more, more_marks) if worst.more else ""
    sign = MARK_SIGNS[worst.weight]
    return format_html('<span class="sign {}"><span>{}</span>{}</span>', sign, worst.sentence, others)


def change_link(row, label=None):
    url = reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk])
    return format_html('<a href="{}">{}</a>', url, label or row)


def list_link(model, label, **query):
    """Return a link to a model's changelist, filtered by a query."""
    url = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist", query=query)
    return format_html('<a href="{}">{}</a>', url, label)
