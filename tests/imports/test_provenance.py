"""The provenance that an import states for its files."""

import pytest
from django.core.management import CommandError, call_command

from blog.articles.provenance import WrittenBy
from blog.imports.held import accept, comparison_of, store_decision
from blog.imports.report import Outcome
from blog.models import Article, HeldUpdate
from tests.support.import_files import run, write

pytestmark = pytest.mark.django_db


def written_by():
    return str(Article.objects.get().written_by)


def decide_here(text):
    article = Article.objects.get()
    article.written_by = WrittenBy.parse(text)
    article.save()


class TestOfNewArticles:
    @pytest.mark.parametrize("text", ["file", "people", "machine", "machine=Gemini"])
    def test_is_as_the_import_states(self, folder, text):
        write(folder, generatedBy="Claude")

        run(folder, written_by=text)

        article = Article.objects.get()
        assert (str(article.written_by), article.generated_by) == (text, "Claude")

    def test_is_an_option_of_the_command(self, folder):
        write(folder)

        call_command("import_articles", folder, "--written-by", "machine=Gemini 2.5", quiet=True)

        assert written_by() == "machine=Gemini 2.5"
        with pytest.raises(CommandError, match="--written-by"):
            call_command("import_articles", folder, "--written-by", "people=Ida", quiet=True)


class TestOfUpdatedArticles:
    """A later import may state it again, but the decision of a person stays."""

    @pytest.fixture
    def article(self, folder):
        """An article from a file that has changed since."""
        write(folder, generatedBy="Gemini")
        run(folder, written_by="machine=Claude")
        write(folder, generatedBy="Gemini", body="Other words.\n")

    @pytest.mark.parametrize(
        ("options", "kept"), [({}, "machine=Claude"), ({"written_by": "people"}, "people")]
    )
    def test_follows_a_later_import_that_states_it(self, folder, article, options, kept):
        [report] = run(folder, **options)

        assert (report.outcome, report.warnings, written_by()) == (Outcome.UPDATED, [], kept)

    @pytest.mark.parametrize("rule", ["keep", "file", "merge"])
    def test_editors_decision_is_kept_and_reported(self, folder, article, rule):
        decide_here("people")

        [report] = run(folder, written_by="machine=Claude", on_conflict=rule)

        assert (report.outcome, written_by()) == (Outcome.UPDATED, "people")
        assert report.warnings == [
            "who wrote it stays “people”, as decided before; the import says “Claude”."
        ]

    def test_editors_decision_outlasts_an_import_that_agrees(self, folder, article):
        decide_here("people")
        run(folder, written_by="people")
        write(folder, body="More words.\n")

        run(folder, written_by="machine")

        assert written_by() == "people"

    def test_of_people_is_kept_if_the_file_names_another_ai_model(self, folder, article):
        decide_here("people")
        write(folder, generatedBy="Mistral", body="Other words.\n")

        [report] = run(folder)

        assert written_by() == "people"
        assert "stays “people”, as decided before; the file says “Mistral”." in report.warnings[0]


class TestOfHeldUpdates:
    @pytest.fixture
    def article(self, folder):
        """A published article from a file that has changed since."""
        write(folder)
        run(folder, status="published", written_by="people")
        write(folder, body="Other words.\n")

    def test_is_held_with_them(self, folder, article, admin_user):
        [report] = run(folder, written_by="machine=Gemini")
        assert (report.outcome, written_by()) == (Outcome.HELD, "people")
        assert "who wrote it changes from “people” to “Gemini”" in report.message

        accept(HeldUpdate.objects.get(), by=admin_user)

        assert written_by() == "machine=Gemini"

    def test_is_not_adopted_after_an_editors_decision(self, folder, article, admin_user):
        decide_here("machine=Claude")
        run(folder, written_by="machine=Gemini")

        accept(HeldUpdate.objects.get(), by=admin_user)

        assert written_by() == "machine=Claude"

    def test_is_not_adopted_without_their_text(self, folder, article, admin_user):
        run(folder, written_by="machine=Gemini")
        held = HeldUpdate.objects.get()
        comparison = comparison_of(held)

        store_decision(held, comparison, comparison.ours, HeldUpdate.State.DECIDED, by=admin_user)

        assert written_by() == "people"
