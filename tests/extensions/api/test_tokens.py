"""Tokens: how they are made, what they open, and when they end."""

import logging
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils import timezone

from blog.desk.second_step.sessions import CONFIRMED
from blog.extensions.api.jobs import finish, forget_old
from blog.extensions.api.models import KEPT_FOR, Answer, Intake, Refusal, Token
from blog.extensions.api.tokens import digest_of, find_token, is_secret, new_secret, revoke
from blog.extensions.backups.rows import encode, read_rows, stored_fields, stored_models
from blog.models import Article, ImportRun, Message
from tests.extensions.api.conftest import TEXT
from tests.extensions.api.test_articles import problem
from tests.support.changes import publish
from tests.support.roles import confirm

pytestmark = pytest.mark.django_db
UNKNOWN = "This token is not known, was revoked or has expired."
LIST, NEW = reverse("admin:api_tokens"), reverse("admin:api_new")


class TestSecret:
    def test_scanners_find_it_by_its_beginning_and_checksum(self):
        secret = new_secret()

        assert secret.startswith("galley_")
        assert len(secret) == 39
        assert is_secret(secret)
        assert not is_secret(secret[:-1] + ("a" if secret[-1] != "a" else "b"))

    def test_only_a_digest_is_stored(self, pipeline):
        stored = "".join(str(value) for value in Token.objects.values().get().values())

        assert pipeline.secret not in stored
        assert pipeline.token.digest == digest_of(pipeline.secret)
        assert pipeline.token.start == pipeline.secret[:11]

    def test_backups_have_no_more_than_the_digest(self, pipeline):
        pipeline.send(headers={"idempotency-key": "k"})
        labels = {model._meta.label for model in stored_models()}
        rows = b"".join(
            encode(row) for model in stored_models() for row in read_rows(model, stored_fields(model))
        )

        assert ("api.Token" in labels, "api.Answer" in labels) == (True, False)
        assert pipeline.secret.encode() not in rows

    def test_neither_logs_nor_errors_have_it(self, pipeline, caplog, settings, monkeypatch):
        settings.LOG_REQUESTS = True
        pipeline.client.raise_request_exception = False
        monkeypatch.setattr("blog.extensions.api.sending.import_file", lambda *args, **how: 1 / 0)
        with caplog.at_level(logging.DEBUG):
            response = pipeline.send()

        assert response.status_code == 500
        from django.views.debug import ExceptionReporter

        record = next(record for record in caplog.records if record.exc_info)
        report = ExceptionReporter(record.request, *record.exc_info, is_email=True)
        settings.DEBUG = False
        said = caplog.text + response.content.decode() + report.get_traceback_text()
        assert pipeline.secret not in said


class TestEnd:
    def refused(self, program):
        response = program.send()
        assert problem(response, 401) == UNKNOWN
        assert response["WWW-Authenticate"].startswith("Bearer")

    def test_unknown(self, pipeline):
        for authorization in ("", "Bearer", f"Bearer {new_secret()}", "Basic eDp5", "Bearer galley_é"):
            response = pipeline.client.get("/api/v1/articles", headers={"authorization": authorization})
            assert problem(response, 401) == UNKNOWN

    def test_it_opens_no_screen(self, pipeline):
        for address in (LIST, reverse("admin:account")):
            response = pipeline.client.get(address, headers=pipeline.headers)
            assert response.url.startswith(reverse("admin:login"))

    def test_revoked(self, pipeline, editor):
        revoke(pipeline.token, editor)
        self.refused(pipeline)

    def test_expired(self, program):
        self.refused(program("create", expires_at=timezone.now()))

    def test_its_user_may_no_longer_log_in(self, pipeline, editor):
        editor.is_active = False
        editor.save()
        self.refused(pipeline)

    def test_its_user_may_no_longer_import(self, pipeline, editor):
        editor.groups.clear()
        self.refused(pipeline)

    def test_its_user_is_deleted(self, pipeline, editor):
        pipeline.send()
        editor.delete()

        assert not Token.objects.exists()
        assert str(Intake.objects.get()).startswith("nightly, ")

    def test_revoked_ones_are_kept_for_90_days(self, pipeline, program, editor):
        revoke(pipeline.token, editor)
        revoke(program(name="older").token, editor)
        Token.objects.filter(name="older").update(revoked_at=timezone.now() - KEPT_FOR - timedelta(days=1))
        forget_old()

        assert Token.objects.get().name == "nightly"

    def test_its_maker_is_told_two_weeks_before(self, program, settings):
        settings.SENDS_MAIL = True
        soon = timezone.now() + timedelta(days=13)
        program(expires_at=soon)
        program(name="later", expires_at=soon + timedelta(days=9))
        finish()
        finish()

        letter = Message.objects.get()
        assert letter.to == "mara@example.org"
        assert "nightly expires on" in letter.subject


# What a token may do with ?dry-run=1, a new file, a changed file, a file of a published article, a question.
RIGHTS = """
                        dry-run  new  changed  published  ask  approve
dry-run                 200      403  403      403        403  404
create                  200      201  403      403        403  404
update                  200      403  200      202        403  404
read                    200      403  403      403        200  404
create,update,read      200      201  200      202        200  404
"""


@pytest.mark.parametrize("row", RIGHTS.strip().splitlines()[1:], ids=lambda row: row.split()[0])
def test_permissions(row, program, pipeline):
    rights, *expected = row.split()
    pipeline.send(path="known.md")
    pipeline.send(TEXT.replace("ice-for", "public"), path="public.md")
    publish(Article.objects.filter(slug__startswith="public"))
    before = dict(Article.objects.values_list("slug", "status"))
    Token.objects.filter(pk=pipeline.token.pk).update(rights=" ".join(rights.split(",")))

    statuses = [
        pipeline.send(TEXT + "x", dry_run=1).status_code,
        pipeline.send(TEXT.replace("ice-for", "new"), path="new.md").status_code,
        pipeline.send(TEXT.replace("85", "86"), path="known.md").status_code,
        pipeline.send(TEXT.replace("ice-for", "public") + "x", path="public.md").status_code,
        pipeline.get("/api/v1/articles").status_code,
        pipeline.client.post("/api/v1/articles/known.md/approve", headers=pipeline.headers).status_code,
    ]

    statuses[-1] = 404 if statuses[-1] == 405 else statuses[-1]
    assert list(map(str, statuses)) == expected
    now = dict(Article.objects.values_list("slug", "status"))
    assert {slug: now[slug] for slug in before} == before
    assert not Article.objects.exclude(reviewed_digest="").exists()


@pytest.mark.both_databases
class TestLimits:
    def test_dry_runs_only_is_said_plainly(self, program):
        assert problem(program().send(), 403) == "This token may only do dry runs."

    def test_articles_an_hour(self, program):
        sender = program("create", hourly_limit=2)
        statuses = [
            sender.send(TEXT.replace("ice-for", f"n{n}"), path=f"{n}.md").status_code for n in range(3)
        ]
        response = sender.send(path="4.md")

        assert statuses == [201, 201, 429]
        assert "2 articles an hour are allowed." in problem(response, 429)
        assert 0 < int(response["Retry-After"]) <= 3601
        Token.objects.update(hour_began=timezone.now() - timedelta(hours=2))
        assert sender.send(path="5.md").status_code == 201

    def test_only_from_these_addresses(self, program):
        sender = program("create", addresses="203.0.113.0/24,2001:db8::1")
        for address, status in (
            ("203.0.113.7", 201),
            ("198.51.100.22", 403),
            ("2001:db8::1", 200),
            ("2001:db8::2", 403),
        ):
            sender.client.defaults["REMOTE_ADDR"] = address
            assert sender.send().status_code == status, address

    def test_last_use_is_stored(self, pipeline):
        pipeline.client.defaults["REMOTE_ADDR"] = "203.0.113.7"
        pipeline.send()

        token = Token.objects.get()
        assert (token.last_used_from, token.last_used_at is not None) == ("203.0.113.7", True)


@pytest.mark.both_databases
class TestJoinedImport:
    def test_requests_within_a_quarter_of_an_hour_are_one_import(self, pipeline):
        pipeline.send(path="a.md")
        Intake.objects.update(last_request_at=timezone.now() - timedelta(minutes=14))
        pipeline.send(TEXT.replace("ice-for", "b"), path="b.md")
        Intake.objects.update(last_request_at=timezone.now() - timedelta(minutes=16))
        pipeline.send(TEXT.replace("ice-for", "c"), path="c.md")

        assert list(ImportRun.objects.order_by("pk").values_list("created", "way")) == [
            (2, "token"),
            (1, "token"),
        ]

    def test_two_tokens_have_an_import_each(self, pipeline, program):
        pipeline.send()
        program("create", name="other").send(TEXT + "x")

        assert set(ImportRun.objects.values_list("source_name", flat=True)) == {"nightly", "other"}

    def test_an_import_that_was_undone_gets_no_more_files(self, pipeline):
        pipeline.send()
        ImportRun.objects.get().mark_undone(timezone.now())
        pipeline.send(TEXT.replace("ice-for", "b"), path="b.md")

        assert ImportRun.objects.count() == 2

    def test_its_last_steps_follow_afterwards(self, pipeline):
        pipeline.send()
        finish()
        assert not Intake.objects.get().is_finished
        Intake.objects.update(last_request_at=timezone.now() - timedelta(minutes=16))
        finish()

        assert Intake.objects.get().is_finished

    def test_refused_requests_are_counted_and_listed(self, program, client, editor):
        sender = program("create", hourly_limit=1)
        sender.send()
        sender.send(path="b.md")
        client.force_login(editor)

        page = client.get(reverse("admin:blog_importrun_change", args=[ImportRun.objects.get().pk]))
        listed = client.get(reverse("admin:blog_importrun_changelist"))
        assert (Intake.objects.get().refused, Refusal.objects.get().path) == (1, "b.md")
        assert "1 articles an hour are allowed" in page.content.decode()
        assert "1 refused" in listed.content.decode()

    def test_the_list_says_that_files_still_arrive(self, pipeline, client, editor):
        pipeline.send()
        client.force_login(editor)
        page = client.get(reverse("admin:blog_importrun_changelist")).content.decode()

        assert "by token, last request" in page
        assert "Still receiving: 1 file so far. It ends 15 minutes after the last request." in page
        Intake.objects.update(last_request_at=timezone.now() - timedelta(minutes=16))
        page = client.get(reverse("admin:blog_importrun_changelist"), {"way": "token"}).content.decode()
        assert "by token, 1 request until" in page


class TestCommand:
    def make(self, *arguments):
        out = StringIO()
        call_command("create_token", *arguments, stdout=out)
        return out.getvalue().strip()

    def test_it_prints_the_token(self, editor, category):
        secret = self.make(
            *("pipe", "--rights", "dry-run,create", "--user", "mara", "--written-by", "machine=Claude"),
            *("--category", "Latest", "--days", "30", "--from", "203.0.113.0/24"),
        )

        token = find_token(secret)
        assert (token.name, token.rights, token.written_by) == ("pipe", "dry-run create", "machine=Claude")
        assert (token.category, token.user, token.addresses) == (category, editor, "203.0.113.0/24")
        assert 29 <= (token.expires_at - timezone.now()).days <= 30

    @pytest.mark.parametrize(
        ("arguments", "words"),
        [
            (["p", "--rights", "publish"], "there is no publish"),
            (["p", "--user", "nobody"], "nobody is no user who may import"),
            (["p"], "there is not exactly one superuser"),
            (["a/b", "--user", "mara"], "without a slash"),
            (["p", "--user", "mara", "--category", "X"], "there is no category X"),
            (["p", "--user", "mara", "--from", "x"], "not an IP address"),
            (["p", "--user", "mara", "--written-by", "cat"], "cat"),
        ],
    )
    def test_what_it_refuses(self, editor, arguments, words):
        with pytest.raises(CommandError, match=words):
            self.make(*arguments)


class TestScreen:
    FORM = {
        "name": "nightly",
        "rights": ["create", "update"],
        "who": "machine",
        "machine": "Claude",
        "category": "",
        "days": "365",
        "hourly_limit": "200",
        "addresses": "",
    }

    @pytest.fixture(autouse=True)
    def logged_in(self, client, editor):
        client.force_login(editor)
        confirm(client)

    def test_a_new_one_asks_whether_it_is_you_after_ten_minutes(self, client, editor):
        client.force_login(editor)
        session = client.session
        del session[CONFIRMED]
        session.save()

        assert "Is it you?" in client.post(NEW, self.FORM).content.decode()
        assert not Token.objects.exists()

    def test_a_token_is_shown_once(self, client, category):
        page = client.post(NEW, self.FORM | {"category": category.pk, "addresses": "203.0.113.0/24, ::1"})
        secret = page.context["secret"]

        token = Token.objects.get()
        assert secret in page.content.decode()
        assert token == find_token(secret)
        assert (token.category, token.addresses) == (category, "203.0.113.0/24,::1")
        assert token.rights == "dry-run create update"
        assert "no-store" in page["Cache-Control"]
        listed = client.get(LIST).content.decode()
        assert secret not in listed
        assert "Sends new articles and changed ones, labelled as written by Claude." in listed
        assert f"{secret[:11]}…" in listed

    def test_a_name_is_unique_and_no_other_source_has_it(self, client, pipeline):
        assert "nightly has this name since" in client.post(NEW, self.FORM).content.decode()
        ImportRun.objects.create(source_name="blog", root="/blog")
        page = client.post(NEW, self.FORM | {"name": "blog"}).content.decode()
        assert "Files of another source have this name" in page
        assert Token.objects.count() == 1

    def test_after_it_is_revoked_its_user_can_use_the_name_again(self, client, pipeline, editor):
        pipeline.send()
        revoke(pipeline.token, editor)

        assert client.post(NEW, self.FORM).context["secret"]

    @pytest.mark.parametrize(
        ("values", "words"),
        [
            ({"name": ""}, "This field is required"),
            ({"addresses": "x"}, "not an IP address"),
            ({"hourly_limit": "0"}, "greater than or equal to 1"),
            ({"rights": ["publish"]}, "Not created."),
        ],
    )
    def test_what_it_refuses(self, client, values, words):
        assert words in client.post(NEW, self.FORM | values).content.decode()
        assert not Token.objects.exists()

    def test_revoking_asks_and_then_ends_it(self, client, pipeline):
        pipeline.send()
        asked = client.get(LIST, {"revoke": pipeline.token.pk}).content.decode()
        assert "Revoke nightly?" in asked
        assert "The 1 article that it sent stays" in asked
        page = client.post(reverse("admin:api_revoke", args=[pipeline.token.pk]), follow=True)

        assert "The token nightly is revoked. Its 1 article stays." in page.content.decode()
        assert pipeline.send().status_code == 401
        assert Article.objects.exists()

    def test_editors_see_only_their_own(self, client, pipeline, django_user_model, admin_client):
        other = django_user_model.objects.create_user("teo", is_staff=True, is_superuser=True)
        client.force_login(other)
        assert "nightly" in client.get(LIST).content.decode()
        Token.objects.update(user=other)
        client.force_login(django_user_model.objects.get(username="mara"))

        assert "No token yet." in client.get(LIST).content.decode()
        assert client.post(reverse("admin:api_revoke", args=[pipeline.token.pk])).status_code == 404

    def test_the_end_is_announced(self, client, program):
        program(expires_at=timezone.now() + timedelta(days=6, hours=1))

        page = client.get(LIST).content.decode()
        assert "Expires in 6 days" in page
        assert "1 token, 1 of them expires soon" in page


def test_an_answer_is_forgotten_after_a_day(pipeline):
    pipeline.send(headers={"idempotency-key": "k"})
    Answer.objects.update(created_at=timezone.now() - timedelta(days=2))
    forget_old()

    assert not Answer.objects.exists()
