"""A worker that is killed while it sends letters over SMTP: each follower gets at most one."""

import random
import re
import signal
from collections import Counter

import pytest

from tests.support.durations import FOLLOWERS, KILLED_SENDERS
from tests.support.mail_server import mail_server
from tests.support.servers import wait_until

START = """
from django.utils import timezone
from blog import jobs
from blog.extensions.followers.models import Follower, Mailing
from tests.support import factories
Follower.objects.bulk_create(
    Follower(address=f"{{number}}@arle.example", frequency="weekly", key=f"key-{{number}}")
    for number in range({followers})
)
mailing = Mailing.objects.create(frequency="weekly", due_at=timezone.now())
mailing.add_articles([factories.create_article(title="The Slate at Arle Lock").pk])
jobs.start("send_letters")
"""
OPEN = "SELECT count(*) FROM blog_mailing WHERE ended_at IS NULL"


@pytest.mark.both_databases(only_long=True)
def test_killed_mailing_continues_and_sends_no_letter_twice(new_site, tmp_path):
    moments = sorted(random.Random(1).sample(range(1, FOLLOWERS * 4 // 5), KILLED_SENDERS))  # noqa: S311 -- moments, not secrets
    with mail_server() as (port, mails), new_site(tmp_path) as site:
        site.environment["EMAIL_URL"] = f"smtp://127.0.0.1:{port}"
        assert site.start_script(START.format(followers=FOLLOWERS)).wait(120) == 0
        for moment in moments:
            worker = site.fork("db_worker", "--interval", "0.1")
            wait_until(lambda moment=moment: len(mails) >= moment, 120)
            worker.send_signal(signal.SIGKILL)
            worker.wait()
        worker = site.fork("db_worker", "--interval", "0.1")
        wait_until(lambda: not site.value(OPEN), 600)
        worker.send_signal(signal.SIGTERM)
        assert worker.wait(60) == 0

        recipients = Counter(re.search(r"^To: (.*?)\r?$", text, re.MULTILINE)[1] for text in mails)
        assert set(recipients.values()) == {1}
        assert FOLLOWERS - KILLED_SENDERS <= len(recipients) <= FOLLOWERS
        assert site.value("SELECT count(*) FROM blog_message") == 0
        assert "multipart/alternative" in mails[0]
        assert "List-Unsubscribe-Post: List-Unsubscribe=One-Click" in mails[0]
