"""Messages: queued in a transaction, sent by a job, each at most once."""

import smtplib
from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone

from blog.jobs import worker
from blog.mail import jobs as mail_jobs
from blog.mail.messages import new_message, queue_messages
from blog.mail.models import DELAYS
from blog.mail.sending import MailSender, in_words
from blog.models import Job, Message

pytestmark = pytest.mark.django_db


@pytest.fixture
def queue(django_capture_on_commit_callbacks):
    """A function that queues messages to these addresses in one transaction."""

    def queue(*addresses, subject="The Slate", **options):
        with django_capture_on_commit_callbacks(execute=True):
            for address in addresses:
                queue_messages([new_message(address, subject, "It is wiped\nat noon.", **options)])

    return queue


@pytest.fixture
def server(monkeypatch):
    """A mail server. Each letter gets the next of these answers: an error, or acceptance for None."""

    class Server:
        def __init__(self):
            self.answers, self.asked, self.is_up = [], [], True

        def open(self):
            if not self.is_up:
                raise ConnectionRefusedError(111, "Connection refused")

        def close(self):
            pass

        def send_messages(self, messages):
            self.asked += [message.to[0] for message in messages]
            answer = self.answers.pop(0) if self.answers else None
            if answer:
                raise answer

    server = Server()
    monkeypatch.setattr("blog.mail.sending.mailers", type("Mailers", (), {"default": server}))
    return server


def refused_recipient(code, answer=b"5.1.1 <a@b.example> unknown"):
    return smtplib.SMTPRecipientsRefused({"a@b.example": (code, answer)})


class TestQueue:
    def test_a_message_is_sent_with_its_parts_and_deleted(self, queue, run_jobs):
        queue("nora@arle.example", html="<p>It</p>", headers={"List-Id": "x"}, sender_name='Ti"de')
        run_jobs()

        (sent,) = mail.outbox
        assert (sent.to, sent.subject, sent.body) == (
            ["nora@arle.example"],
            "The Slate",
            "It is wiped\nat noon.",
        )
        assert sent.alternatives == [("<p>It</p>", "text/html")]
        assert sent.message()["List-Id"] == "x"
        assert sent.message()["From"].startswith("Tide <galley@")
        assert not Message.objects.exists()

    @pytest.mark.both_databases
    def test_one_job_sends_all_messages_of_a_transaction(self, queue, run_jobs):
        queue(*(f"{number}@arle.example" for number in range(5)))

        assert [job.result for job in run_jobs()] == [{"sent": 5}]

    def test_line_breaks_in_a_subject_add_no_headers(self, queue, run_jobs):
        queue("nora@arle.example", subject="The\r\nBcc: all@arle.example")
        run_jobs()

        assert [sent.recipients() for sent in mail.outbox] == [["nora@arle.example"]]


class TestAtMostOnce:
    @pytest.mark.both_databases
    def test_a_message_is_marked_before_the_server_gets_it(self, queue, run_jobs, server, monkeypatch):
        states = []

        def send_messages(_emails):
            states.extend(Message.objects.values_list("state", flat=True))

        monkeypatch.setattr(server, "send_messages", send_messages)
        queue("nora@arle.example")
        run_jobs()

        assert states == ["sending"]

    def test_a_message_of_a_killed_worker_is_not_sent_again(self, queue, run_jobs, server):
        queue("nora@arle.example", "idris@arle.example")
        Message.objects.filter(to="nora@arle.example").update(state="sending")
        run_jobs()

        assert server.asked == ["idris@arle.example"]
        assert not Message.objects.exists()

    def test_a_message_is_not_sent_again_if_the_connection_breaks(self, queue, run_jobs, server):
        server.answers = [smtplib.SMTPServerDisconnected("gone")]
        queue("nora@arle.example", "idris@arle.example")
        (job,) = run_jobs()

        assert server.asked == ["nora@arle.example", "idris@arle.example"]
        assert job.result == {"unknown": 1, "sent": 1}
        assert not Message.objects.exists()


class TestRefusals:
    def test_a_permanently_refused_message_is_deleted_and_logged_without_address(
        self, queue, run_jobs, server, caplog
    ):
        server.answers = [refused_recipient(550)]
        queue("a@b.example")
        run_jobs()

        assert not Message.objects.exists()
        assert "550 5.1.1" in caplog.text
        assert "b.example" not in caplog.text

    @pytest.mark.both_databases
    def test_a_temporarily_refused_message_waits_longer_each_time(self, queue, run_jobs, server):
        queue("nora@arle.example")
        for delay in (*DELAYS, DELAYS[-1]):
            server.answers = [refused_recipient(451)]
            Message.objects.update(due_at=timezone.now())
            mail_jobs.send_later()
            run_jobs()

            wait = Message.objects.get().due_at - timezone.now()
            assert delay - timedelta(minutes=1) < wait <= delay
        run_jobs()

        assert len(server.asked) == 5

    @pytest.mark.parametrize(("answer", "told"), [(None, ["accepted"]), (550, ["refused"]), (450, [])])
    def test_the_message_is_told_what_the_server_answers(self, server, monkeypatch, queue, answer, told):
        outcomes = []
        monkeypatch.setattr(Message, "was_accepted", lambda message: outcomes.append("accepted"))
        monkeypatch.setattr(Message, "was_refused", lambda message: outcomes.append("refused"))
        server.answers = [answer and refused_recipient(answer)]
        queue("a@b.example")
        with MailSender() as sender:
            sender.send(Message.objects.all())

        assert outcomes == told

    def test_if_the_server_is_down_all_messages_wait(self, queue, run_jobs, server):
        server.is_up = False
        queue("nora@arle.example", "idris@arle.example")
        (job,) = run_jobs()

        assert job.state == Job.State.FAILED
        assert "Connection refused" in job.reason
        assert not Message.objects.due().exists()
        assert Message.objects.count() == 2

    def test_a_message_that_cannot_be_written_is_refused(self, queue, run_jobs, server):
        server.answers = [ValueError("Invalid address")]
        queue("nora@arle.example", "idris@arle.example")

        assert [job.result for job in run_jobs()] == [{"refused": 1, "sent": 1}]


class TestTime:
    def test_an_expired_message_is_deleted_unsent(self, queue, run_jobs):
        queue("nora@arle.example", lifetime=timedelta(hours=-1))
        run_jobs()
        mail_jobs.send_later()

        assert mail.outbox == []
        assert not Message.objects.exists()

    def test_the_worker_looks_for_due_messages_every_minute(self, run_jobs):
        queue_messages([new_message("nora@arle.example", "The Slate", "It")])  # whose job was lost
        Job.objects.all().delete()
        reporter = worker.Reporter()

        reporter._report()
        reporter._report()

        assert len(run_jobs()) == 1
        assert len(mail.outbox) == 1


class TestReason:
    @pytest.mark.parametrize(
        ("error", "expected"),
        [
            (ConnectionRefusedError(111, "Connection refused"), "Connection refused"),
            (smtplib.SMTPServerDisconnected("Please log in first"), "Please log in first"),
            (TimeoutError(), "TimeoutError"),
            (smtplib.SMTPDataError(451, b"4.3.2 nora@arle.example"), "SMTPDataError 451 4.3.2"),
        ],
    )
    def test_of_an_unavailable_server_has_no_address(self, error, expected):
        assert in_words(error) == expected
