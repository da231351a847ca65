"""Tell receivers which articles have appeared, changed or gone.

Each receiver has its own jobs, so that one that is away does not delay others. What it was told is stored
after each request: a killed job repeats at most one. A failed job is followed by another after RETRY.
"""

import base64
import hashlib
import hmac
import json
import time
from datetime import timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from blog.extensions.webhooks.events import Event, begin, events, has_begun
from blog.extensions.webhooks.models import ToldArticle, receiver_key
from blog.files.remote.fetcher import FetchError, site_fetcher
from blog.jobs import JobFailedError, JobStopped, RunningJob, job, locks, periodic_hook, start
from blog.jobs.models import Job
from blog.site.addresses import absolute

JOB_KIND = "webhooks"
RETRY = timedelta(minutes=10)


@job(JOB_KIND, title=gettext_lazy("Send webhooks"), group=JOB_KIND, runs_in_thread=True)
def send(running: RunningJob, *, receiver: str) -> dict:
    """Send what a receiver does not know yet. Return the number of requests."""
    url = next((url for url in settings.WEBHOOK_URLS if receiver_key(url) == receiver), None)
    fetcher, number = site_fetcher(), 0
    for event in events(receiver) if url else ():
        if running.stop_requested:
            raise JobStopped
        body = body_of(event)
        try:
            fetcher.post(url, body, "application/json", signature(event, body))
        except FetchError as error:
            reason = _("%(host)s: %(reason)s") % {"host": urlsplit(url).hostname, "reason": error}
            raise JobFailedError(reason) from error
        event.store()
        number += 1
    return {"requests": number}


def body_of(event: Event) -> bytes:
    data = {"type": event.kind, "site": absolute("/"), "article": event.data()}
    return json.dumps(data, ensure_ascii=False).encode()


def signature(event: Event, body: bytes, now: int | None = None) -> dict[str, str]:
    """Return the headers that prove who has sent a request, and when.

    Source: https://www.standardwebhooks.com. The ID is the same if an event is sent again.
    """
    state = event.article.lock_version if event.article else f"row {event.told.pk}"
    facts = f"{event.kind} {event.told.receiver} {event.told.article} {state}"
    identifier = f"msg_{hashlib.sha256(facts.encode()).hexdigest()[:32]}"
    moment = str(int(time.time()) if now is None else now)
    signed = b".".join((identifier.encode(), moment.encode(), body))
    digest = hmac.digest(settings.WEBHOOK_SECRET.encode(), signed, "sha256")
    return {
        "webhook-id": identifier,
        "webhook-timestamp": moment,
        "webhook-signature": f"v1,{base64.b64encode(digest).decode()}",
    }


@periodic_hook
def start_webhooks() -> None:
    """Start a job for each receiver that does not know everything."""
    if not settings.WEBHOOK_URLS:
        return
    with locks.hold(JOB_KIND) as held:  # two workers would send the same
        receivers = [receiver_key(url) for url in settings.WEBHOOK_URLS] if held else []
        for receiver in receivers:
            if not has_begun(receiver):
                begin(receiver)
            if not _is_busy(receiver) and next(events(receiver), None):
                start(JOB_KIND, receiver=receiver)
        if held:  # a receiver that is named again later begins again
            ToldArticle.objects.exclude(receiver__in=receivers).delete()


def _is_busy(receiver):
    """Whether a job of the receiver waits or runs, or has failed a short time ago."""
    own = Job.objects.filter(kind=JOB_KIND, arguments__receiver=receiver)
    failed = own.filter(state=Job.State.FAILED, ended_at__gt=timezone.now() - RETRY)
    return own.active().exists() or failed.exists()
