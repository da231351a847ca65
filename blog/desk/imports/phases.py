"""The two phases of an import, its files and their check, for the screens of one and of all imports."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from django.db.models import F, Sum
from django.utils import formats, timezone
from django.utils.timesince import timesince
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from blog.base.models import name_of
from blog.desk.jobs import JobProgress, format_time_left, may_stop
from blog.imports.articles import Checked, articles_of_import, count_checked
from blog.imports.jobs import can_import, latest_checks
from blog.imports.models import ImportRun
from blog.imports.uploads.models import StagedImport
from blog.jobs.models import Job
from blog.review.models import ArticleCheck


@dataclass(frozen=True)
class Phases:
    """The progress of an import: of its files, then of the check of its articles.

    job: the latest one that imports or checks, or None if the command did, or if its row was deleted. staged:
    the uploaded files, or None if the command imported them. counted: `checked`, if it is already known.
    """

    run: ImportRun
    job: Job | None
    staged: StagedImport | None
    user: object
    counted: Checked | None = None

    @cached_property
    def checked(self) -> Checked:
        return self.counted or count_checked([self.run.pk]).get(self.run.pk, Checked())

    @property
    def is_active(self) -> bool:
        return self.job is not None and self.job.is_active

    @property
    def are_files_done(self) -> bool:
        return self.run.finished_at is not None and not self.has_files_left

    @property
    def has_files_left(self) -> bool:
        """Whether the import of the files was stopped or failed, and can continue."""
        return self.staged is not None and not self.is_active and can_import(self.staged)

    @property
    def is_checking(self) -> bool:
        return self.is_active and self.are_files_done

    @property
    def files_total(self) -> int:
        """The number of all files, or 0 if it is not known."""
        if self.are_files_done:
            return self.run.counted
        return (self.job and self.job.total) or 0

    @property
    def is_stopped(self) -> bool:
        """Whether the check was stopped or failed, and has articles left."""
        ended_early = self.job is not None and self.job.state in {Job.State.STOPPED, Job.State.FAILED}
        return ended_early and self.are_files_done and self.checked.left > 0 and not self.run.undone_at

    @property
    def may_resume(self) -> bool:
        return self.is_stopped and self.user.has_perm("blog.add_stagedimport")

    @property
    def may_stop(self) -> bool:
        return self.is_active and not self.job.stop_requested_at and may_stop(self.job, self.user)

    @property
    def progress(self) -> JobProgress | None:
        """The progress of the job, or None if a command imports the files."""
        return JobProgress.of(self.job, self.user) if self.job else None

    @property
    def stopped(self) -> str:
        """A phrase with the user who stopped the check and the time, or that the check failed."""
        if self.job.state == Job.State.FAILED:
            return _("Checking failed")
        ended = timezone.localtime(self.job.ended_at)
        when = formats.date_format(
            ended, "TIME_FORMAT" if ended.date() == timezone.localdate() else "SHORT_DATETIME_FORMAT"
        )
        if self.job.stop_requested_by:
            person = name_of(self.job.stop_requested_by)
            return _("Stopped by %(person)s, %(when)s") % {"person": person, "when": when}
        return _("Stopped, %(when)s") % {"when": when}

    @property
    def time_left(self) -> str:
        """The time that the rest of the check takes at its speed so far, as a sentence."""
        began = self.job.result.get("check_began") if self.is_checking else None
        done = self.checked.number - self.job.result.get("checked_before", 0) if began else 0
        if done <= 0:
            return ""
        taken = (timezone.now() - datetime.fromisoformat(began)).total_seconds()
        return format_time_left(taken / done * self.checked.left)

    @property
    def duration(self) -> str:
        """The duration of the import of the files."""
        seconds = round((self.run.finished_at - self.run.started_at).total_seconds())
        if seconds < 60:
            return ngettext("%d second", "%d seconds", seconds) % seconds
        return timesince(self.run.started_at, self.run.finished_at)

    @property
    def marks(self) -> int:
        """The number of open marks of the import's articles."""
        articles = articles_of_import(self.run).values("pk")
        counts = F("open_blocking") + F("open_claims") + F("serious_findings") + F("minor_findings")
        return ArticleCheck.objects.filter(article__in=articles).aggregate(n=Sum(counts, default=0))["n"]


def phases_of(runs: Collection[ImportRun], user) -> dict[int, Phases]:
    """Return {primary key: Phases} for these imports, in a constant number of queries.

    Counting checked articles is slow, so only those of imports whose job is not done are counted in advance.
    """
    jobs = latest_checks(runs)
    unfinished = [key for key, job in jobs.items() if job.state != Job.State.DONE]
    counted = count_checked(unfinished) if unfinished else {}
    uploads = StagedImport.objects.with_jobs().filter(batch__in=[run.pk for run in runs]).order_by("pk")
    staged = {each.batch_id: each for each in uploads}
    return {
        run.pk: Phases(run, jobs.get(run.pk), staged.get(run.pk), user, counted.get(run.pk)) for run in runs
    }
