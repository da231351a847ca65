"""The calendar: published and scheduled articles by month, week or day, and moving a scheduled one.

Days are those of the site's time zone. The article to move is in the query string (`article`). The form
below the calendar then has its day and time, so that it works without JavaScript; calendar.js moves it
by keyboard.
"""

import functools
import operator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django import forms
from django.contrib import admin, messages
from django.db.models import Count, Max, Q
from django.http import HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods

from blog.articles.actions.base import SkipReason
from blog.articles.actions.publication import Verb, apply_verb
from blog.articles.actions.schedule import EACH_WEEKDAY, TOGETHER, ScheduleError, is_day_of, slots
from blog.articles.dates import zone_name
from blog.articles.models import Article
from blog.articles.queue import QueueState
from blog.articles.selection_querysets import count_in_spans
from blog.desk.articles.selection import RESULT_MESSAGES
from blog.desk.base import WITH_UNDO, require
from blog.desk.numbers import LARGEST, read_number
from blog.documents.fields.dates import YEARS
from blog.review.ai_label import is_labelled

MOST_ON_DAY = 3  # articles of a day; beyond this, only their number is shown
MOST_ON_ITS_OWN = 200  # articles on the page of one day
KEYS = {
    "[ ]": gettext_lazy("previous and next month, week or day"),
    "T": gettext_lazy("today"),
    "W V": gettext_lazy("by week, by month"),
    "↵": gettext_lazy("start moving an article, then confirm the move"),
    "← → ↑ ↓": gettext_lazy("move it by a day or a week"),
    "S": gettext_lazy("change its time"),
}


@dataclass(frozen=True)
class Period:
    """The days of a page. kind: month, week or day. first: a day of the period, the first one of a month."""

    kind: str
    first: date

    @classmethod
    def of(cls, kind: str, day: date) -> "Period":
        starts = {"month": day.replace(day=1), "week": day - timedelta(days=day.weekday())}
        return cls(kind, starts.get(kind, day))

    @property
    def days(self) -> list[date]:
        """The days to show: those of a month with the rest of its first and last week."""
        start, number = self.first, {"month": 0, "week": 7, "day": 1}[self.kind]
        if self.kind == "month":
            start -= timedelta(days=start.weekday())
            number = (self._following() - start).days
            number += -number % 7
        return [start + timedelta(days=each) for each in range(number)]

    def _following(self):
        if self.kind == "month":
            return (self.first + timedelta(days=31)).replace(day=1)
        return self.first + timedelta(days=len(self.days))

    @property
    def title(self) -> str:
        if self.kind == "month":
            return date_format(self.first, "YEAR_MONTH_FORMAT")
        if self.kind == "week":
            return _("Week of %(day)s") % {"day": date_format(self.first)}
        return date_format(self.first, _("l, j F Y"))

    @property
    def query(self) -> dict[str, str]:
        return {self.kind: f"{self.first:%Y-%m}" if self.kind == "month" else self.first.isoformat()}

    @property
    def previous(self) -> str:
        return url_of(Period.of(self.kind, self.first - timedelta(days=1)))

    @property
    def next(self) -> str:
        return url_of(Period(self.kind, self._following()))


def url_of(period: Period, **query) -> str:
    """Return the URL of the calendar for a period; "" if it is outside of the years that dates may have."""
    if period.first.year not in YEARS:
        return ""
    return reverse("admin:calendar_page", query=period.query | query)


class MoveForm(forms.Form):
    """The new day and time of a scheduled article. seen: the lock version that the page showed."""

    article = forms.IntegerField(min_value=1, max_value=LARGEST, widget=forms.HiddenInput)
    seen = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    day = forms.DateField(
        label=gettext_lazy("Day"),
        input_formats=["%Y-%m-%d", "%d.%m.%Y"],
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", "required": True}),
    )
    at = forms.TimeField(
        label=gettext_lazy("Time"),
        input_formats=["%H:%M", "%H:%M:%S"],
        widget=forms.TimeInput(format="%H:%M", attrs={"type": "time", "required": True, "data-keys": "s"}),
    )

    def clean(self):
        if not self.errors:
            try:
                [slot] = slots(TOGETHER, self.cleaned_data["day"], self.cleaned_data["at"], 1)
            except ScheduleError as error:
                self.add_error("day", str(error))
            else:
                self.moment = slot.moment


@require_http_methods(["GET", "HEAD", "POST"])
def calendar_page(request):
    """Show the calendar (GET), or move a scheduled article (POST)."""
    model_admin = admin.site.get_model_admin(Article)
    require(model_admin.has_view_permission(request))
    may_move = model_admin.has_publish_permission(request)
    form = None
    if request.method == "POST":
        require(may_move)
        form = MoveForm(request.POST)
        if form.is_valid():
            return _move(request, form)
    context = _context(request, timezone.now(), form, may_move=may_move)
    return TemplateResponse(request, "calendar/calendar.html", admin.site.each_context(request) | context)


def _move(request, form):
    key, moment = form.cleaned_data["article"], form.moment
    result = apply_verb(Verb.SCHEDULE, request.user, {key: form.cleaned_data["seen"]}, moments={key: moment})
    if result.changed:
        messages.success(request, result.message, extra_tags=WITH_UNDO)
    for reason, articles in result.skipped.items():
        messages.warning(request, RESULT_MESSAGES[reason] % len(articles))
    if result.missing_count:
        messages.warning(request, RESULT_MESSAGES[SkipReason.GONE] % result.missing_count)
    shown = _period(request)
    day = form.cleaned_data["day"]
    return HttpResponseRedirect(url_of(shown if day in shown.days else Period.of(shown.kind, day)))


def _context(request, now, form, *, may_move):
    period, today = _period(request), timezone.localdate(now, timezone.get_default_timezone())
    in_hand = _in_hand(request, now) if may_move else None
    days = _days(period, today, in_hand, now, may_move=may_move)
    return {
        "title": _("Calendar"),
        "subtitle": period.title,
        "period": period,
        "weeks": [days[start : start + 7] for start in range(0, len(days), 7)],
        "views": _views(period, today),
        "today_url": url_of(Period.of(period.kind, today)),
        "here": url_of(period),
        "summary": _summary(today, now),
        "in_hand": in_hand,
        "form": (form or _form(in_hand)) if in_hand else None,
        "time_zone": zone_name(),
        "page_keys": KEYS,
    }


def _period(request) -> Period:
    """Return the period in the query string; this month without one, or if it is invalid."""
    for kind in ("day", "week", "month"):
        text = request.GET.get(kind, "")
        try:
            day = parse_date(f"{text}-01" if kind == "month" else text)
        except ValueError:
            day = None
        if day and day.year in YEARS:
            return Period.of(kind, day)
    return Period.of("month", timezone.localdate(timezone=timezone.get_default_timezone()))


def _in_hand(request, now) -> Article | None:
    """Return the scheduled article to move, or None."""
    data = request.POST if request.method == "POST" else request.GET
    key = read_number(data.get("article", ""))
    return Article.objects.scheduled(now).filter(pk=key).with_queue_relations().first() if key else None


def _form(article):
    moment = timezone.localtime(article.published_at, timezone.get_default_timezone())
    values = {"article": article.pk, "seen": article.lock_version, "day": moment.date(), "at": moment.time()}
    return MoveForm(initial=values)


def _days(period, today, in_hand, now, *, may_move):
    days = period.days
    counts = dict(zip(days, count_in_spans(Article.objects.in_use(), list(map(_span, days))), strict=True))
    most = MOST_ON_ITS_OWN if period.kind == "day" else MOST_ON_DAY
    items = {}
    listed = [day for day in days if 0 < counts[day] <= most or period.kind == "day"]
    for article in _articles_on(listed)[:MOST_ON_ITS_OWN]:
        item = _item(article, period, in_hand, now, may_move=may_move)
        items.setdefault(item["moment"].date(), []).append(item)
    return [_day(day, counts[day], items.get(day, []), period, today) for day in days]


def _day(day, number, items, period, today) -> dict:
    """Return a day as the template shows it. items: its articles; [] if they are too many."""
    is_other = period.kind == "month" and day.month != period.first.month
    return {
        "date": day,
        "name": date_format(day, _("j M")) if is_other and day.day == 1 else str(day.day),
        "number": number,
        "items": items,
        "more": number - len(items),
        "url": url_of(Period("day", day)),
        "is_other": is_other,
        "is_today": day == today,
        "is_open": day >= today and is_day_of(EACH_WEEKDAY, day),  # marked if nothing is planned
    }


def _span(day):
    """Return the start of a day, and that of the next one."""
    zone = timezone.get_default_timezone()
    starts = (datetime.combine(each, time(), zone) for each in (day, day + timedelta(days=1)))
    return tuple(starts)


def _articles_on(days):
    if not days:
        return Article.objects.none()
    spans = [Q(published_at__gte=start, published_at__lt=end) for start, end in map(_span, days)]
    rows = Article.objects.in_use().filter(functools.reduce(operator.or_, spans))
    return rows.filter(status=Article.Status.PUBLISHED).with_queue_relations().order_by("published_at", "pk")


def _item(article, period, in_hand, now, *, may_move) -> dict:
    """Return an article on its day. kind: out (published), planned, or late if something stops it."""
    is_planned = article.published_at > now
    stops = article.held_update or article.is_hidden_until_approved
    url = reverse("admin:blog_article_change", args=[article.pk])
    return {
        "article": article,
        "kind": ("late" if stops else "planned") if is_planned else "out",
        "moment": timezone.localtime(article.published_at, timezone.get_default_timezone()),
        "note": _note(article),
        "url": url_of(period, article=article.pk) if is_planned and may_move else url,
        "is_in_hand": article == in_hand,
    }


def _note(article):
    """Return what stops the publication, or else the category, and whether the article is approved."""
    if article.held_update:
        return _("A held update waits")
    if article.is_hidden_until_approved:
        return _("Waits for approval")
    parts = [article.primary_category.name if article.primary_category else ""]
    if is_labelled(article):
        parts.append(_("not approved: AI label"))
    elif article.is_by_machine:
        parts.append(_("approved"))
    return ", ".join(filter(None, parts))


def _views(period, today):
    """Return (name, URL, key, whether it is the current view) for the views of about the same days."""
    day = today if today in period.days else period.first
    views = [("week", _("Week"), "w"), ("month", _("Month"), "v")]
    return [
        *((name, url_of(Period.of(kind, day)), key, kind == period.kind) for kind, name, key in views),
        (_("List"), _list_url(QueueState.SCHEDULED), "", False),
    ]


def _list_url(state):
    return reverse("admin:blog_article_changelist", query={"state": state.value})


def _summary(today, now):
    """Return sentences on what is scheduled and approved, and on gaps in the next week."""
    planned = Article.objects.scheduled(now).aggregate(number=Count("pk"), last=Max("published_at"))
    sentences = [_("Nothing is scheduled.")]
    if planned["number"]:
        last = date_format(timezone.localtime(planned["last"], timezone.get_default_timezone()), _("j F Y"))
        sentence = ngettext(
            "%(number)d scheduled, for %(day)s.", "%(number)d scheduled, up to %(day)s.", planned["number"]
        )
        sentences = [sentence % {"number": planned["number"], "day": last}]
    monday = today + timedelta(days=7 - today.weekday())
    week = [_span(monday + timedelta(days=number)) for number in range(5)]
    gaps = count_in_spans(Article.objects.in_use(), week).count(0)
    approved = Article.objects.in_queue(QueueState.CHECKED, now).count()
    if approved:
        sentences.append(ngettext("%d more is approved.", "%d more are approved.", approved) % approved)
    if gaps and planned["number"]:
        sentence = ngettext(
            "Nothing is planned for %d weekday next week.",
            "Nothing is planned for %d weekdays next week.",
            gaps,
        )
        sentences.append(sentence % gaps)
    return {"sentences": sentences, "approved": approved, "approved_url": _list_url(QueueState.CHECKED)}
