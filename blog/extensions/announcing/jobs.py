"""Tell search engines (IndexNow) and feed hubs (WebSub) about articles that have appeared.

Both are off unless their variables are set. Requests reach public hosts only. The worker looks for new
articles each minute. The arguments of its last job contain the time up to which it has looked. A failed
announcement is not repeated, because search engines also find the articles in feeds and the sitemap.
"""

import json
from datetime import datetime, timedelta
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from blog.articles.models import Article
from blog.files.remote.fetcher import Fetcher, FetchError, site_fetcher
from blog.jobs import JobFailedError, RunningJob, job, locks, periodic_hook, start
from blog.jobs.models import Job
from blog.reader.page_head import feed_links
from blog.site.addresses import absolute

JOB_KIND = "announce_articles"
INDEXNOW = "https://api.indexnow.org/indexnow"  # passes the URLs on to all search engines that take part
MOST_URLS = 10_000  # IndexNow's limit for a request
FIRST_LOOK = timedelta(minutes=5)  # before now, if nothing has been announced for a month


@job(JOB_KIND, title=gettext_lazy("Announce new articles"), group="announcing", runs_in_thread=True)
def announce(running: RunningJob, *, since: str, until: str) -> dict:
    """Announce the articles that have appeared between two moments. Return their number."""
    articles = _appeared(datetime.fromisoformat(since), datetime.fromisoformat(until)).only("slug")
    urls = [absolute(article.get_absolute_url()) for article in articles[:MOST_URLS]]
    fetcher, failures = site_fetcher(), []
    if urls and settings.INDEXNOW_KEY:
        failures += _send(fetcher, INDEXNOW, json.dumps(index_now(urls)), "application/json; charset=utf-8")
    if urls and settings.WEBSUB_HUB:
        feeds = [absolute(path) for _type, _name, path in feed_links()]
        for feed in feeds:
            form = urlencode({"hub.mode": "publish", "hub.url": feed})
            failures += _send(fetcher, settings.WEBSUB_HUB, form, "application/x-www-form-urlencoded")
    if failures:
        raise JobFailedError(_("Not announced: %(reasons)s") % {"reasons": "; ".join(failures)})
    return {"articles": len(urls)}


def index_now(urls: list[str]) -> dict:
    """Return the data, to be sent as JSON, that announces these URLs to IndexNow."""
    return {
        "host": urlsplit(settings.SITE_URL).netloc,
        "key": settings.INDEXNOW_KEY,
        "keyLocation": absolute(reverse("blog:announcing:indexnow_key", args=[settings.INDEXNOW_KEY])),
        "urlList": urls,
    }


def _send(fetcher: Fetcher, address: str, body: str, content_type: str) -> list[str]:
    """Send a POST request. Return [reason] if it failed, otherwise []."""
    try:
        fetcher.post(address, body.encode(), content_type)
    except FetchError as error:
        return [f"{urlsplit(address).hostname}: {error}".rstrip(".")]
    return []


def _appeared(since, until):
    return Article.objects.published(until).filter(appeared_at__gt=since).newest_first()


@periodic_hook
def announce_new_articles() -> None:
    """Start the job if articles have appeared since the last one."""
    if not (settings.INDEXNOW_KEY or settings.WEBSUB_HUB):
        return
    with locks.hold("announcements") as held:  # two workers would announce the same articles
        jobs = Job.objects.filter(kind=JOB_KIND).order_by("-pk")
        last = jobs.values_list("arguments__until", flat=True).first()
        now = timezone.now()
        since = datetime.fromisoformat(last) if last else now - FIRST_LOOK
        if since > now:  # the clock was set back
            since = now - FIRST_LOOK
        if held and _appeared(since, now).exists():
            start(JOB_KIND, since=since.isoformat(), until=now.isoformat())
