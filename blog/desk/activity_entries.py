"""The activity list: the admin's log and import batches merged, for an article or for the site."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from django.contrib.admin.models import ADDITION, CHANGE, DELETION, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db.models import CharField, F, Q, QuerySet, Value
from django.db.models.functions import Cast
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy

from blog.articles.models import Article
from blog.imports.import_entry import ImportEntry
from blog.imports.models import ImportBatch, SourceFile

KINDS = {
    "added": gettext_lazy("Added"),
    "changed": gettext_lazy("Changed"),
    "published": gettext_lazy("Published"),
    "unpublished": gettext_lazy("Unpublished"),
    "submitted": gettext_lazy("Submitted"),
    "returned": gettext_lazy("Returned"),
    "deleted": gettext_lazy("Deleted"),
    "imported": gettext_lazy("Imported"),
}
FLAGS = {ADDITION: "added", CHANGE: "changed", DELETION: "deleted"}
# Django's messages on an added row, and on one saved unchanged, which say no more than the kind.
SAYS_NO_MORE = {'[{"added": {}}]', "[]"}
# The log has no field for these kinds: they are recognised by their messages.
SENTENCES = {"published": gettext_lazy("Published."), "unpublished": gettext_lazy("Unpublished.")}


@dataclass(frozen=True)
class Entry:
    """A line of the list. name is the row's name; url is its page in the admin, or empty."""

    at: datetime
    person: object  # a user, or None for an import from the command line
    kind: str
    model: str
    name: str
    number: str
    url: str
    said: str

    @property
    def kind_word(self) -> str:
        return str(KINDS[self.kind])

    @property
    def who(self) -> str:
        return (self.person.get_full_name() or self.person.get_username()) if self.person else ""


class Activity:
    """The activity that one user may see.

    Users who may publish see the log of all models that they may view, and all imports. Others see the log of
    existing articles only, and imports only in the list of an article.
    """

    def __init__(self, site, request):
        self.site, self.request = site, request
        self.sees_all = request.user.has_perm("blog.publish_article")
        self.sees_imports = self._may_see(ImportBatch)

    @property
    def is_allowed(self) -> bool:
        return self._may_see(Article)

    def log(self) -> QuerySet:
        if self.sees_all:
            models = [model for model in self.site._registry if self._may_see(model)]
            return LogEntry.objects.filter(
                content_type__in=ContentType.objects.get_for_models(*models).values()
            )
        still_there = Article.objects.annotate(key=Cast("pk", CharField())).order_by().values("key")
        return self._of_articles().filter(object_id__in=still_there)

    def keys(self, person=None, kind="", article="", since=None, until=None) -> QuerySet:
        """Return a queryset of (source, key, time), newest first. since and until are datetimes."""
        log, imports = self._of_kind(kind)
        if person:
            log, imports = log.filter(user=person), imports.filter(started_by=person)
        if article:
            log, imports = self._of_article(log, imports, article)
        elif not self.sees_imports:
            imports = imports.none()
        log = log.annotate(source=Value("log"), key=F("pk"), at=F("action_time"))
        imports = imports.annotate(source=Value("import"), key=F("pk"), at=F("started_at"))
        parts = [_between(part.order_by(), since, until) for part in (log, imports)]
        log, imports = (part.values_list("source", "key", "at") for part in parts)
        return log.union(imports, all=True).order_by("-at", "source", "-key")

    def read(self, keys: Iterable[tuple]) -> Iterator[Entry]:
        """Yield the entries with these keys, a few hundred at most, in order, with two queries."""
        keys = list(keys)
        log = LogEntry.objects.select_related("user", "content_type", "submission").in_bulk(
            [key for source, key, _at in keys if source == "log"]
        )
        imports = ImportBatch.objects.select_related("started_by").in_bulk(
            [key for source, key, _at in keys if source == "import"]
        )
        for source, key, _at in keys:
            row = (log if source == "log" else imports).get(key)
            if row:
                yield self._logged(row) if source == "log" else self._imported(row)

    def _of_kind(self, kind):
        log, imports = self.log(), ImportBatch.objects.all()
        if not kind:
            return log, imports
        if kind == "imported":
            return log.none(), imports
        if kind in SENTENCES:
            return log.filter(action_flag=CHANGE, change_message=str(SENTENCES[kind])), imports.none()
        if kind in {"submitted", "returned"}:
            return log.filter(submission__kind=kind), imports.none()
        log = log.filter(action_flag=next(flag for flag, name in FLAGS.items() if name == kind))
        if kind == "changed":
            log = log.filter(submission=None).exclude(change_message__in=map(str, SENTENCES.values()))
        return log, imports.none()

    def _of_article(self, log, imports, article):
        """Filter by an article's primary key, or by words in its title."""
        log = log.filter(content_type=ContentType.objects.get_for_model(Article))
        if not is_number(article):
            return log.filter(object_repr__icontains=article), imports.none()
        files = SourceFile.objects.filter(article=article).order_by().values("batch")
        entries = ImportEntry.objects.filter(article=article).order_by().values("batch")
        return log.filter(object_id=article), imports.filter(Q(pk__in=files) | Q(pk__in=entries))

    def _of_articles(self):
        return LogEntry.objects.filter(content_type=ContentType.objects.get_for_model(Article))

    def _may_see(self, model):
        return self.site.get_model_admin(model).has_view_permission(self.request)

    def _logged(self, entry):
        kind, said = _kind_of(entry)
        return Entry(
            at=entry.action_time,
            person=entry.user,
            kind=kind,
            model=capfirst(entry.content_type.name) if entry.content_type else "",
            name=entry.object_repr,
            number=entry.object_id or "",
            url="" if entry.is_deletion() else entry.get_admin_url() or "",
            said=said,
        )

    def _imported(self, batch):
        numbers = [
            f"{number} {ImportBatch._meta.get_field(outcome).verbose_name}"
            for outcome in ImportBatch.OUTCOMES
            if (number := getattr(batch, outcome))
        ]
        return Entry(
            at=batch.started_at,
            person=batch.started_by,
            kind="imported",
            model=capfirst(ImportBatch._meta.verbose_name),
            name=batch.source_name,
            number=str(batch.pk),
            url=reverse("admin:blog_importbatch_change", args=[batch.pk]) if self.sees_imports else "",
            said=", ".join(numbers) if self.sees_imports else "",
        )


def is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 19


def _kind_of(entry):
    """Return (kind, message) of a log entry; the message is empty if it says no more than the kind."""
    submission = getattr(entry, "submission", None)
    if submission:
        return submission.kind, submission.note
    said = entry.get_change_message()
    for kind, sentence in SENTENCES.items():
        if entry.is_change() and said == sentence:
            return kind, ""
    return FLAGS.get(entry.action_flag, "changed"), "" if entry.change_message in SAYS_NO_MORE else said


def _between(rows, since, until):
    if since:
        rows = rows.filter(at__gte=since)
    return rows.filter(at__lt=until) if until else rows
