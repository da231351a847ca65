"""Provenance, and the AI label that follows from it."""

import pytest
from django.db import IntegrityError, transaction
from django.test import SimpleTestCase

from blog.articles.provenance import ProvenanceError, WrittenBy
from blog.models import Article
from blog.review.ai_label import ai_label
from tests.support.factories import create_article


class WrittenByTest(SimpleTestCase):
    def test_parse_reads_its_own_text(self):
        for text in ("file", "people", "machine", "machine=Gemini 2.5", "machine=a=b"):
            assert str(WrittenBy.parse(text)) == text

    def test_parse_strips_whitespace_around_a_name(self):
        assert WrittenBy.parse("machine= Gemini ") == WrittenBy("machine", "Gemini")

    def test_parse_rejects_other_texts_and_lists_valid_ones(self):
        for text in ("", "Machine", "robots", "people=Ida", "file=", "machine=", "machine= "):
            with pytest.raises(ProvenanceError, match="must be file, people, machine or machine=NAME"):
                WrittenBy.parse(text)

    def test_parse_rejects_long_and_unprintable_names(self):
        for name in ("x" * 201, "two\nlines", "nul\0"):
            with pytest.raises(ProvenanceError, match="at most 200 characters, on one line"):
                WrittenBy.parse(f"machine={name}")


class TestLabel(SimpleTestCase):
    """The label for each provenance."""

    def label(self, **fields):
        told = ai_label(Article(**fields))
        return told.sentence if told else ""

    def test_follows_the_file(self):
        assert self.label() == ""
        assert self.label(generated_by="Gemini").startswith("Written with Gemini; no person")

    def test_names_the_machine(self):
        named = self.label(provenance="machine", machine="Claude", generated_by="Gemini")

        assert named.startswith("Written with Claude;")
        assert self.label(provenance="machine", generated_by="Gemini").startswith("Written with Gemini;")

    def test_label_is_shown_without_a_name(self):
        assert self.label(provenance="machine").startswith("Written by AI; no person")

    def test_no_label_for_people_whatever_the_file_states(self):
        assert self.label(provenance="people", generated_by="Gemini") == ""


@pytest.mark.django_db
@pytest.mark.both_databases
class TestArticle:
    @pytest.mark.parametrize(
        "fields", [{"provenance": "robots"}, {"machine": "Gemini"}, {"provenance": "people", "machine": "G"}]
    )
    def test_constraints_reject_invalid_provenance(self, fields):
        with pytest.raises(IntegrityError), transaction.atomic():
            create_article(**fields)

    def test_querysets_filter_by_provenance(self):
        by_machines = {
            create_article(generated_by="Gemini"),
            create_article(provenance="machine"),
            create_article(provenance="machine", machine="Claude", generated_by="Gemini"),
        }
        by_people = {create_article(provenance="people", generated_by="Gemini")}
        unsaid = {create_article()}

        assert set(Article.objects.written_by_machines()) == by_machines
        assert set(Article.objects.written_by_people()) == by_people
        assert set(Article.objects.without_provenance()) == unsaid
        assert {article for article in Article.objects.all() if article.machine_name} == by_machines
