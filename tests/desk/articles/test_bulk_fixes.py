"""Shared findings of an import: one click fixes all articles, another undoes it."""

import pytest
from django.urls import reverse
from django.utils.html import escape

from blog.documents.findings.kinds import FindingKind
from blog.jobs import RunningJob
from blog.models import Article, Job, UndoableAction
from blog.review import jobs
from tests.support.admin_pages import attach_source_file, text_of
from tests.support.changes import publish
from tests.support.factories import create_image
from tests.support.findings import TITLE, add_finding, described_by_title
from tests.support.html_forms import form_data
from tests.support.injected_markup import HOSTILE, find_active_markup
from tests.support.jobs import run_jobs

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("users_read_once")]

MEND = reverse("admin:blog_article_bulk_fix")


@pytest.fixture(scope="class")
def batch(rows_of_class):
    """An import of six articles whose hero images have the title as alt text."""
    return import_of(described_by_title(6))


def import_of(articles):
    for article in articles:
        source = attach_source_file(article, f"{article.slug}.md")
    return source.batch if len(articles) == 1 else into_one(articles)


def into_one(articles):
    batch = articles[0].source_file.batch
    for article in articles:
        article.source_file.batch = batch
        article.source_file.save()
        article.import_entries.update(batch=batch)
    return batch


def page_of(batch):
    return reverse("admin:blog_importrun_change", args=[batch.pk])


def asked(batch, **more):
    scope = f"batch:{batch.pk}"
    return {"scope": scope, "finding": TITLE, "fix": "mark_decorative", "next": page_of(batch)} | more


def alts():
    return list(Article.objects.order_by("pk").values_list("hero_alt", "hero_is_decorative"))


class TestPageOfAnImport:
    def test_shows_shared_findings_once(self, batch, admin_client):
        page = text_of(admin_client.get(page_of(batch)))

        assert "6 of 6" in page
        assert "One decision resolves 6 of 6 marks. After that, 0 of 6 articles still have marks" in page

    def test_one_click_fixes_all_and_one_undoes_it(self, batch, admin_client):
        before = alts()

        page = admin_client.post(MEND, asked(batch), follow=True)

        assert page.redirect_chain[-1][0] == page_of(batch)
        assert set(alts()) == {("", True)}
        assert "The images were marked as decorative in 6 articles. By admin" in text_of(page)

        undone = admin_client.post(
            reverse("admin:blog_article_undo"),
            {"number": UndoableAction.objects.get().pk},
            follow=True,
        )

        assert alts() == before
        assert "Undone: The images were marked as decorative in 6 articles." in text_of(undone)

    def test_remaining_articles_are_reviewed_one_by_one(self, batch, admin_client):
        Article.objects.update(generated_by="Gemini")

        page = admin_client.get(page_of(batch))
        proof = admin_client.get(page.context["first_to_check"])

        assert (
            f'href="{escape(page.context["first_to_check"])}">Review the remaining 6</a>'
            in page.content.decode()
        )
        assert proof.context["place"].total == 6

    def test_names_are_escaped(self, admin_client):
        articles = described_by_title(6, title=HOSTILE, excerpt=HOSTILE, hero_image=create_image())
        for article in articles:
            add_finding(article, FindingKind.EXCERPT_TEMPLATE, words=HOSTILE)
            add_finding(article, FindingKind.TITLE_SHARED)
            article.proof.title_print = "a"
            article.proof.save()
        batch = import_of(articles)

        page = admin_client.get(page_of(batch)).content.decode()

        assert "evil-mark" in page
        assert find_active_markup(page) == []

    def test_names_in_the_confirmation_are_escaped(self, admin_client):
        batch = import_of(described_by_title(6, title=HOSTILE, status="published"))

        page = admin_client.post(MEND, asked(batch)).content.decode()

        assert "evil-mark" in page
        assert find_active_markup(page) == []


class TestConfirmation:
    def test_published_articles_are_counted_before_they_change(self, batch, admin_client):
        publish(Article.objects.filter(pk__in=list(Article.objects.values_list("pk", flat=True)[:2])))
        before = alts()

        page = admin_client.post(MEND, asked(batch))

        assert "2 of them are public." in text_of(page)
        assert alts() == before

        admin_client.post(MEND, form_data(page.content.decode()) | {"fix": "mark_decorative"})

        assert set(alts()) == {("", True)}

    def test_asks_again_if_more_articles_are_published_meanwhile(self, batch, admin_client):
        publish(Article.objects.all())

        page = admin_client.post(MEND, asked(batch, confirmed="2"))

        assert "6 of them are public." in text_of(page)
        assert ("", True) not in alts()


class TestList:
    def test_filtered_list_is_fixed_like_an_import(self, admin_client):
        ours = described_by_title(6, generated_by="Gemini")
        described_by_title(2, generated_by="Other")

        admin_client.post(MEND, asked(import_of(ours), scope="generated_by=Gemini"))

        mended = Article.objects.filter(hero_is_decorative=True)
        assert set(mended) == set(ours)

    def test_unknown_fix_is_not_found(self, batch, admin_client, subtests):
        for wrong in [
            {"scope": ""},
            {"scope": "batch:999"},
            {"scope": "batch:x"},
            {"scope": "nosuch__field=1"},
            {"fix": "drop_description"},
            {"finding": "x"},
        ]:
            with subtests.test(wrong=wrong):
                assert admin_client.post(MEND, asked(batch, **wrong)).status_code in {302, 404}
                assert ("", True) not in alts()


class TestJob:
    @pytest.fixture(autouse=True)
    def many(self, monkeypatch):
        monkeypatch.setattr("blog.desk.articles.bulk_fixes.MAX_ARTICLES_PER_REQUEST", 4)
        monkeypatch.setattr(jobs, "MAX_ARTICLES_PER_REQUEST", 4)
        monkeypatch.setattr("blog.review.bulk_fixes.ARTICLES_AT_ONCE", 2)
        monkeypatch.setattr("blog.articles.actions.undo.ARTICLES_AT_ONCE", 2)
        monkeypatch.setattr(jobs, "check_articles", list)

    def test_many_articles_are_fixed_by_a_job_as_one_action(self, batch, admin_client):
        before = alts()

        admin_client.post(MEND, asked(batch))
        assert alts() == before
        run_jobs()

        assert set(alts()) == {("", True)}
        action = UndoableAction.objects.get()
        assert (len(action.articles), action.sentence) == (
            6,
            "The images were marked as decorative in 6 articles.",
        )

    def test_killed_job_resumes(self, batch, admin_client):
        admin_client.post(MEND, asked(batch))
        job = Job.objects.get(kind="bulk_fix")
        seen = job.arguments["seen"]
        Job.objects.filter(pk=job.pk).update(arguments=job.arguments | {"seen": seen[:3]})
        run_jobs()
        Job.objects.filter(pk=job.pk).update(arguments=job.arguments, state="waiting")

        run_jobs()

        assert set(alts()) == {("", True)}
        assert len(UndoableAction.objects.get().articles) == 6

    def test_many_articles_are_undone_by_a_job(self, batch, admin_client):
        before = alts()
        admin_client.post(MEND, asked(batch))
        run_jobs()

        number = {"number": UndoableAction.objects.get().pk}
        page = admin_client.post(reverse("admin:blog_article_undo"), number, follow=True)
        assert "The undo is running." in text_of(page)
        assert alts() != before
        run_jobs()

        assert alts() == before
        assert UndoableAction.objects.get().undone_at

    def test_undo_while_it_runs_stops_it_first(self, batch, admin_client, monkeypatch):
        before, pages, advance = alts(), [], RunningJob.advance

        def undoing(running, done, total):
            if done == 2:
                number = {"number": UndoableAction.objects.get().pk}
                pages.append(admin_client.post(reverse("admin:blog_article_undo"), number, follow=True))
            advance(running, done, total)

        monkeypatch.setattr(RunningJob, "advance", undoing)
        monkeypatch.setattr("blog.jobs.run.WRITE_SECONDS", 0)
        admin_client.post(MEND, asked(batch))
        [job] = run_jobs()

        assert "stops after the current articles" in text_of(pages[0])
        assert job.state == "stopped"
        assert alts().count(("", True)) == 2
        admin_client.post(reverse("admin:blog_article_undo"), {"number": UndoableAction.objects.get().pk})
        assert alts() == before

    def test_counts_all_articles_while_it_checks_them(self, batch, admin_client, monkeypatch):
        numbers = []
        monkeypatch.setattr(
            jobs, "check_articles", lambda keys: numbers.extend(Job.objects.values_list("done", "total"))
        )
        admin_client.post(MEND, asked(batch))
        [job] = run_jobs()

        assert numbers == [(6, 6)]
        assert (job.done, job.total) == (6, 6)

    def test_shows_progress_and_no_buttons_while_running(self, batch, admin_client):
        admin_client.post(MEND, asked(batch))

        page = admin_client.get(page_of(batch)).content.decode()

        assert "under-way" in page
        assert f'action="{MEND}"' not in page


class TestDuplicates:
    def test_one_button_accepts_duplicates(self, batch, admin_client):
        for article in Article.objects.all()[:2]:
            add_finding(article, FindingKind.OPENING_SHARED)
            article.proof.opening_print = "a"
            article.proof.save()
        page = admin_client.get(page_of(batch))
        assert "Duplicates 2 articles, 1 group The same opening" in text_of(page)
        (group,) = page.context["alike"]["shown"]

        accepted = {"finding": group["kind"], "articles": group["keys"]}
        admin_client.post(reverse("admin:blog_article_keep_duplicates"), accepted)

        assert "Duplicates" not in text_of(admin_client.get(page_of(batch)))
