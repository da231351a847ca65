"""What the screen says about the repository: in words, for one request."""

import subprocess
from dataclasses import dataclass
from functools import cached_property

from django.conf import settings
from django.db.models import Count, Q
from django.urls import reverse
from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from blog.articles.models import Article
from blog.desk.columns import short_day
from blog.desk.import_words import OUTCOMES
from blog.extensions.git_source.jobs import active_pull
from blog.extensions.git_source.models import Repository
from blog.extensions.git_source.problems import PASSING, text_of, title_of
from blog.files.git import GitMissingError, git_command, surroundings
from blog.imports.models import HeldUpdate, ImportRun
from blog.jobs.models import Job
from blog.site.addresses import absolute

EXPORTED = "refs/heads/main"
RECENT = 60  # seconds between the end of an import and of its pull


def when(moment) -> str:
    """Return the day and time, with the name of the day for today."""
    local = timezone.localtime(moment)
    day = _("Today") if local.date() == timezone.localdate() else short_day(moment)
    return f"{day}, {formats.date_format(local, 'TIME_FORMAT')}"


@dataclass(frozen=True)
class Shown:
    repository: Repository

    @cached_property
    def job(self) -> Job | None:
        return active_pull()

    @property
    def pulling(self) -> str:
        """How far the pull is, or "" if there is none."""
        job = self.job
        if job is None:
            return ""
        if not job.total:
            return _("Pulling %(branch)s…") % {"branch": self.repository.branch}
        step = job.step or _("Pulling %(branch)s") % {"branch": self.repository.branch}
        sentence = ngettext(
            "%(done)d of %(total)d file read…", "%(done)d of %(total)d files read…", job.total
        )
        return f"{step}: {sentence % {'done': job.done, 'total': job.total}}"

    @property
    def problem(self) -> dict | None:
        """Why the last pull failed: its title, when, and the text."""
        repository = self.repository
        if not repository.problem or self.job:
            return None
        values = repository.problem_values
        parts = [f"{when(repository.problem_at)}{self._how_often}."]
        if repository.next_at and not repository.paused_at:
            again = formats.date_format(timezone.localtime(repository.next_at), "TIME_FORMAT")
            parts.append(_("It is tried again at %(time)s.") % {"time": again})
        parts.append(text_of(repository.problem, values))
        return {
            "title": title_of(repository.problem, values),
            "text": " ".join(filter(None, parts)),
            "code": repository.problem,
            "changed": values.get("changed", 0),
        }

    @property
    def _how_often(self):
        number = self.repository.failures
        words = {1: "", 2: _(", for the second time"), 3: _(", for the third time")}
        return words.get(number, _(", for the %(number)dth time") % {"number": number})

    @cached_property
    def held(self) -> int:
        run = self.repository.last_run
        waiting = HeldUpdate.objects.waiting().filter(article__trashed_at=None)
        return waiting.filter(batch=run).count() if run else 0

    @property
    def conflict(self) -> dict | None:
        """What was changed there and here in the last import, while it waits."""
        run = self.repository.last_run
        if not (run and run.conflict and self.held):
            return None
        return {
            "number": self.held,
            "when": when(run.started_at),
            "others": run.counted - run.conflict - run.held,
        }

    @property
    def last(self) -> dict:
        """The outcome of the last pull in one line. url: of its import."""
        repository, run = self.repository, self.repository.last_run
        if not repository.looked_at:
            return {"kind": "wait", "text": _("Nothing has been pulled yet.")}
        is_of_run = run and run.finished_at
        is_of_run = is_of_run and abs((repository.looked_at - run.finished_at).total_seconds()) < RECENT
        if not is_of_run:
            return {"kind": "", "text": _("%(when)s: no new commit") % {"when": when(repository.looked_at)}}
        return {"kind": "", "text": f"{when(run.started_at)}: {self._outcomes}", "url": self._import_url}

    @property
    def _outcomes(self):
        run = self.repository.last_run
        numbers = {name: getattr(run, name) for name in OUTCOMES}
        numbers["unchanged"] += max(self.repository.files - run.counted, 0)
        return ", ".join(f"{number} {OUTCOMES[name]}" for name, number in numbers.items() if number)

    @property
    def _import_url(self):
        return reverse("admin:blog_importrun_change", args=[self.repository.last_run_id])

    @property
    def held_url(self) -> str:
        run = self.repository.last_run_id
        return reverse("admin:blog_heldupdate_changelist", query={"batch__id__exact": run})

    @property
    def pulls_url(self) -> str:
        return reverse("admin:blog_importrun_changelist", query={"way": ImportRun.Way.GIT.value})

    @property
    def committed(self) -> str:
        return when(self.repository.commit_at) if self.repository.commit_at else ""

    @property
    def is_stopped(self) -> bool:
        """Whether the last problem does not pass by itself."""
        return bool(self.repository.problem) and self.repository.problem not in PASSING

    @property
    def next_pull(self) -> str:
        repository = self.repository
        if repository.paused_at:
            values = {"person": repository.paused_by_name, "day": short_day(repository.paused_at)}
            return _("Paused by %(person)s, %(day)s") % values
        if self.is_stopped:
            return _("Stopped until this is decided")
        if repository.next_at is None:
            return _("After a push")
        if repository.next_at <= timezone.now():
            return _("Now, or after a push")
        return _("%(when)s, or after a push") % {"when": when(repository.next_at)}

    @property
    def so_far(self) -> str:
        """The articles of this source, in numbers."""
        articles = Article.objects.filter(source_file__source_name=self.repository.source_name or None)
        numbers = articles.order_by().aggregate(
            all=Count("pk"),
            trashed=Count("pk", filter=Q(trashed_at__isnull=False)),
            published=Count("pk", filter=Q(trashed_at=None, status=Article.Status.PUBLISHED)),
        )
        left = numbers["all"] - numbers["published"] - numbers["trashed"]
        parts = [
            (_("%d published"), numbers["published"]),
            (_("%d to review"), left),
            (_("%d in the trash"), numbers["trashed"]),
        ]
        listed = ", ".join(words % number for words, number in parts if number)
        files = ngettext("%d file", "%d files", numbers["all"]) % numbers["all"]
        return f"{files}: {listed}" if listed else files

    @property
    def hook_url(self) -> str:
        return absolute(reverse("blog:git_source:hook", args=[self.repository.hook]))

    @property
    def secret(self) -> str:
        at = self.repository.secret_at
        if at is None:
            return _("none yet")
        return _("set %(day)s, not shown again") % {"day": formats.date_format(timezone.localtime(at))}

    @property
    def last_call(self) -> str:
        repository = self.repository
        called = (
            _("%(when)s, accepted.") % {"when": when(repository.called_at)}
            if repository.called_at
            else _("None.")
        )
        if not repository.refused:
            return called
        refused = ngettext(
            "%(number)d refused, last on %(day)s: wrong signature.",
            "%(number)d refused, last on %(day)s: wrong signature.",
            repository.refused,
        )
        return f"{called} {refused % {'number': repository.refused, 'day': short_day(repository.refused_at)}}"

    @cached_property
    def export(self) -> dict | None:
        """The last commit of the export to Git, and by how many commits it is ahead."""
        folder = getattr(settings, "EXPORT_DIR", None)
        about = folder and _answer(
            folder / ".git", "log", "-1", "--format=%h%x00%s%x00%ct", "refs/heads/main"
        )
        if not about:
            return None
        commit, subject, seconds = about.split("\0")
        at = timezone.datetime.fromtimestamp(int(seconds), timezone.get_default_timezone())
        return {"commit": commit, "subject": subject, "when": when(at), "ahead": self._ahead(folder / ".git")}

    def _ahead(self, export) -> int:
        """Return how many commits of the export the repository lacks; 0 if they have no history in common."""
        if not self.repository.commit:
            return 0
        number = _answer(export, "rev-list", "--count", EXPORTED, f"^{self.repository.commit}", "--")
        return int(number or 0)


def _answer(git_folder, *arguments) -> str:
    """Return what Git says about a repository of this machine, or "" if it cannot."""
    try:
        command = git_command(git_folder, *arguments)
        where = surroundings(git_folder)
        done = subprocess.run(command, capture_output=True, check=False, timeout=5, **where)  # noqa: S603 -- as in clone.py
    except (GitMissingError, OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.decode(errors="replace").strip() if done.returncode == 0 else ""
