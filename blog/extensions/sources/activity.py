"""The line of the activity for each round."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from blog import extend
from blog.extensions.sources.acts import OPEN
from blog.jobs.models import Job

FEWEST = 10  # sources of a round; fewer were asked for, or tried again


def rounds():
    return Job.objects.filter(kind=OPEN, state=Job.State.DONE, result__opened__gte=FEWEST)


def describe(job: Job) -> tuple[str, str]:
    """Return what a round found, such as “212 opened, 3 lead nowhere, 12 moved”."""
    numbers = job.result
    parts = [ngettext("%d opened", "%d opened", numbers["opened"]) % numbers["opened"]]
    if nowhere := numbers["nowhere"]:
        parts.append(ngettext("%d leads nowhere", "%d lead nowhere", nowhere) % nowhere)
    if failing := numbers["failing"]:
        parts.append(ngettext("%d is tried again", "%d are tried again", failing) % failing)
    if not (nowhere or failing):
        parts.append(_("all lead somewhere"))
    if moved := numbers["moved"]:
        parts.append(ngettext("%d moved", "%d moved", moved) % moved)
    return ", ".join(parts), ""


KIND = extend.ActivityKind(
    "sources.round", gettext_lazy("Sources checked"), rounds, "ended_at", describe, "admin:sources_list"
)
