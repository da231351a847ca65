"""Replace words and links in many articles, and undo it exactly."""

import random
from itertools import chain
from pathlib import Path

import pytest

from blog.articles.actions.base import SkipReason
from blog.articles.actions.undo import latest_undoable, undo, undo_in_batches
from blog.articles.changes import Change
from blog.documents.frontmatter.document import parse_document
from blog.documents.frontmatter.encoding import DocumentError
from blog.exports.articles import export_article
from blog.extensions.replacement import changes as module
from blog.extensions.replacement.changes import (
    plan_replacement,
    preview_replacement,
    replace,
    replace_in_batches,
)
from blog.extensions.replacement.jobs import start_replacement
from blog.extensions.replacement.search import Replacement, Subject
from blog.models import Article, UndoableAction, Version
from blog.sandbox.refusals import Refusal, RefusedError
from tests.support.approvals import approve
from tests.support.durations import IS_LONG
from tests.support.factories import create_article, create_articles
from tests.support.jobs import run_jobs

pytestmark = pytest.mark.django_db

ROOT = Path(__file__).parents[3]
SAMPLES = sorted(chain(*(ROOT.glob(f"{folder}/*.md") for folder in ("fixtures/articles", "tests/samples/*"))))
TEXTS = 200 if IS_LONG else 8
REST = " The tide turns twice a day, and the boats turn with it, as they always have." * 3
BODY = "Acme Cloud is new." + REST
ACME = Replacement(
    Subject.WORDS, "Acme Cloud", "Globex", with_titles=True, with_summaries=True, with_images=True
)


def preview():
    return preview_replacement(ACME, Article.objects.all())


def run(user, seen=None, chosen=None):
    shown = preview()
    changes, _skipped = plan_replacement(ACME, list(shown.versions), chosen)
    return replace(user, ACME, seen or shown.versions, changes)


def stored(*names):
    return list(Article.objects.order_by("pk").values_list(*(names or ("body",)), flat=not names))


class TestPreview:
    def test_counts_equal_sentences_once(self):
        create_articles(3, body=BODY)
        create_article(body="Acme Cloud is old." + REST, status="new")

        shown = preview()

        assert [(row.text, row.number) for row in shown.rows] == [
            ("Acme Cloud is new.", 3),
            ("Acme Cloud is old.", 1),
        ]
        assert (shown.passages, len(shown.versions), shown.public, shown.unread) == (4, 4, 3, 0)

    def test_searches_fields_only_if_asked(self):
        fields = dict.fromkeys(
            ("title", "excerpt", "meta_description", "share_quote", "hero_alt"), "Acme Cloud"
        )
        create_article(body=BODY, **fields)

        ((article,), (only_text,)) = (
            plan_replacement(replacement, stored("pk")[0])[0].values()
            for replacement in (ACME, Replacement(Subject.WORDS, "Acme Cloud", "X"))
        )

        assert article.keys() == {"body", *fields}
        assert only_text.keys() == {"body"}

    def test_skips_articles_of_which_too_much_would_change(self):
        create_article(title="Short", body="Acme Cloud is Acme Cloud.")

        shown = preview()

        assert not shown.versions
        assert [(article.title, article.why) for article in shown.skipped] == [
            ("Short", "80% of the text would change")
        ]

    def test_stops_after_too_many_sentences(self, monkeypatch):
        monkeypatch.setattr(module, "MOST_ROWS", 2)
        monkeypatch.setattr(module, "READ_AT_ONCE", 2)
        for number in range(5):
            create_article(body=f"Acme Cloud {number}." + REST)

        shown = preview()

        assert (len(shown.rows), len(shown.versions), shown.unread) == (2, 2, 3)
        following = preview_replacement(ACME, Article.objects.all(), shown.last)
        assert (following.unread, following.versions.keys() & shown.versions.keys()) == (1, set())

    def test_skips_articles_that_the_sandbox_refuses(self, monkeypatch):
        first, second = create_articles(2, body=BODY)
        real = module.calls.run_text_task

        def refuse(function, replacement, articles):
            if len(articles) > 1 or articles[0]["title"] == first.title:
                raise RefusedError(Refusal.TIME, {"seconds": 2})
            return real(function, replacement, articles)

        monkeypatch.setattr(module.calls, "run_text_task", refuse)
        shown = preview()

        assert [article.pk for article in shown.skipped] == [first.pk]
        assert list(shown.versions) == [second.pk]


class TestReplace:
    def test_changes_only_the_chosen_sentences(self, admin_user):
        create_article(body="Acme Cloud is new. Acme Cloud is here." + REST)

        run(admin_user, chosen={preview().rows[1].key})

        assert stored() == ["Acme Cloud is new. Globex is here." + REST]

    def test_skips_articles_saved_since_the_preview(self, admin_user):
        first, second = create_articles(2, body=BODY)
        versions = preview().versions
        first.save()

        result = run(admin_user, versions)

        assert result.skipped == {SkipReason.CHANGED: [first]}
        assert result.changed == [second]

    def test_ends_approvals_and_records_a_version(self, admin_user):
        article = create_article(body=BODY, generated_by="Gemini")
        approve(admin_user, article)

        run(admin_user)

        article.refresh_from_db()
        assert article.reviewed_digest != article.words_digest
        assert article.body_html.startswith("<p>Globex is new.")
        version = Version.objects.filter(article=article).latest("number")
        assert (version.by, version.note) == (admin_user, "“Acme Cloud” was replaced with “Globex”.")

    def test_undo_restores_texts_and_exports_of_samples_exactly(self, admin_user):
        chance = random.Random(29)  # noqa: S311 -- texts, not a secret
        for path in chance.sample(SAMPLES, min(TEXTS, len(SAMPLES))):
            try:
                body = parse_document(path.read_bytes()).body
            except DocumentError:
                continue
            create_article(
                title=path.stem, body=f"{body}\n\nThe tides and the end." + REST, excerpt="The the."
            )
        before = states()

        for old, new in (("the", "a *b*"), ("and", "und"), ("e", "é")):
            search = Replacement(
                Subject.WORDS,
                old,
                new,
                whole_words=old != "e",
                with_titles=True,
                with_summaries=True,
                with_images=True,
            )
            shown = preview_replacement(search, Article.objects.all())
            changes, _skipped = plan_replacement(search, list(shown.versions))
            changed = replace(admin_user, search, shown.versions, changes).changed
            assert (states() != before) == bool(changed)

            if changed:
                undo(admin_user, latest_undoable(admin_user).pk)
            assert states() == before


def states():
    fields = ("title", "body", "excerpt", "body_html", "words_digest", "word_count")
    return [
        (export_article(article), *(getattr(article, name) for name in fields))
        for article in Article.objects.order_by("pk")
    ]


class Killed(BaseException):
    """Raised in place of a signal that kills the worker."""


class TestJob:
    def test_changes_all_articles_as_one_action(self, admin_user):
        first, *_others = create_articles(25, body=BODY)
        shown = preview()
        first.save()

        start_replacement(admin_user, ACME, shown.versions, [row.key for row in shown.rows])
        (job, *_more) = run_jobs()

        assert job.state == job.State.DONE
        assert job.result == {"skipped": {str(first.pk): "changed since the preview"}}
        assert len(UndoableAction.objects.get().articles) == 24
        assert [body.startswith("Globex") for body in stored()] == [False] + [True] * 24

    @pytest.mark.parametrize("moment", ["between batches", "within a batch"])
    def test_continues_after_it_was_killed(self, admin_user, monkeypatch, moment):
        monkeypatch.setattr(module, "RENDERED_AT_ONCE", 2)
        create_articles(6, body=BODY)
        before = stored()
        shown = preview()
        row = UndoableAction(user=admin_user)

        def stored_action():
            return UndoableAction.objects.first() or row

        def go(report):
            return replace_in_batches(
                admin_user,
                ACME,
                shown.versions,
                {shown.rows[0].key},
                stored_action=stored_action,
                on_progress=report,
            )

        def kill(done, total):
            if done == 4 and moment == "between batches":
                raise Killed

        if moment == "within a batch":
            monkeypatch.setattr(Change, "write_words", stop_after(2, Change.write_words))
        with pytest.raises(Killed):
            go(kill)
        assert sum(body.startswith("Globex") for body in stored()) == 4
        assert len(UndoableAction.objects.get().articles) == 4
        monkeypatch.undo()

        assert go(lambda done, total: None) == {}
        assert all(body.startswith("Globex") for body in stored())
        action = UndoableAction.objects.get()
        assert undo_in_batches(admin_user, action, lambda done, total: None) == 6
        assert stored() == before

    def test_skips_only_the_article_that_cannot_be_rendered(self, admin_user, monkeypatch):
        _first, second, _third = create_articles(3, body=BODY)
        shown = preview()
        real = Article.derive

        def derive(article, rendering=None):
            if article.pk == second.pk:
                raise RefusedError(Refusal.TIME, {"seconds": 2})
            return real(article, rendering)

        monkeypatch.setattr(Article, "derive", derive)
        start_replacement(admin_user, ACME, shown.versions, [row.key for row in shown.rows])
        (job, *_more) = run_jobs()

        assert job.result == {"skipped": {str(second.pk): "the text takes too long to render"}}
        action = UndoableAction.objects.get()
        assert second.pk not in action.keys
        assert action.articles.keys() == action.previous_content.keys()
        assert len(action.keys) == 2


def stop_after(number, real):
    calls = []

    def stopping(*args, **kwargs):
        calls.append(1)
        if len(calls) > number:
            raise Killed
        return real(*args, **kwargs)

    return stopping
