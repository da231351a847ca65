"""The job that replaces words and links in many articles."""

from collections.abc import Collection
from dataclasses import asdict
from functools import partial

from django.utils.translation import gettext_lazy as _

from blog import jobs
from blog.extensions.replacement.changes import replace_in_batches
from blog.extensions.replacement.search import Replacement, Subject
from blog.jobs import JobFailedError, RunningJob, job
from blog.jobs.models import Job
from blog.review.jobs import GROUP, action_of, check_changed, user_of
from blog.sandbox.refusal_messages import text_refusal
from blog.sandbox.refusals import RefusedError

REPLACE = "replace"


def start_replacement(user, replacement: Replacement, seen: dict[int, int], chosen: Collection[str]) -> Job:
    """Start a job that replaces words or links. seen: {article: lock version}. chosen: keys of passages."""
    return jobs.start(
        REPLACE, user, replacement=asdict(replacement), seen=list(seen.items()), chosen=sorted(chosen)
    )


def replacement_job(number: int) -> Job | None:
    return Job.objects.filter(pk=number, kind=REPLACE).select_related("started_by").first()


@job(REPLACE, title=_("Search and replace"), group=GROUP)
def run_replacement(running: RunningJob, replacement: dict, seen: list, chosen: list) -> dict:
    """Replace in articles. seen: [(pk, lock version)]. Return {"skipped": {pk: why}}."""
    replacement = Replacement(**replacement | {"subject": Subject(replacement["subject"])})
    try:
        skipped = replace_in_batches(
            user_of(running),
            replacement,
            dict(seen),
            set(chosen),
            stored_action=partial(action_of, running),
            on_progress=running.advance,
        )
    except RefusedError as error:
        raise JobFailedError(text_refusal(error)) from error
    check_changed(running, list(dict(seen)))
    return {"skipped": skipped}
