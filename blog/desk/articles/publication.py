"""Publish, schedule and flag articles: actions, buttons and messages."""

from datetime import date, time

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.options import IS_POPUP_VAR
from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.dates import WEEKDAYS
from django.utils.functional import cached_property
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext_lazy

from blog.articles.actions.base import BulkResult, SkipReason, articles_for_action
from blog.articles.actions.publication import Verb, apply_verb, partition
from blog.articles.actions.schedule import (
    EACH_DAY,
    EACH_WEEKDAY,
    TOGETHER,
    USUAL_TIME,
    ScheduleError,
    first_day,
    slots,
)
from blog.articles.dates import in_words, zone_name
from blog.articles.models import Article
from blog.base.queries import listed
from blog.desk.articles.list import TRASH
from blog.desk.articles.selection import (
    RESULT_MESSAGES,
    all_articles,
    decode_seen_versions,
    encode_seen_versions,
    format_titles,
    groups,
    in_order,
    selected_articles,
    summarise,
)
from blog.desk.base import WITH_UNDO, AdminPart
from blog.desk.numbers import read_number, read_numbers
from blog.documents.fields.dates import YEARS
from blog.review.ai_label import is_labelled
from blog.review.models import ArticleCheck

TIMES_SHOWN = 100  # rows of the schedule preview
QUESTIONS = {
    Verb.PUBLISH: ngettext_lazy("Publish %d article?", "Publish %d articles?"),
    Verb.UNPUBLISH: ngettext_lazy("Unpublish %d article?", "Unpublish %d articles?"),
    Verb.SCHEDULE: ngettext_lazy("Schedule %d article", "Schedule %d articles"),
}
NONE_POSSIBLE = {
    Verb.PUBLISH: gettext_lazy("None of these can be published."),
    Verb.UNPUBLISH: gettext_lazy("None of these is published."),
}
BUTTONS = {
    Verb.PUBLISH: ngettext_lazy("Publish %d", "Publish %d"),
    Verb.UNPUBLISH: ngettext_lazy("Unpublish %d", "Unpublish %d"),
    Verb.SCHEDULE: ngettext_lazy("Schedule %d", "Schedule %d"),
}
LABELLED = ngettext_lazy(
    "%d AI-written and not approved: will get an AI label",
    "%d AI-written and not approved: will get AI labels",
)
NOT_LABELLED = ngettext_lazy("%d will have no AI label", "%d will have no AI labels")
TO_COME = ngettext_lazy(
    "%d will be published on its scheduled date", "%d will be published on their scheduled dates"
)
NO_LONGER_PUBLIC = ngettext_lazy("%d is public and will be hidden", "%d are public and will be hidden")
NO_LONGER_WAITING = ngettext_lazy(
    "%d will no longer be published on its scheduled date",
    "%d will no longer be published on their scheduled dates",
)
WITH_BLOCKING_MARKS = ngettext_lazy(
    "%d has marks that must be resolved before an approval",
    "%d have marks that must be resolved before an approval",
)
WITH_OTHER_MARKS = ngettext_lazy("%d has other open marks", "%d have other open marks")
BLOCKING, ANY = "blocking", "any"
LEAVE_OUT = {
    BLOCKING: gettext_lazy("Publish %(number)d, leave out %(skipped)d with such marks"),
    ANY: gettext_lazy("Publish %(number)d, leave out all %(skipped)d with open marks"),
}
IN_LIST_ORDER, BY_DATE = "list", "date"


def _paces():
    return [
        (EACH_WEEKDAY, gettext_lazy("One each weekday")),
        (EACH_DAY, gettext_lazy("One each day")),
        *((str(number), _("One each week: %s") % name) for number, name in WEEKDAYS.items()),
        (TOGETHER, gettext_lazy("All at the same time")),
    ]


class ScheduleForm(forms.Form):
    """Fields for the pace (one article per day, or all at one time), the first day and the time of day."""

    pace = forms.ChoiceField(label=gettext_lazy("How often"), choices=_paces)
    at = forms.TimeField(
        label=gettext_lazy("Time"),
        input_formats=["%H:%M", "%H:%M:%S"],
        widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"}),
    )
    first = forms.DateField(
        label=gettext_lazy("First day"),
        input_formats=["%Y-%m-%d", "%d.%m.%Y"],
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )
    order = forms.ChoiceField(
        label=gettext_lazy("Order"),
        choices=[
            (IN_LIST_ORDER, gettext_lazy("As in the list")),
            (BY_DATE, gettext_lazy("By date, oldest first")),
        ],
    )
    shown = forms.CharField(widget=forms.HiddenInput, required=False)  # the answers that the preview shows

    def __init__(self, data, *, is_alone=False):
        super().__init__(data)
        self.is_alone = is_alone
        if is_alone:
            self.fields["first"].label = gettext_lazy("Day")
            for name in ("pace", "order"):
                self.fields[name].widget = forms.HiddenInput()

    @staticmethod
    def proposal(articles) -> dict:
        """Return the initial data of the form."""
        moment = articles[0].published_at if len(articles) == 1 else None
        if moment and moment > timezone.now():
            local = timezone.localtime(moment, timezone.get_default_timezone())
            return _answers(TOGETHER, local.time(), local.date())
        pace = TOGETHER if len(articles) == 1 else EACH_WEEKDAY
        return _answers(pace, USUAL_TIME, first_day(pace))

    def clean_first(self) -> date:
        day = self.cleaned_data["first"]
        if day.year not in YEARS:
            limits = {"first": YEARS.start, "last": YEARS.stop - 1}
            raise forms.ValidationError(
                gettext_lazy("Give a year from %(first)d to %(last)d."), params=limits
            )
        return day

    @property
    def answers(self) -> str:
        """Return the answers as text, for the hidden field."""
        return " ".join(str(self.cleaned_data[name]) for name in ("pace", "at", "first", "order"))

    @cached_property
    def zone(self) -> str:
        return zone_name()

    def slots_for(self, number: int) -> list:
        """Return the slots for `number` articles; if they are not possible, add an error and return []."""
        if not number or not self.is_valid():
            return []
        chosen = (self.cleaned_data[name] for name in ("pace", "first", "at"))
        try:
            return slots(*chosen, number)
        except ScheduleError as error:
            self.add_error("first", str(error))
            return []

    def was_shown(self, keys) -> bool:
        """Whether the submitted preview showed the dates of exactly these articles in this order.

        Stores the dates in `moments`, {pk: datetime}.
        """
        found = self.slots_for(len(keys))
        self.moments = dict(zip(keys, (slot.moment for slot in found), strict=False))
        return bool(found) and self.cleaned_data["shown"] == self.answers


def _answers(pace, at: time, first: date) -> dict:
    return {"pace": pace, "at": f"{at:%H:%M}", "first": first.isoformat(), "order": IN_LIST_ORDER}


def planned(form: ScheduleForm, articles: list[Article]) -> list[dict]:
    """Return the articles with their dates, and record in the form that these dates are shown.

    is_moved: the requested time does not exist on that day (start of daylight saving time).
    """
    found = form.slots_for(len(articles))
    if not found:
        return []
    form.data = form.data.copy()
    form.data["shown"] = form.answers
    if form.cleaned_data["order"] == BY_DATE:
        articles = sorted(articles, key=_date_of)
    return [
        {"article": article, "time": in_words(slot.moment), "is_moved": slot.is_moved}
        for article, slot in zip(articles, found, strict=True)
    ]


def _date_of(article):
    moment = article.published_at or article.dated_at
    return moment is None, moment or timezone.now(), article.pk


class PublicationPart(AdminPart):
    """Publishing, scheduling and flagging articles. All of them require the permission to publish."""

    def routes(self):
        return {"schedule": ("schedule/", self.schedule_view)}

    def actions(self):
        return (
            *(self.publish, self.schedule, self.unpublish),
            *(self.feature, self.unfeature, self.trend, self.untrend),
        )

    def list_context(self, request, changelist):
        is_in_use = request.GET.get("state") != TRASH
        return {"publishes_many": is_in_use and self.model_admin.has_publish_permission(request)}

    @admin.action(permissions=["publish"], description=gettext_lazy("Publish the selected articles"))
    def publish(self, request, queryset):
        return self._confirm_and_apply(request, Verb.PUBLISH, queryset)

    @admin.action(permissions=["publish"], description=gettext_lazy("Unpublish the selected articles"))
    def unpublish(self, request, queryset):
        return self._confirm_and_apply(request, Verb.UNPUBLISH, queryset)

    def _confirm_and_apply(self, request, verb, queryset):
        seen = decode_seen_versions(request.POST.get("seen", ""))
        if "confirmed" in request.POST and seen:
            for key in _with_marks(seen, request.POST.get("without", "")):
                del seen[key]
            return self.carry_out(request, verb, seen) if seen else self.report_none(request)
        articles = selected_articles(queryset)
        return (
            self._ask_for_confirmation(request, verb, partition(verb, articles))
            if articles
            else self.report_none(request)
        )

    def report_none(self, request):
        """Add a warning that no articles are selected."""
        messages.warning(request, _("Select one or more articles first."))

    def _ask_for_confirmation(self, request, verb, sorting):
        number = len(sorting.changed)
        context = {
            "title": QUESTIONS[verb] % number if number else NONE_POSSIBLE[verb],
            "summary": summary(verb, sorting),
            "groups": groups(sorting),
            "is_possible": bool(number),
            "button": BUTTONS[verb] % number,
            "verb": verb.value,
            "choices": _choices(sorting.changed) if verb == Verb.PUBLISH else [],
            # Only these: a skipped article may be approved in the meantime.
            "seen": encode_seen_versions(sorting.changed),
            "any_key": all_articles(sorting)[0].pk,
            "list_url": self.list_url(request),
        }
        return self.render(request, "admin/blog/article/publication_confirmation.html", context)

    @admin.action(permissions=["publish"], description=gettext_lazy("Feature the selected articles"))
    def feature(self, request, queryset):
        self._apply_immediately(request, Verb.FEATURE, queryset)

    @admin.action(
        permissions=["publish"],
        description=gettext_lazy("Remove the featured flag from the selected articles"),
    )
    def unfeature(self, request, queryset):
        self._apply_immediately(request, Verb.UNFEATURE, queryset)

    @admin.action(permissions=["publish"], description=gettext_lazy("Mark the selected articles as trending"))
    def trend(self, request, queryset):
        self._apply_immediately(request, Verb.TREND, queryset)

    @admin.action(
        permissions=["publish"],
        description=gettext_lazy("Remove the trending flag from the selected articles"),
    )
    def untrend(self, request, queryset):
        self._apply_immediately(request, Verb.UNTREND, queryset)

    def _apply_immediately(self, request, verb, queryset):
        self.carry_out(request, verb, dict(queryset.order_by().values_list("pk", "lock_version")))

    def carry_out(self, request, verb, seen, moments=None):
        """Change the articles that are unchanged since the user saw them, and report the result.

        seen: {pk: lock version}. moments: {pk: datetime}, for a schedule.
        """
        self.report(request, apply_verb(verb, request.user, seen, moments=moments))

    def report(self, request, sorting):
        """Add messages for the articles that were changed, and for those skipped for each reason."""
        if sorting.changed:
            messages.success(request, sorting.message, extra_tags=WITH_UNDO)
        unreported = {SkipReason.SAME} if sorting.changed else set()
        for reason, articles in sorting.skipped.items():
            if reason not in unreported:
                message = format_html(
                    "{} {}", RESULT_MESSAGES[reason] % len(articles), format_titles(articles)
                )
                messages.warning(request, message)
        if sorting.missing_count:
            messages.warning(request, RESULT_MESSAGES[SkipReason.GONE] % sorting.missing_count)

    @admin.action(permissions=["publish"], description=gettext_lazy("Schedule the selected articles"))
    def schedule(self, request, queryset):
        articles = selected_articles(queryset)
        return self._show_schedule(request, articles) if articles else self.report_none(request)

    def schedule_view(self, request):
        """Show the form with a preview of the dates; store the schedule if exactly these dates were shown."""
        self.model_admin.require_publisher(request)
        seen = decode_seen_versions(request.POST.get("seen", ""))
        keys = seen or read_numbers([request.GET.get("article", "")])
        articles = in_order(keys, articles_for_action(keys)) if keys else []
        if not articles:
            self.report_none(request)
            return HttpResponseRedirect(self.list_url(request))
        return self._show_schedule(request, articles)

    def _show_schedule(self, request, articles):
        sorting = partition(Verb.SCHEDULE, articles)
        is_sent = "first" in request.POST
        data = request.POST if is_sent else ScheduleForm.proposal(sorting.changed)
        form = ScheduleForm(data, is_alone=len(sorting.changed) == 1)
        shown_before = decode_seen_versions(request.POST.get("planned", ""))
        if "_schedule" in request.POST and shown_before and form.was_shown(shown_before):
            self.carry_out(request, Verb.SCHEDULE, shown_before, form.moments)
            return HttpResponseRedirect(self._return_url(request))
        plan = planned(form, sorting.changed)
        context = {
            "title": QUESTIONS[Verb.SCHEDULE] % len(sorting.changed),
            "subtitle": None,
            "form": form,
            "errors": form.errors,
            "plan": plan[:TIMES_SHOWN],
            "others": max(len(plan) - TIMES_SHOWN, 0),
            "last": plan[-1] if plan else None,
            "is_another": "_schedule" in request.POST and bool(plan),
            "groups": groups(BulkResult(skipped=sorting.skipped)),
            "number": len(sorting.changed),
            "button": BUTTONS[Verb.SCHEDULE] % len(sorting.changed),
            "seen": encode_seen_versions(articles),
            "planned": encode_seen_versions([row["article"] for row in plan]),
            "address": self._schedule_url(request),
            "back": self._return_url(request),
        }
        return self.render(request, "admin/blog/article/schedule.html", context)

    def _schedule_url(self, request):
        article = read_number(request.GET.get("article", ""))
        url = reverse("admin:blog_article_schedule", query={"article": article} if article else None)
        return self.with_filters(request, url)

    def _return_url(self, request):
        if article := read_number(request.GET.get("article", "")):
            return self.with_filters(request, reverse("admin:blog_article_change", args=[article]))
        return self.list_url(request)

    def pressed(self, request) -> str | None:
        """Return the verb of the pressed button; None without one, or without the permission to publish."""
        if not self.model_admin.has_publish_permission(request):
            return None
        return next((verb for verb in ("publish", "unpublish") if f"_{verb}" in request.POST), None)

    def form_context(self, request, row):
        may_publish = self.model_admin.has_publish_permission(request)
        is_popup = IS_POPUP_VAR in request.POST or IS_POPUP_VAR in request.GET
        is_open = bool(row) and not (row.trashed_at or row.is_published)
        address = reverse("admin:blog_article_schedule", query={"article": row.pk}) if is_open else ""
        return {
            "can_publish": may_publish and not is_popup,
            "can_schedule": is_open and may_publish,
            "schedule_address": self.with_filters(request, address) if address else "",
            "time_zone": zone_name(),
        }

    def answer(self, request, row, *, is_added):
        verb = self.pressed(request)
        if not verb:
            return None
        if verb == "unpublish":
            sentence = _("“{}” was saved and unpublished.")
        elif row.is_published:
            sentence = _("“{}” was saved and published.")
        else:
            sentence = _("“{}” was saved and scheduled.")
        sentence = format_html(sentence, row.title)
        messages.success(request, sentence, extra_tags=WITH_UNDO)
        url = reverse("admin:blog_article_change", args=[row.pk])
        return HttpResponseRedirect(self.with_filters(request, url))


def sentence_on(verb, article) -> str:
    """Return the message that describes what the button of the edit page did."""
    if verb == Verb.UNPUBLISH:
        return _("“%s” was unpublished.") % article.title
    if article.is_dated_in_future:
        return _("“%s” was scheduled.") % article.title
    return _("“%s” was published.") % article.title


def _with_marks(keys, which: str) -> set[int]:
    """Return those of these articles with an open mark: a BLOCKING one, ANY, or none for another word."""
    checks = ArticleCheck.objects.filter(pk__in=listed(keys))
    if which == ANY:
        return set(checks.filter(risk__gt=0).values_list("pk", flat=True))
    return (
        set(checks.filter(open_blocking__gt=0).values_list("pk", flat=True)) if which == BLOCKING else set()
    )


def _choices(articles) -> list[dict]:
    """Return the buttons that leave out articles with open marks."""
    keys = {article.pk for article in articles}
    numbers = {which: len(_with_marks(keys, which)) for which in LEAVE_OUT}
    return [
        {"without": which, "label": LEAVE_OUT[which] % {"number": len(keys) - number, "skipped": number}}
        for which, number in numbers.items()
        if 0 < number < len(keys)
    ]


def summary(verb: Verb, sorting: BulkResult) -> str:
    """Return a one-line summary, such as “20 articles: 14 will have no AI labels; 6 already published.”"""
    ready, number = sorting.changed, len(sorting.changed)
    if verb == Verb.PUBLISH:
        labelled = sum(is_labelled(article) for article in ready)
        to_come = sum(article.is_dated_in_future for article in ready)
        keys = {article.pk for article in ready}
        blocking, marked = (len(_with_marks(keys, which)) for which in LEAVE_OUT)
        parts = [(LABELLED, labelled), (NOT_LABELLED, number - labelled), (TO_COME, to_come)]
        parts += [(WITH_BLOCKING_MARKS, blocking), (WITH_OTHER_MARKS, marked - blocking)]
    else:
        public = sum(article.is_published for article in ready)
        parts = [(NO_LONGER_PUBLIC, public), (NO_LONGER_WAITING, number - public)]
    return summarise(sorting, parts)
