"""What generators leave in a text, how it is built, and its pictures: what an editor is told of them."""

import pytest

from blog.documents.findings.all_rules import find_findings
from blog.documents.findings.article_words import ArticleWords, TextImage
from blog.documents.findings.images import read_images
from blog.documents.findings.kinds import FindingKind
from blog.documents.rendering.markdown import render_markdown
from tests.support.cases import read_cases

CASES = read_cases("findings")
CREDITED = "![A heron.](/heron.webp)\n*Photo by Runa Hale on Shore*\n"


def found(body, **values):
    words = ArticleWords(
        "Tides",
        body=body,
        text=render_markdown(body).text,
        has_hero=True,
        hero_is_decorative=True,
        images=read_images(body),
        **values,
    )
    return find_findings(words)


def kinds(body, **values):
    return {str(finding.kind) for finding in found(body, **values)}


ALONE = [
    (kind, body)
    for kind, cases in CASES.items()
    for body, *_ in cases
    if kind not in {"nothing", "placeholder", "text_cut_off", "passages_lost", "two_articles"}
]
AMONG_OTHERS = [
    (kind, body) for kind in ("text_cut_off", "passages_lost", "two_articles") for (body,) in CASES[kind]
]


class TestKinds:
    @pytest.mark.parametrize(("kind", "body"), ALONE)
    def test_is_found_alone(self, kind, body):
        assert kinds(body) == {kind}

    @pytest.mark.parametrize(("kind", "body"), AMONG_OTHERS)
    def test_is_found(self, kind, body):
        assert kind in kinds(body)

    @pytest.mark.parametrize("body", [body for (body,) in CASES["nothing"]])
    def test_there_is_none(self, body):
        assert kinds(body) == set()

    def test_a_credited_image_needs_a_credit_of_the_hero(self):
        assert kinds(f"The sea turns around a point.\n\n{CREDITED}", hero_credit="Runa Hale") == set()

    @pytest.mark.parametrize("text", [text for (text,) in CASES["placeholder"]])
    def test_a_placeholder_is_found_where_it_stands(self, text):
        body = f"The sea will be worth {text} soon."

        (finding,) = found(body)

        assert finding.kind is FindingKind.PLACEHOLDER
        assert finding.words in text
        assert body[finding.start : finding.end] == finding.words

    @pytest.mark.parametrize(
        ("body", "words"), CASES["comments_invited"] + CASES["health_claim"] + CASES["prompt_leak"]
    )
    def test_words_are_those_of_the_sentence(self, body, words):
        (finding,) = found(body)

        assert finding.words == words


class TestLeftovers:
    def test_a_placeholder_above_the_text_is_found(self):
        assert kinds("The sea.", excerpt="[Insert excerpt here]") >= {"placeholder_above_text"}


class TestStructure:
    def test_rows_have_as_many_cells_as_their_head(self):
        table = "| a | b |\n|---|---|\n| 1 | 2 |\n"

        (finding,) = found(f"{table}| 1 | 2 | 3 |\n| 1 \\| 2 | 3 |\n")
        assert (finding.kind, finding.words) == (FindingKind.TABLE_UNEVEN, "| 1 | 2 | 3 |")


class TestPictures:
    def test_are_read_with_place_and_credit(self):
        body = f"Sea.\n\n{CREDITED}"

        (image,) = read_images(body)

        assert image == TextImage("/heron.webp", "A heron.", "Photo by Runa Hale on Shore", 6, len(body) - 1)

    def test_one_with_two_descriptions_is_found_in_any_size(self):
        body = "![A map.](https://a.test/map.png?w=800)"
        hero = {"hero_address": "https://a.test/map.png?w=1200", "hero_credit": "Runa Hale"}

        assert "picture_described_twice" in kinds(body, hero_alt="Four red points.", **hero)
        assert "picture_described_twice" not in kinds(body, hero_alt="a map.", **hero)

    def test_a_credit_is_missed_where_others_have_one(self):
        assert kinds(f"![A map.](/map.png)\n\n{CREDITED}", hero_credit="Runa Hale") == {
            "picture_credit_missing"
        }
