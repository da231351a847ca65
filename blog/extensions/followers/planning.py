"""Decide which articles followers get, and when: each soon after it appears, or all of a week on one day.

Each minute, the worker looks for articles that have appeared, whether an editor has published them, an import
has, or their date has come. No other code has to notify it, so no article is missed.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from blog.articles.models import Article
from blog.extensions.followers.followers import Follower, Frequency
from blog.extensions.followers.letters import (
    ARTICLES_LISTED,
    article_letter,
    articles_letter,
    follower_message,
)
from blog.extensions.followers.mailings import Mailing, MailingArticle
from blog.mail.models import Message

# After an article has appeared: time to unpublish it, and to publish others that go into the same letter.
GRACE = timedelta(minutes=10)
# Older articles are not sent: an import or an editor has given them an earlier date.
NEW_FOR = timedelta(days=2)
WEEK = timedelta(days=7)
LATE_FOR = timedelta(days=3)  # the longest delay of a weekly letter, if no worker was running
DIGEST_HOUR = 7


def plan_new_articles(now: datetime) -> None:
    """Add articles that have appeared to the next mailing to those who follow each article.

    Callers make sure that one process plans at a time. As long as nothing is new, this only reads.
    """
    followers = Follower.objects.filter(frequency=Frequency.EACH)
    first = followers.order_by("confirmed_at").values_list("confirmed_at", flat=True).first()
    if first is None:
        return
    keys = _unsent(Frequency.EACH, max(first, now - NEW_FOR), now)
    if keys:
        with transaction.atomic():
            mailing = Mailing.objects.open(Frequency.EACH).first() or Mailing.objects.create(
                frequency=Frequency.EACH, created_at=now, due_at=now + GRACE
            )
            mailing.add_articles(keys)
            # Those who have confirmed since the first article get the letter, too.
            Mailing.objects.filter(pk=mailing.pk).update(created_at=now)


def plan_week(now: datetime) -> None:
    """Create the weekly mailing if its time has come. Without articles it ends at once."""
    due = last_digest_time(now)
    weekly = Mailing.objects.filter(frequency=Frequency.WEEKLY).order_by("-created_at")
    followers = Follower.objects.filter(frequency=Frequency.WEEKLY, confirmed_at__lte=due)
    if now - due > LATE_FOR or weekly.filter(created_at__gte=due).exists() or not followers.exists():
        return
    before = weekly.filter(created_at__gt=now - 2 * WEEK).values_list("created_at", flat=True).first()
    keys = _unsent(Frequency.WEEKLY, before or due - WEEK, now)
    with transaction.atomic():
        mailing = Mailing.objects.create(
            frequency=Frequency.WEEKLY, created_at=now, due_at=now, ended_at=None if keys else now
        )
        mailing.add_articles(keys)


def last_digest_time(now: datetime) -> datetime:
    """Return the last moment at which a weekly letter was due, in the site's time zone."""
    local = timezone.localtime(now)
    day = local.date() - timedelta(days=(local.weekday() - settings.DIGEST_DAY) % 7)
    due = timezone.make_aware(datetime(day.year, day.month, day.day, DIGEST_HOUR))  # noqa: DTZ001 -- made aware
    return due if due <= now else due - WEEK


def _unsent(frequency, since, now) -> list[int]:
    """Return the keys of the articles that appeared after `since`, and are in no mailing of the frequency."""
    sent = MailingArticle.objects.filter(frequency=frequency).values("article")
    rows = Article.objects.published(now).filter(appeared_at__gt=since).exclude(pk__in=sent)
    return list(rows.order_by().values_list("pk", flat=True))


def composer(mailing: Mailing) -> Callable[[Follower], Message] | None:
    """Return a function that composes a follower's message, or None if none of the articles is public.

    Articles that are unpublished before the first letter can be mailed later.
    """
    articles = Article.objects.published().filter(pk__in=mailing.article_keys())
    if not mailing.number:
        mailing.articles.exclude(article__in=articles).delete()
    number = articles.count()
    if not number:
        return None
    listed = list(articles.newest_first().with_page_relations()[:ARTICLES_LISTED])
    if number == 1 and mailing.frequency == Frequency.EACH:
        letter = article_letter(listed[0])
    else:
        letter = articles_letter(listed, mailing.frequency, number)
    return lambda follower: follower_message(letter, follower)


def end_mailings() -> None:
    """End all mailings, and count the articles of this site as sent.

    Their letters may have been sent after the backup was made, and nobody should get one twice.
    """
    if not Follower.objects.exists():
        return
    now = timezone.now()
    Mailing.objects.filter(ended_at=None).update(ended_at=now)
    for frequency in Frequency.values:
        sent = MailingArticle.objects.filter(frequency=frequency).values("article")
        unsent = Article.objects.published(now).exclude(pk__in=sent).order_by()
        mailing = Mailing.objects.create(frequency=frequency, created_at=now, due_at=now, ended_at=now)
        mailing.add_articles(unsent.values_list("pk", flat=True))
