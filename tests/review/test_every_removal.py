"""Remove each mark of generated and of sample texts, one at a time and all at once."""

from itertools import chain
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blog.documents.claims.values import ClaimKind
from blog.documents.frontmatter.document import parse_document
from blog.review.removal import plan_text_removal
from tests.support.removals import damages, marks_of, removals

ROOT = Path(__file__).parents[2]
SAMPLES = sorted(chain(ROOT.glob("fixtures/articles/*.md"), ROOT.glob("tests/samples/articles/*.md")))

PLAIN = (
    "The hill is green in spring.",
    "Tides come and go below it, every day of the year.",
    "It is *old*. It is **not high.**",
)
MARKED = (
    "In 1953 the harbour sank by 30 percent.",
    "**Studies show that 40 percent of all towns lie on a river. Most of them are old.**",
    '"We knocked on the mountain and listened," says Dr. Runa Hale. "It took a year to answer us."',
    "“We knocked on it. In 1953 it answered. It has been quiet since then,” said Prof. Bo Yun, geologist.",
    "Dr. Runa Hale, geophysicist at Northmoor, walked [up. Then](https://a.example/) she wrote a book.",
    "A study by [Insert source] found that the “long year” ended in 1816.",
    "She was the first person on the hill.",
    'He was 5" taller than Dr. Runa Hale, and said: "That is it',
    "![A hill in 1953](a.jpg)\n*Photo by [Ida](https://a.example/)*",
    "„Wir klopften lange an den Berg“, sagte Dr. Runa Hale.",
    "„Es reicht“, sagt Dr. Runa Hale. „Wir hören auf. Nie wieder.“",
    "»Wir klopften lange an den Berg. Er schwieg«, sagte Dr. Runa Hale. »Bis 1953.«",
    "« Elle monte encore. » Dr. Runa Hale, geophysicist, left in 1953.",
    '"We measured it twice," Dr. Runa Hale explains. "Then we stopped."',
    "“Is it so?” Dr. Runa Hale asks. “It is.”",
)
SENTENCES = st.lists(st.sampled_from(PLAIN + MARKED), min_size=1, max_size=4).map(" ".join)
LABELS = st.sampled_from(
    (
        "",
        "**Expert insight:** ",
        "**Did you know?** ",
        "🔑 **Tides:** ",
        "**Social snippet:** ",
        "**1. Tides:** ",
    )
)
TEXTS = st.builds(str.__add__, LABELS, SENTENCES)


def quoted(text):
    return "> " + text.replace("\n", "\n> ")


BLOCKS = st.one_of(
    TEXTS,
    TEXTS.map(quoted),
    st.builds("{}\n>\n> — Dr. Runa Hale, geophysicist".format, TEXTS.map(quoted)),
    st.builds("{} — Dr. Runa Hale, geophysicist".format, TEXTS.map(quoted)),
    st.builds(
        "“{}\n\n“{}”\n\n— Dr. Runa Hale, geophysicist".format,
        st.sampled_from(MARKED[:1]),
        st.sampled_from(PLAIN[:2]),
    ),
    st.lists(TEXTS, min_size=1, max_size=4).map(lambda items: "\n".join(f"* {item}" for item in items)),
    st.lists(TEXTS, min_size=1, max_size=3).map(
        lambda items: "Consider these:\n\n" + "\n\n".join(f"1. {item}" for item in items)
    ),
    st.builds("- {}\n    - {}".format, TEXTS, TEXTS),
    st.builds("| a | b |\n|---|---|\n| {} | in 1953 |".format, st.sampled_from(MARKED[:1])),
    st.builds(":::note\n\n{}\n\n:::".format, TEXTS),
    st.builds('<aside class="tip">\n\n{}\n\n</aside>'.format, TEXTS),
    st.builds("```\n{}\n```".format, TEXTS),
    st.builds(
        "**Runa Hale:** {}\n\n**Bo Yun:** {}\n\n**Runa Hale:** {}".format, SENTENCES, SENTENCES, SENTENCES
    ),
    st.builds("A note.[^1]\n\n[^1]: {}".format, SENTENCES),
    st.sampled_from(("## The hill", "### In 1953", "The tides\n---------", "# [Insert title]", "***")),
)
BODIES = st.lists(BLOCKS, min_size=1, max_size=8).map("\n\n".join)


@given(BODIES)
def test_removing_a_mark_damages_no_generated_text(body):
    for mark, removal in removals(body):
        assert damages(body, mark, removal) == [], (mark, removal)


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_removing_a_mark_damages_no_sample(path):
    body = parse_document(path.read_bytes()).body

    broken = {mark: found for mark, removal in removals(body) if (found := damages(body, mark, removal))}

    assert broken == {}


@given(BODIES)
def test_removing_all_marks_removes_what_is_shown(body):
    removal = plan_text_removal(body, marks_of(body), "Dr. Runa Hale")

    rest = body
    for part in reversed(removal.removed):
        rest = rest[: part.start] + rest[part.end :]
    assert removal.body == rest
    assert all(part.text == body[part.start : part.end] for part in removal.removed)


@given(
    intro=st.sampled_from(("", "> ", "> **EXPERT INSIGHT:** ", "- ", "2. ", "**Expert tip:** ")),
    marks=st.sampled_from(('""', "“”", "„“", "»«", "«»", "「」")),
    first=st.sampled_from(("No", "It works", "We measured it twice", "We listened to it for a whole year")),
    end=st.sampled_from(",?!"),
    speaker=st.sampled_from(
        (
            "Dr. Runa Hale explains",
            "says Dr. Runa Hale",
            "Dr. Runa Hale, a geophysicist at Northmoor, notes",
            "Dr. Runa Hale smiles",
        )
    ),
    second=st.sampled_from(("Then we stopped.", "Not now. Never.", "Why not?")),
)
def test_removing_a_person_leaves_no_half_of_a_split_quotation(intro, marks, first, end, speaker, second):
    opens, closes = marks
    said = f"{intro}{opens}{first}{end}{closes} {speaker}. {opens}{second}{closes}"
    body = f"{PLAIN[0]}\n\n{said}\n\n{PLAIN[1]}"
    about = [mark for mark in marks_of(body) if mark.kind in (ClaimKind.QUOTATION, ClaimKind.PERSON)]

    assert plan_text_removal(body, about, "Dr. Runa Hale").body == f"{PLAIN[0]}\n\n{PLAIN[1]}"
