"""Taking a person out of very many articles, by a job."""

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from blog import jobs
from blog.articles.actions.models import DeskAction
from blog.jobs import JobFailedError, RunningJob, Stopped, job
from blog.jobs.models import Job
from blog.review.models import Person
from blog.review.people import take_out_in_parts
from blog.review.proofs import check_articles

TAKE_OUT = "take_out_person"


def start_taking_out(user, person: Person, seen: dict[int, int]) -> Job:
    """Start a job that takes a person out. seen: {key: version of the article that the user saw}."""
    return jobs.start(TAKE_OUT, user, person=person.pk, seen=list(seen.items()))


@job(TAKE_OUT, title=_("Taking a person out of many articles"), group="mend")
def run_taking_out(running: RunningJob, person: int, seen: list) -> dict:
    """Take a person out of articles, seen as (key, version); return of how many."""
    user, row = running.job.started_by, Person.objects.filter(pk=person).first()
    if user is None or row is None:
        raise JobFailedError(gettext("This person, or whoever started it, is not on record any more."))
    action = DeskAction.objects.filter(job=running.job).first() or DeskAction(user=user)
    action.job = running.job

    def report(done, total):
        running.progress(done, total)
        if running.stop_requested:
            raise Stopped

    take_out_in_parts(user, row, dict(seen), action, report)
    check_articles(list(dict(seen)))
    return {"articles": len(action.rewritten)}
