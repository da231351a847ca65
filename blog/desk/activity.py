"""The activity log: actions and their users.

Activity merges the log of Django's admin with imports, for one article or for the site, and omits what the
user may not see. group() joins entries that belong together to one act.
"""

import itertools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.contrib.admin.models import ADDITION, CHANGE, DELETION, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db.models import CharField, F, Q, QuerySet, Value
from django.db.models.functions import Cast
from django.urls import reverse
from django.utils import formats, timezone
from django.utils.functional import cached_property
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from blog import extend
from blog.articles.actions.publication import STORED_IN_LOG, Verb
from blog.articles.models import Article
from blog.desk.numbers import read_number
from blog.imports.models import ImportEntry, ImportRun, SourceFile
from blog.review import approval
from blog.review.models import Approval

KINDS = {
    "added": gettext_lazy("Added"),
    "changed": gettext_lazy("Changed"),
    "approved": gettext_lazy("Approved"),
    "published": gettext_lazy("Published"),
    "unpublished": gettext_lazy("Unpublished"),
    "submitted": gettext_lazy("Submitted"),
    "returned": gettext_lazy("Returned"),
    "deleted": gettext_lazy("Deleted"),
    "imported": gettext_lazy("Imported"),
}
FLAGS = {ADDITION: "added", CHANGE: "changed", DELETION: "deleted"}
# Django's messages for a row that was added or saved without changes: they add nothing to the kind.
MESSAGES_WITHOUT_NOTE = {'[{"added": {}}]', "[]"}
# The log has no field for these kinds: they are recognised by their messages.
SENTENCES = {
    "approved": gettext_lazy("Approved."),
    "published": gettext_lazy("Published."),
    "unpublished": gettext_lazy("Unpublished."),
}
MESSAGES = {
    "approved": approval.STORED_IN_LOG[Approval.Kind.APPROVED],
    "published": STORED_IN_LOG[Verb.PUBLISH],
    "unpublished": STORED_IN_LOG[Verb.UNPUBLISH],
}
KINDS_OF_MESSAGES = {message: kind for kind, message in MESSAGES.items()}
ENTRIES_AT_ONCE = 500  # per query
TOGETHER = timedelta(minutes=30)  # equal acts of one person
AT_ONCE = timedelta(seconds=2)  # between two entries of a bulk action
NAMES_SHOWN = 20  # of an act


@dataclass
class Act:
    """Entries of one person that belong together, newest first: a bulk action, or several equal actions."""

    entries: list = field(default_factory=list)

    @property
    def first(self):
        """The newest entry."""
        return self.entries[0]

    @cached_property
    def rows(self) -> list:
        """The newest entry of each row that was changed."""
        return list({(entry.model, entry.number): entry for entry in reversed(self.entries)}.values())[::-1]

    @property
    def named(self) -> list:
        return self.rows[:NAMES_SHOWN]

    @property
    def unnamed(self) -> int:
        """The number of rows after the named ones."""
        return len(self.rows) - len(self.named)

    @property
    def times(self) -> str:
        """The number of changes of the only row, if more than one."""
        number = len(self.entries)
        return ngettext("%d time", "%d times", number) % number if number > len(self.rows) == 1 else ""

    @property
    def articles(self) -> str:
        """The number of articles, if there are several."""
        number = len(self.rows)
        return ngettext("%d article", "%d articles", number) % number if number > 1 else ""

    @property
    def note(self) -> str:
        """The note that all entries have in common."""
        notes = {entry.note for entry in self.entries}
        return notes.pop() if len(notes) == 1 else ""

    @property
    def minutes(self) -> str:
        """The duration of a series of single actions; "" for one action."""
        number = round((self.first.at - self.entries[-1].at) / timedelta(minutes=1))
        return ngettext("in %d minute", "in %d minutes", number) % number if number else ""

    @property
    def day(self) -> str:
        date, today = timezone.localtime(self.first.at).date(), timezone.localdate()
        if date == today:
            return _("Today")
        if date == today - timedelta(days=1):
            return _("Yesterday")
        return formats.date_format(date, "DATE_FORMAT")


def group(entries: Iterable, most: int) -> tuple[list[Act], int]:
    """Join entries, newest first, into at most `most` acts. Return the acts and how many were joined."""
    acts, latest, number = [], {}, 0
    for entry in entries:
        keys = _keys(entry)
        act = next((latest[key] for key in keys if key in latest and _is_near(latest[key], entry, key)), None)
        if act is None:
            if len(acts) == most:
                break
            acts.append(act := Act())
        act.entries.append(entry)
        latest |= dict.fromkeys(keys, act)
        number += 1
    return acts, number


def _keys(entry) -> list[tuple]:
    """Return the keys by which an entry joins an act. Each key starts with the reason."""
    who = (getattr(entry.person, "pk", None), entry.kind)
    keys = []
    if entry.is_article:
        # Notes of single actions quote the title.
        keys += [("equal", *who, entry.note.replace(entry.name, "")), ("bulk", *who)]
    if entry.kind == "changed":
        keys.append(("row", *who, entry.model, entry.number, entry.note))
    return keys


def _is_near(act, entry, key) -> bool:
    if key[0] == "bulk":
        return act.entries[-1].at - entry.at <= AT_ONCE
    return act.first.at - entry.at <= TOGETHER


def kinds() -> dict[str, str]:
    """Return {kind of an entry: its word}, with those of extensions."""
    return KINDS | {kind.name: kind.title for kind in extend.activity_kinds}


@dataclass(frozen=True)
class ActivityEntry:
    """A line of the log. name is the name of the row, url its admin screen, or ""."""

    at: datetime
    person: object  # a user, or None for an import from the command line
    kind: str
    model: str
    name: str
    number: str
    url: str
    note: str
    is_article: bool = False

    @property
    def kind_word(self) -> str:
        return str(kinds()[self.kind])

    @property
    def who(self) -> str:
        return (self.person.get_full_name() or self.person.get_username()) if self.person else ""


class Activity:
    """The activity that one user may see.

    Users who may publish articles see the log of all models that they may view, and all imports. Others see
    only the log of existing articles, and imports only in the log of one article.
    """

    def __init__(self, site, request):
        self.site, self.request = site, request
        self.sees_all = request.user.has_perm("blog.publish_article")
        self.sees_imports = self._may_see(ImportRun)
        self._of_extensions = {kind.name: kind for kind in extend.activity_kinds if self.sees_all}

    @property
    def is_allowed(self) -> bool:
        return self._may_see(Article)

    def log(self) -> QuerySet:
        if self.sees_all:
            models = [model for model in self.site._registry if self._may_see(model)]
            return LogEntry.objects.filter(
                content_type__in=ContentType.objects.get_for_models(*models).values()
            )
        existing = Article.objects.annotate(key=Cast("pk", CharField())).order_by().values("key")
        articles = ContentType.objects.get_for_model(Article)
        return LogEntry.objects.filter(content_type=articles, object_id__in=existing)

    def keys(self, person=None, kind="", article="", since=None, until=None) -> QuerySet:
        """Return a queryset of (source, key, time), newest first. since and until are datetimes."""
        log, imports = self._of_kind(kind)
        if person:
            log, imports = log.filter(user=person), imports.filter(started_by=person)
        if article:
            log, imports = self._of_article(log, imports, article)
        elif not self.sees_imports:
            imports = imports.none()
        others = [] if person or article else [each for each in self._of_extensions if kind in ("", each)]
        parts = [
            log.annotate(source=Value("log"), key=F("pk"), at=F("action_time")),
            imports.annotate(source=Value("import"), key=F("pk"), at=F("started_at")),
            *map(self._of_extension, others),
        ]
        parts = [_between(part.order_by(), since, until).values_list("source", "key", "at") for part in parts]
        return parts[0].union(*parts[1:], all=True).order_by("-at", "source", "-key")

    def _of_extension(self, name):
        kind = self._of_extensions[name]
        return kind.rows().annotate(source=Value(name), key=F("pk"), at=F(kind.moment))

    def read(self, keys: Iterable[tuple]) -> Iterator[ActivityEntry]:
        """Yield the entries with these keys, in order. A few queries, so pass a few hundred keys at most."""
        keys = list(keys)
        log = LogEntry.objects.select_related("submission").prefetch_related("user", "content_type")
        log = log.in_bulk([key for source, key, _at in keys if source == "log"])
        imports = ImportRun.objects.select_related("started_by").in_bulk(
            [key for source, key, _at in keys if source == "import"]
        )
        rows = {"log": log, "import": imports}
        for name in {source for source, _key, _at in keys} - rows.keys():
            of_kind = [key for source, key, _at in keys if source == name]
            rows[name] = self._of_extensions[name].rows().in_bulk(of_kind)
        read = {"log": self._logged, "import": self._imported}
        for source, key, _at in keys:
            if row := rows[source].get(key):
                yield read[source](row) if source in read else _entry_of(self._of_extensions[source], row)

    def acts(self, keys: QuerySet, start: int, most: int, scanned: int) -> tuple[list[Act], int]:
        """Return at most `most` acts, starting at the entry with this index, and their number of entries.

        scanned: how many entries to read at most. Further entries of an act are not added to it.
        """
        chunks = itertools.batched(keys[start : start + scanned], ENTRIES_AT_ONCE)
        return group(itertools.chain.from_iterable(map(self.read, chunks)), most)

    def _of_kind(self, kind):
        log, imports = self.log(), ImportRun.objects.all()
        if not kind:
            return log, imports
        if kind == "imported":
            return log.none(), imports
        if kind in self._of_extensions:
            return log.none(), imports.none()
        if kind in MESSAGES:
            return log.filter(action_flag=CHANGE, change_message=MESSAGES[kind]), imports.none()
        if kind in {"submitted", "returned"}:
            return log.filter(submission__kind=kind), imports.none()
        log = log.filter(action_flag=next(flag for flag, name in FLAGS.items() if name == kind))
        if kind == "changed":
            log = log.filter(submission=None).exclude(change_message__in=KINDS_OF_MESSAGES)
        return log, imports.none()

    def _of_article(self, log, imports, article):
        """Filter by an article's primary key, or by part of its title."""
        log = log.filter(content_type=ContentType.objects.get_for_model(Article))
        if not read_number(article):
            return log.filter(object_repr__icontains=article), imports.none()
        files = SourceFile.objects.filter(article=article).order_by().values("batch")
        entries = ImportEntry.objects.filter(article=article).order_by().values("batch")
        return log.filter(object_id=article), imports.filter(Q(pk__in=files) | Q(pk__in=entries))

    def _may_see(self, model):
        return self.site.get_model_admin(model).has_view_permission(self.request)

    def _logged(self, entry):
        kind, note = _kind_of(entry)
        return ActivityEntry(
            at=entry.action_time,
            person=entry.user,
            kind=kind,
            model=capfirst(entry.content_type.name) if entry.content_type else "",
            name=entry.object_repr,
            number=entry.object_id or "",
            url="" if entry.is_deletion() else entry.get_admin_url() or "",
            note=note,
            is_article=bool(entry.content_type) and entry.content_type.model_class() is Article,
        )

    def _imported(self, run):
        numbers = [
            f"{number} {ImportRun._meta.get_field(outcome).verbose_name}"
            for outcome in ImportRun.OUTCOMES
            if (number := getattr(run, outcome))
        ]
        return ActivityEntry(
            at=run.started_at,
            person=run.started_by,
            kind="imported",
            model=capfirst(ImportRun._meta.verbose_name),
            name=run.source_name,
            number=str(run.pk),
            url=reverse("admin:blog_importrun_change", args=[run.pk]) if self.sees_imports else "",
            note=", ".join(numbers) if self.sees_imports else "",
        )


def _entry_of(kind, row):
    """Return the entry of a row of an extension."""
    name, note = kind.describe(row)
    return ActivityEntry(
        at=getattr(row, kind.moment),
        person=None,
        kind=kind.name,
        model="",
        name=name,
        number="",
        url=reverse(kind.url_name),
        note=note,
    )


def _kind_of(entry):
    """Return (kind, note) of a log entry. The note is "" if the message adds nothing to the kind."""
    submission = getattr(entry, "submission", None)
    if submission:
        return submission.kind, submission.note
    kind = _kind_of_message(entry)
    if kind:
        return kind, ""
    note = entry.get_change_message()
    return FLAGS.get(
        entry.action_flag, "changed"
    ), "" if entry.change_message in MESSAGES_WITHOUT_NOTE else note


def message_of(entry: LogEntry) -> str:
    """Return the message of a log entry in the active language."""
    kind = _kind_of_message(entry)
    return str(SENTENCES[kind]) if kind else entry.get_change_message()


def _kind_of_message(entry):
    """Return the kind that follows from an entry's message, or ""."""
    return KINDS_OF_MESSAGES.get(entry.change_message, "") if entry.is_change() else ""


def _between(rows, since, until):
    if since:
        rows = rows.filter(at__gte=since)
    return rows.filter(at__lt=until) if until else rows
