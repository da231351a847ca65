"""The list of imports: how far each is, the states of its articles, and what to do next."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core.paginator import Paginator
from django.db.models import Count, Q, QuerySet
from django.urls import reverse
from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from blog import extend
from blog.articles.models import Article
from blog.articles.queue import TRASH, QueueState
from blog.base.models import name_of
from blog.desk.base import screen
from blog.desk.columns import short_day
from blog.desk.import_words import OUTCOMES
from blog.desk.imports.phases import Phases, phases_of
from blog.desk.lists import text_parameter
from blog.imports.articles import IMPORTED, count_states
from blog.imports.models import HeldUpdate, ImportEntry, ImportRun
from blog.imports.restore import restorable_until

IMPORTS_ON_A_PAGE = 20
SHOWN = {
    "": gettext_lazy("All"),
    "review": gettext_lazy("Still to review"),
    "waiting": gettext_lazy("Held or in conflict"),
    "undone": gettext_lazy("Undone"),
}
# In the order of the bar.
STATES = (
    *(QueueState.PUBLISHED, QueueState.LIVE, QueueState.SCHEDULED, QueueState.CHECKED, QueueState.CHECK),
    *(QueueState.CHANGED, QueueState.HELD, QueueState.DRAFT, TRASH),
)


def import_progress(runs: Collection[ImportRun], now: datetime) -> dict[int, dict]:
    """Return {primary key: the articles of the import, see _progress()}. One query for all of them."""
    numbers = count_states([run.pk for run in runs], now)
    return {run.pk: _progress(run, numbers.get(run.pk, {})) for run in runs}


def _progress(run, number: dict[str, int]) -> dict:
    """Return the articles of an import in numbers. number: of those in each state that occurs.

    review_url: the URL that opens the article to review next. shares: the states that occur. Their x and
    width are percentages of the bar.
    """
    total, shares, x = sum(number.values()), [], 0.0
    for state in STATES:
        if here := number.get(state, 0):
            width = 100 * here / total
            shares.append({"state": str(state), "number": here, "x": round(x, 2), "width": round(width, 2)})
            x += width
    return {
        "url": reverse("admin:blog_importrun_change", args=[run.pk]),
        "number": number,
        "total": total,
        "to_review": number.get(QueueState.CHECK, 0) + number.get(QueueState.LIVE, 0),
        "review_url": reverse("admin:continue_reviewing", query={"batch": run.pk}),
        "shares": shares,
    }


@dataclass(frozen=True)
class ImportRow:
    run: ImportRun
    phases: Phases
    progress: dict
    in_trash: int = 0  # articles that its undo moved there
    may_restore: bool = False
    note: extend.ImportNote | None = None

    @property
    def restorable_until(self):
        return restorable_until(self.run)

    @property
    def day(self) -> str:
        return short_day(self.run.started_at)

    @property
    def when(self) -> str:
        """The day and time, with the name of the day for today and yesterday."""
        started = timezone.localtime(self.run.started_at)
        today = timezone.localdate()
        days = {today: _("Today"), today - timedelta(days=1): _("Yesterday")}
        day = days.get(started.date()) or self.day
        return f"{day}, {formats.date_format(started, 'TIME_FORMAT')}"

    @property
    def outcomes(self) -> list[str]:
        numbers = ((getattr(self.run, outcome), word) for outcome, word in OUTCOMES.items())
        of_note = [self.note.outcome] if self.note and self.note.outcome else []
        return [f"{number} {word}" for number, word in numbers if number] + of_note

    @property
    def sender(self) -> str:
        """By whom or which way the files came, in words."""
        if self.note:
            return self.note.sender
        if self.run.started_by_name:
            return _("by %(who)s") % {"who": self.run.started_by_name}
        return _("from the command line")

    @property
    def stopped_at(self) -> str:
        """The progress of the import of the files when it was stopped."""
        job = self.phases.job
        person = name_of(job.stop_requested_by) if job and job.stop_requested_by else ""
        numbers = {"done": self.run.counted, "total": self.phases.files_total or "?"}
        if person:
            numbers["person"] = person
            return _("Stopped at %(done)s of %(total)s by %(person)s") % numbers
        return _("Stopped at %(done)s of %(total)s") % numbers

    @property
    def action(self) -> dict | None:
        """The next step. A form posts to its URL if it changes something (posts)."""
        phases, number = self.phases, self.progress["number"]
        if self.note and self.note.receiving:
            return {"name": _("Watch"), "url": self.progress["url"]}
        if self.run.undone_at:
            url = reverse("admin:blog_importrun_restore", args=[self.run.pk])
            return {"name": _("Restore…"), "url": url} if self.may_restore else None
        if phases.is_active and phases.staged:
            return {"name": _("Watch"), "url": self._page}
        if phases.has_files_left:
            return {"name": _("Resume"), "url": self._page}
        if phases.may_resume:
            url = reverse("admin:import_resume", args=[self.run.pk])
            return {"name": _("Resume"), "url": url, "posts": True}
        if to_review := self.progress["to_review"]:
            name = ngettext("Review %d", "Review %d", to_review) % to_review
            return {"name": name, "url": self.progress["review_url"], "is_review": True}
        if number.get(QueueState.CHECKED):
            query = {"batch": self.run.pk, "state": QueueState.CHECKED.value}
            return {"name": _("Publish"), "url": reverse("admin:blog_article_changelist", query=query)}
        return None

    @property
    def _page(self):
        return reverse("admin:import_page", args=[self.phases.staged.uid])


def imports_page(request, admin):
    """Show the list of imports, newest first. The query string has show, by, way, written_by, q and page."""
    names = ("show", "by", "way", "written_by", "q")
    chosen = {name: value for name in names if (value := text_parameter(request, name))}
    shown, by, way, writer, words = (chosen.get(name, "") for name in names)
    filters, writers = _filters(), _writers()
    runs = filters.get(shown, filters[""])
    if by:
        runs = runs.filter(started_by_name="" if by == "-" else by)
    if way:
        runs = runs.filter(way=way)
    if writer in writers:
        runs = runs.filter(pk__in=writers[writer].values("batch"))
    if words:
        runs = runs.filter(
            Q(source_name__icontains=words) | Q(file_name__icontains=words) | Q(root__icontains=words)
        )
    page = Paginator(runs.select_related("started_by"), IMPORTS_ON_A_PAGE).get_page(request.GET.get("page"))
    to_review, reviewed_imports = _to_review(filters["review"])
    context = {
        "title": _("Imports"),
        "chips": [(value, name, filters[value].count()) for value, name in SHOWN.items()],
        "shown": shown if shown in SHOWN else "",
        "menus": [
            _menu(_("Imported by"), "by", _people(), chosen),
            _menu(_("Way"), "way", _ways(), chosen),
            _menu(_("Written by"), "written_by", _number_by_writer(writers), chosen),
        ],
        "links": extend.links_at("imports", request.user),
        "chosen": chosen,
        "q": words,
        "page": page,
        "rows": import_rows(page.object_list, request.user),
        "to_review": to_review,
        "reviewed_imports": reviewed_imports,
    }
    return screen(admin, request, "admin/blog/importrun/list.html", context)


def _filters():
    """Return {value of the filter: queryset of imports}."""
    runs = ImportRun.objects.all()
    imported = ImportEntry.objects.filter(outcome__in=IMPORTED).order_by()
    to_check = _never_reviewed().order_by().values("pk")
    waiting = HeldUpdate.objects.waiting().filter(article__trashed_at=None).order_by()
    left = imported.filter(article__in=to_check).values("batch")
    return {
        "": runs,
        "review": runs.filter(pk__in=left, undone_at=None),
        "waiting": runs.filter(pk__in=waiting.values("batch")),
        "undone": runs.exclude(undone_at=None),
    }


def _people() -> list[tuple[str, str, int]]:
    """Return (value, name, number of imports) of those who started imports."""
    names = ImportRun.objects.order_by("started_by_name").values_list("started_by_name")
    return [
        (name or "-", name or _("The command line"), number)
        for name, number in names.annotate(number=Count("pk"))
    ]


def _ways() -> list[tuple[str, str, int]]:
    numbers = dict(ImportRun.objects.order_by("way").values_list("way").annotate(Count("pk")))
    return [(way.value, way.label, numbers[way]) for way in ImportRun.Way if way in numbers]


def _writers() -> dict[str, QuerySet[ImportEntry]]:
    """Return {value of the filter: the imported files whose articles AI or people wrote}."""
    imported = ImportEntry.objects.filter(outcome__in=IMPORTED).order_by()
    articles = Article.objects.order_by()
    return {
        "machine": imported.filter(article__in=articles.written_by_machines().values("pk")),
        "people": imported.filter(article__in=articles.written_by_people().values("pk")),
    }


def _number_by_writer(writers) -> list[tuple[str, str, int]]:
    names = {"machine": _("AI"), "people": _("People")}
    numbers = {value: writers[value].values("batch").distinct().count() for value in names}
    return [(value, name, numbers[value]) for value, name in names.items() if numbers[value]]


def _menu(name, parameter, choices, chosen) -> dict:
    """Return the menu of a filter. Its links keep the other filters."""
    current = chosen.get(parameter, "")
    chips = [
        {
            "name": label,
            "chosen": {parameter: value},
            "number": number,
            "is_current": value == current,
        }
        for value, label, number in choices
    ]
    return {"name": name, "all": {parameter: None}, "current": current, "chips": chips}


def _never_reviewed() -> QuerySet[Article]:
    now = timezone.now()
    return Article.objects.in_queue(QueueState.CHECK, now) | Article.objects.in_queue(QueueState.LIVE, now)


def _to_review(runs) -> tuple[int, int]:
    """Return the number of articles to review from these imports, and the number of imports."""
    articles = _never_reviewed()
    imported = ImportEntry.objects.filter(outcome__in=IMPORTED, batch__in=runs.order_by().values("pk"))
    return articles.filter(pk__in=imported.order_by().values("article")).count(), runs.count()


def import_rows(runs: Iterable[ImportRun], user) -> list[ImportRow]:
    """Return the rows of these imports, in order, in a constant number of queries."""
    runs = list(runs)
    phases, progress = phases_of(runs, user), import_progress(runs, timezone.now())
    undone = [run for run in runs if run.undone_at]
    notes = extend.notes_on_imports([run.pk for run in runs])
    trashed = Q(undo=ImportEntry.Undo.DELETED, article__trashed_at__isnull=False)
    rows = ImportEntry.objects.to_restore().filter(batch__in=undone).order_by().values_list("batch")
    in_trash = dict(rows.annotate(number=Count("pk", filter=trashed))) if undone else {}
    may_restore = user.has_perm("blog.undo_importrun")
    return [
        ImportRow(
            *(run, phases[run.pk], progress[run.pk]),
            in_trash.get(run.pk, 0),
            may_restore=may_restore and run.pk in in_trash,
            note=notes.get(run.pk),
        )
        for run in runs
    ]
