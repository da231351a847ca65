"""The job that mirrors remote images, and the deletion of unused originals."""

from collections import Counter

from django.utils.translation import gettext_lazy, ngettext

from blog.files.remote.fetcher import site_fetcher
from blog.images.mirror.run import GROUP, Mirroring, MirroringError, MirrorOutcome
from blog.images.originals import delete_unused_originals
from blog.jobs import JobFailedError, JobStopped, RunningJob, cleanup_hook, job


@job("mirror_images", title=gettext_lazy("Fetch remote images"), group=GROUP, runs_in_thread=True)
def run(running: RunningJob, *, retry: bool = False) -> dict:
    """Mirror all remote images; return {outcome: number of images}. retry: see mirror_images()."""
    mirroring = Mirroring(site_fetcher(), retry=retry, should_stop=lambda: running.stop_requested)
    counts = Counter()
    running.progress(0, mirroring.total)
    try:
        for reports in mirroring.run():
            counts.update(report.outcome for report in reports)
            running.progress(counts.total(), mirroring.total, step=_in_words(counts))
    except MirroringError as error:
        raise JobFailedError(str(error)) from error
    if mirroring.is_stopped:
        raise JobStopped(dict(counts))
    return dict(counts)


def _in_words(counts):
    missing = counts[MirrorOutcome.FAILED] + counts[MirrorOutcome.LATER]
    if not missing:
        return ""
    return ngettext("%d image could not be fetched.", "%d images could not be fetched.", missing) % missing


cleanup_hook(delete_unused_originals)
