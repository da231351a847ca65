"""What a restored backup ends."""

from datetime import timedelta

import pytest
from django.utils import timezone

from blog.extensions.followers.models import Follower, Mailing
from blog.extensions.followers.planning import end_mailings, last_digest_time, plan_new_articles, plan_week
from tests.support.factories import create_article


@pytest.mark.django_db
def test_letters_that_may_have_been_sent_after_the_backup_are_not_sent_again():
    now = timezone.now()
    for frequency in ("each", "weekly"):
        follower = Follower.objects.follow(f"{frequency}@arle.example", frequency)
        Follower.objects.filter(pk=follower.pk).update(confirmed_at=now - timedelta(days=30))
    begun, _unsent = (create_article(published_at=now - timedelta(hours=1)) for _ in range(2))
    Mailing.objects.create(frequency="each", due_at=now).add_articles([begun.pk])

    end_mailings()
    later = create_article(published_at=now + timedelta(minutes=1))
    plan_new_articles(now + timedelta(minutes=2))
    plan_week(last_digest_time(now + timedelta(days=8)))

    opened = Mailing.objects.filter(ended_at=None)
    assert [mailing.article_keys() for mailing in opened] == [[later.pk], [later.pk]]
