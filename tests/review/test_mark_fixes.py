"""The fix of one mark: a label in the text goes with its words, or without them, and makes no finding."""

from dataclasses import replace
from itertools import product

import pytest

from blog.documents.findings.all_rules import find_findings
from blog.documents.findings.article_words import ArticleWords
from blog.documents.findings.kinds import FindingKind
from blog.documents.rendering.markdown import render_markdown
from blog.review.mark_fixes import fix_label

SAID = "Twice a day the sea leaves the harbour."
PROSE = "Tides are old.\n\nThe moon pulls at the sea, and the sea follows it.\n"
LABELS = ("Social Snippet", "Meta description", "Excerpt", "Keywords", "Title", "Call to Action", "Alt text")


def words_of(body, **fields):
    return ArticleWords("Tides", body=body, text=render_markdown(body).text, has_hero=True, **fields)


def labels_in(words):
    return [found for found in find_findings(words) if found.kind == FindingKind.LABEL_IN_TEXT]


def fixed(body, **fields):
    """Return what the fix of the first label changes."""
    words = words_of(body, **fields)
    label = labels_in(words)[0]
    return fix_label(words, label.start, label.end)


@pytest.mark.parametrize(
    ("before", "line", "after", "changes"),
    [
        ("", f"**Meta description:** {SAID}", f"\n\n{PROSE}", {"meta_description": SAID, "body": PROSE}),
        ("\n\n", f'> **Excerpt**: "{SAID}"', f"\n\n\n{PROSE}", {"excerpt": SAID, "body": f"\n\n{PROSE}"}),
        (PROSE, "\nKeywords: sea, high tide.", "\n", {"keywords": ["sea", "high tide"], "body": PROSE}),
        ("", "# Title: The sea", f"\n\n{PROSE}", {"body": PROSE}),
        ("Tides.\n\n", "**Call to Action:** Go and see.", "", {"body": "Tides.\n\nGo and see."}),
        ("Tides.\n\n", "**Call to Action: Go.**", "", {"body": "Tides.\n\n**Go.**"}),
        ("Tides.\n\n", "CTA: **Go.**", "", {"body": "Tides.\n\n**Go.**"}),
        (f"{PROSE}\n", f"- Alt text: {SAID}", "\n- The sea.", {"body": f"{PROSE}\n- The sea."}),
        (
            "",
            f"Title: The sea\nMeta title: {SAID}",
            f"\n\n{PROSE}",
            {"body": f"Meta title: {SAID}\n\n{PROSE}"},
        ),
    ],
)
def test_a_label_goes_with_its_words_if_they_are_not_for_readers(before, line, after, changes):
    assert fixed(before + line + after) == changes


def test_a_field_that_says_something_keeps_its_words():
    body = f"**Meta description:** {SAID}\n\n{PROSE}"

    assert fixed(body, meta_description="How the moon pulls at the sea.") == {"body": PROSE}
    assert fixed(body, meta_description="How the moon pu...")["meta_description"] == SAID


def test_a_snippet_replaces_an_advertisement_but_no_other_share_quote():
    body = f"**Social snippet:** {SAID}\n\n{PROSE}"

    assert fixed(body, share_quote="Read our latest article!") == {"share_quote": SAID, "body": PROSE}
    assert fixed(body, share_quote="Tides are old.") == {"body": PROSE}


def test_the_last_words_of_a_text_and_half_of_a_quotation_stay():
    assert fixed(f"**Alt text:** {SAID}") == {"body": SAID}
    assert fixed(f"Alt text: “{SAID}\n\nIt returns.” {PROSE}") == {"body": f"“{SAID}\n\nIt returns.” {PROSE}"}
    assert fixed(f"{PROSE}\n> Alt text: {SAID}\n>\n> — Ida Hale") == {
        "body": f"{PROSE}\n> {SAID}\n>\n> — Ida Hale"
    }


TEXTS = (
    f"{{}}\n\n{PROSE}",
    f"{PROSE}\n{{}}",
    f"Tides\n{{}}\nTides are old.\n\n{PROSE}",
    f"## Tides\n\n{{}}\n\n## The moon\n\n{PROSE}",
    f"{PROSE}\n* {{}}\n* The moon is far.",
    f"> {{}}\n> The sea leaves\n\n{PROSE}",
    "{}",
)
FIELDS = ("", SAID, "Read our latest article!", "How the moon pu...")


def test_no_fix_makes_a_finding_or_takes_more_than_the_label_and_its_words():
    fixes = 0
    for label, line, text, value in product(LABELS, ("**{}:** ", "{}: "), TEXTS, FIELDS):
        body = text.format(line.format(label) + SAID)
        words = words_of(body, excerpt=value, meta_description=value, share_quote=value)
        for found in labels_in(words):
            if changes := fix_label(words, found.start, found.end):
                fixes += 1
                after = replace(words, **changes, text=render_markdown(changes["body"]).text)
                before = {each.kind for each in find_findings(words)}
                if FindingKind.SHARE_TEXT_IS_CALL in before:  # a snippet may replace it
                    before.add(FindingKind.SHARE_TEXT_UNSAID)
                assert {each.kind for each in find_findings(after)} <= before
                assert len(labels_in(after)) < len(labels_in(words))
                assert PROSE.strip() in changes["body"] or text == "{}"

    assert fixes > 300
