"""What generators leave in a text, how it is built, and its pictures: what an editor is told of them."""

import pytest

from blog.documents.findings.article_words import ArticleWords, TextImage
from blog.documents.findings.images import read_images
from blog.documents.findings.kinds import FindingKind
from blog.documents.findings.rules import find_findings
from blog.documents.rendering.markdown import render_markdown

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


class TestLeftovers:
    @pytest.mark.parametrize(
        "body",
        [
            "SOCIAL_SNIPPET: The sea stands still.",
            "**Social Snippet:** The sea stands still.",
            "> **SOCIAL_SNIPPET:** The sea stands still.",
            "Meta description: The sea stands still.",
        ],
    )
    def test_a_label_is_found_plain_bold_and_quoted(self, body):
        assert kinds(body) == {"label_in_text"}

    @pytest.mark.parametrize(
        "text",
        [
            "[insert projected market value]",
            "[IMAGE: a chart of the tide]",
            "[Your Name]",
            "[Company Name]",
            "Lorem ipsum dolor",
            "[the report](https://example.com/report)",
            "me@example.com",
            "XX%",
            "[Link to a relevant resource]",
            "[Insert Example 2: a company of the region]",
            "(Placeholder)",
            "(Insert an image of the harbour here)",
            "[Dollar Amount]",
            "[Percentage]",
            "[Hypothetical Company Name]",
        ],
    )
    def test_a_placeholder_is_found_where_it_stands(self, text):
        body = f"The sea will be worth {text} soon."

        (finding,) = found(body)

        assert finding.kind is FindingKind.PLACEHOLDER
        assert finding.words in text
        assert body[finding.start : finding.end] == finding.words

    @pytest.mark.parametrize(
        ("body", "words"),
        [
            (
                "What do you think? Share your thoughts in the comments below!",
                "Share your thoughts in the comments below",
            ),
            ("**Let us know** in the comments.", "Let us know** in the comments"),
            ("Leave a comment below.", "Leave a comment below"),
        ],
    )
    def test_an_invitation_to_comment_is_found(self, body, words):
        (finding,) = found(body)

        assert (finding.kind, finding.words) == (FindingKind.COMMENTS_INVITED, words)

    @pytest.mark.parametrize(
        "body", ["Fights break out in the comments.", "She had no comment below the line."]
    )
    def test_other_comments_are_none(self, body):
        assert kinds(body) == set()

    @pytest.mark.parametrize(
        "body",
        ["See [insert](/how-to-insert/) here.", "`[Your Name]` is `example.com`.", "It rose by 20% [sic]."],
    )
    def test_links_and_listings_are_none(self, body):
        assert kinds(body) == set()

    def test_a_placeholder_above_the_text_is_found(self):
        assert kinds("The sea.", excerpt="[Insert excerpt here]") >= {"placeholder_above_text"}

    def test_commands_of_a_template_are_found_outside_of_code(self):
        assert kinds("The next is {{ page.next }}.") == {"template_syntax"}
        assert kinds("```\n{{ page.next }}\n```") == set()
        assert kinds("The next is <%= page.next %>.") == {"template_syntax"}

    def test_commands_in_indented_code_are_found_because_a_generator_expands_them(self):
        assert kinds("The release:\n\n    SHA512: {{ release.sha512.gz }}\n") == {"template_syntax"}

    def test_more_than_one_lost_passage_is_found(self):
        assert "passages_lost" in kinds("One is {{ one }}. Two is {{ two }}. Words.")
        assert "passages_lost" in kinds("## The tide\n\n{% include tide.html %}")


class TestHealthClaims:
    @pytest.mark.parametrize(
        ("body", "words"),
        [
            ("* **Creatine:** Supports memory, and much more.", "Supports memory"),
            ("Cold baths may also boost your immune system.", "may also boost your immune system"),
            ("Walking may reduce the risk of heart disease.", "may reduce the risk of heart disease"),
            ("They are rich in nutrients that support brain health.", "nutrients that support brain health"),
            ("It warms the skin, improving circulation.", "improving circulation"),
        ],
    )
    def test_are_found_once_a_sentence(self, body, words):
        (finding,) = found(body)

        assert (finding.kind, finding.words) == (FindingKind.HEALTH_CLAIM, words)

    @pytest.mark.parametrize(
        "body",
        [
            "Light [supports sleep](https://a.test/study).",
            "The cache reduces memory usage.",
            "It reduces the risk of fraud.",
            "Here are ten tips for reducing stress.",
            "Can it support sleep?",
            "## It supports memory\n\nSea.",
        ],
    )
    def test_are_no_links_machines_or_advice(self, body):
        assert kinds(body) == set()


class TestStructure:
    @pytest.mark.parametrize(
        "second",
        ["# Ebb", "## Introduction", "## Conclusion: The Ebb", "---\ntitle: Ebb\ndate: 2025-01-01\n---"],
    )
    def test_a_second_article_begins_after_the_end_of_the_first(self, second):
        assert "two_articles" in kinds(f"Sea.\n\n## Conclusion\n\nSea.\n\n{second}\n\nSea.")

    def test_one_article_has_one_end(self):
        assert kinds("## Introduction\n\nSea.\n\n## Conclusion\n\nSea.\n\n## Sources\n\nSea.") == set()

    def test_a_heading_may_not_skip_a_level(self):
        assert kinds("## A\n\nSea.\n\n#### B\n\nSea.") == {"heading_skips_level"}
        assert kinds("## A\n\nSea.\n\n### B\n\nSea.\n\n## C\n\nSea.") == set()

    def test_only_the_first_heading_may_be_a_title(self):
        assert kinds("# Tides\n\nSea.\n\n# Ebb\n\nSea.") == {"second_title"}
        assert kinds("# Tides\n\nSea.") == set()

    def test_rows_have_as_many_cells_as_their_head(self):
        table = "| a | b |\n|---|---|\n| 1 | 2 |\n"

        assert kinds(table) == set()
        (finding,) = found(f"{table}| 1 | 2 | 3 |\n| 1 \\| 2 | 3 |\n")
        assert (finding.kind, finding.words) == (FindingKind.TABLE_UNEVEN, "| 1 | 2 | 3 |")

    @pytest.mark.parametrize(
        "body",
        [
            "The sea turns around a point that is",
            "The sea (which turns around its many points.",
            "The sea turns.\n\n```\nfrom here",
            "The sea turns.\n\n## Conclusion",
            "The sea turns around a point that is\n\n![A map](/map.png)\n*Photo by Runa Hale*",
        ],
    )
    def test_a_text_that_ends_too_early(self, body):
        assert "text_cut_off" in kinds(body)

    @pytest.mark.parametrize(
        "body",
        [
            "The sea turns around a point, as one reads.",
            "It does so:\n\n```\nlook here\n```",
            "* The sea\n* The land and all that lies on it",
            "Until then",
            "Nobody knows how deep the sea is (or was).\n\n[^1]: A note",
            f"The sea turns around a point.\n\n{CREDITED}",
        ],
    )
    def test_a_text_that_ends_whole(self, body):
        assert kinds(body, hero_credit="Runa Hale") == set()


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

    def test_each_is_described_and_not_by_the_title(self):
        assert kinds("![](/map.png)") == {"picture_undescribed"}
        assert kinds("![tides](/map.png)") == {"picture_described_by_title"}

    def test_a_credit_is_missed_where_others_have_one(self):
        assert kinds("![A map.](/map.png)") == set()
        assert kinds(f"![A map.](/map.png)\n\n{CREDITED}", hero_credit="Runa Hale") == {
            "picture_credit_missing"
        }
        assert kinds(CREDITED) == {"hero_credit_missing"}
