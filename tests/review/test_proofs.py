"""Checks are stored as a whole, and repeated when the article or the rules change."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from blog.documents.findings.kinds import RULES_VERSION
from blog.models import Article, ArticleCheck, Finding, Mention, Person, Reference
from blog.review import examination, proofs
from blog.review.proofs import (
    check_articles,
    check_now,
    get_or_create_check,
    has_blocking_marks,
    stale_articles,
)
from blog.sandbox.refusals import Refusal, RefusedError
from tests.support.changes import trash
from tests.support.factories import create_article, create_articles, create_image
from tests.support.hostile_patterns import BODIES
from tests.support.proofs import EXPERT, FIGURE, PLAIN, QUOTED

pytestmark = pytest.mark.django_db


def kinds(article):
    return set(Finding.objects.filter(article=article).values_list("kind", flat=True))


class TestCheck:
    @pytest.mark.both_databases
    def test_it_stores_claims_people_findings_and_counts(self):
        article = create_article(body=f"{QUOTED}\n\n{FIGURE}", share_quote="Nobody has said this here.")

        checked = check_articles(Article.objects.all())

        proof = ArticleCheck.objects.get()
        assert (checked.keys, checked.refused) == ([article.pk], 0)
        assert [claim[0] for claim in proof.claims if claim[0] in {"quotation", "figure"}] == [
            "quotation",
            "figure",
        ]
        assert (proof.open_blocking, proof.open_claims) == (1, 1)
        assert kinds(article) == {"no_hero", "share_text_unsaid"}
        assert (proof.serious_findings, proof.minor_findings) == (0, 2)
        assert (proof.rules_version, proof.words_digest) == (RULES_VERSION, article.words_digest)
        mention = Mention.objects.get()
        assert (mention.person.key, mention.person.name) == ("runa hale", EXPERT)
        assert article.body[mention.start : mention.end] == mention.words

    @pytest.mark.both_databases
    def test_it_can_be_repeated(self):
        create_article(body=f"{QUOTED} ![A drill.](https://pictures.example/a.jpg) [Ice](/articles/ice/)")
        tables = (ArticleCheck, Finding, Mention, Person, Reference)

        check_articles(Article.objects.all())
        before = [list(table.objects.order_by().values().distinct()) for table in tables]
        check_articles(Article.objects.all())

        numbers = [table.objects.count() for table in tables]
        assert numbers == [len(rows) for rows in before]
        assert all(numbers)
        assert list(ArticleCheck.objects.values()) == before[0]

    def test_a_request_finds_what_a_command_finds(self):
        article = create_article(body=f"{QUOTED}\n\n{FIGURE}", hero_image=create_image(), share_quote="No.")

        def found():
            findings = Finding.objects.values_list("kind", "start", "end", "words", "key", "is_serious")
            return list(findings), list(ArticleCheck.objects.values())

        check_articles([article.pk])
        by_command = found()
        check_now([article.pk])

        assert found() == by_command

    def test_trash_is_not_checked(self):
        article = create_article()
        trash(article)

        assert check_articles(Article.objects.all()).keys == []
        assert not stale_articles().exists()

    @pytest.mark.both_databases
    @pytest.mark.parametrize("check", [check_now, lambda keys: check_articles(keys, workers=1)])
    def test_article_saved_meanwhile_is_skipped(self, check, monkeypatch):
        article = create_article(body=QUOTED)
        store = proofs.save_results

        def save_first(examined):
            Article.objects.get().save()
            return store(examined)

        monkeypatch.setattr(proofs, "save_results", save_first)

        assert check([article.pk]).keys == []
        assert not ArticleCheck.objects.exists()

    def test_the_number_of_queries_does_not_depend_on_the_number_of_articles(self):
        def queries(articles):
            keys = [article.pk for article in articles]
            with CaptureQueriesContext(
                connection,
            ) as captured:
                check_now(keys)
            return len(captured)

        few = create_articles(3, body=f"{QUOTED} [Ice](/articles/ice/)", title="Ice")
        many = create_articles(30, body=f"{QUOTED} [Ice](/articles/ice/)", title="Ice")
        check_now([article.pk for article in (*few, *many)])

        assert queries(few) == queries(many)


class TestTextsThatTakeTooMuch:
    def test_it_is_stored_as_not_checked(self, monkeypatch):
        def refuse(*arguments):
            raise RefusedError(Refusal.TIME, {"seconds": 2})

        monkeypatch.setattr(examination.calls, "examine", refuse)
        article = create_article(body=QUOTED)

        checked = check_now([article.pk])

        assert (checked.refused, kinds(article)) == (1, {"not_looked_at"})
        assert not stale_articles().exists()

    def test_other_articles_are_still_checked(self, monkeypatch):
        monkeypatch.setattr(examination, "SECONDS", 0.2)
        create_article(body=QUOTED)
        slow = create_article(body="Words and *words* said Dr. Ada Bell.\n\n" * 15_000)
        create_article(body=PLAIN)

        checked = check_articles(Article.objects.all(), workers=1)

        assert (checked.articles, checked.refused) == (3, 1)
        assert "not_looked_at" in kinds(slow)

    def test_busy_sandbox_does_not_count_against_the_article(self, monkeypatch):
        def refuse(*arguments):
            raise RefusedError(Refusal.BUSY)

        monkeypatch.setattr(examination.calls, "examine", refuse)
        article = create_article()

        with pytest.raises(RefusedError):
            has_blocking_marks(article)

        assert not ArticleCheck.objects.exists()

    def test_hostile_texts_are_checked_in_a_request(self):
        parts = [part if isinstance(part, str) else "".join(part) for part in BODIES[::30]]
        keys = [create_article(body=f"Words. {part * (30_000 // len(part))}").pk for part in parts]

        checked = check_now(keys)

        assert checked.keys == keys
        assert ArticleCheck.objects.count() == len(keys)


class TestFreshness:
    @pytest.mark.both_databases
    def test_new_rules_make_all_stale(self, monkeypatch):
        check_now([create_article().pk])

        monkeypatch.setattr(proofs, "RULES_VERSION", RULES_VERSION + 1)

        assert stale_articles().count() == 1

    def test_stale_check_is_repeated_before_use(self):
        article = create_article(body=PLAIN)
        assert not has_blocking_marks(article)

        article.body = QUOTED
        article.save()

        assert list(stale_articles()) == [article]
        assert has_blocking_marks(article)

    def test_fresh_check_costs_one_query(self, django_assert_num_queries):
        article = create_article(body=PLAIN)
        get_or_create_check(article)

        with django_assert_num_queries(1):
            get_or_create_check(article)
