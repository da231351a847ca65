"""HTML that does not reach the page is named in the report, since nobody sees that it is missing."""

from datetime import UTC

import pytest

from blog.documents.cleanup.html import find_dropped_html
from blog.documents.fields.extraction import read_fields
from blog.documents.frontmatter.document import parse_document
from tests.support.hostile_patterns import take_too_long


def warnings_of(text):
    document = parse_document(f'---\ntitle: "Tides"\nslug: "tides"\n---\n\n{text}\n'.encode())
    return list(read_fields(document, path="tides.md", time_zone=UTC).warnings)


class TestWhatIsNamed:
    @pytest.mark.parametrize(
        ("text", "named"),
        [
            ("<script>x()</script>", {"script": 1}),
            ("Words <script src=x.js></script> and <SCRIPT>y</SCRIPT>", {"script": 2}),
            ("<style>p {}</style>\n\n<link rel=stylesheet href=x.css>", {"style": 1, "link": 1}),
            ('<iframe srcdoc="x"></iframe> <iframe src="{{ url }}"></iframe>', {"iframe": 2}),
            ('<iframe src="https://example.org/" width=1 height=1></iframe>', {"iframe": 1}),
            ('<iframe src="javascript:x()"></iframe>', {"iframe": 1}),
            ("<form action=/x>\n<input name=a>\n<input type=checkbox>\n</form>", {"form": 1}),
            ("<div><input name=a> <input type=checkbox></div>", {"input": 1}),
            ("<p style='color:red' onclick=x()>a</p>", {"style attribute": 1, "onclick attribute": 1}),
            ("<b onblur=x>A</b> <i onblur=y>b</i>", {"onblur attribute": 2}),
            ("<svg><style>a</style><script>b</script></svg>", {"svg": 1}),
            ('<img src=x alt=y onerror="z">', {"onerror attribute": 1}),
            ('<a href="https://example.org" title="a "b"" onclick="x">c</a>', {"onclick attribute": 1}),
        ],
    )
    def test_are_elements_and_attributes_that_would_act(self, text, named):
        assert find_dropped_html(text) == named

    @pytest.mark.parametrize(
        "text",
        [
            "`<script>` and `<p style=x>`",
            "```html\n<iframe src=x onload=y></iframe>\n```",
            "    <form>\n",
            "<!-- <script>x</script> -->",
            "<div class=wide><table><tr><td>a</td></tr></table></div>",
            '<div class="reading-progress-container"><div class="reading-progress"></div></div>',
            "5 < 6, and a <b>style = bold</b>",
            '<img src="x.png" alt="style=plain">',
            '<iframe src="https://example.org/player" style="border: 0" onload=x></iframe>',
            "<embed src=//example.org/a.mp3>",
            "<audio controls src='{static}/media/a.wav'></audio>",
            "<video muted>\n<source src=clip.webm>\n<source src=clip.mp4>\n</video>",
        ],
    )
    def test_are_not_code_comments_and_what_passes(self, text):
        assert find_dropped_html(text) == {}


class TestReport:
    def test_counts_each_kind(self):
        assert warnings_of("<script>a</script>\n\n<p style=x>b</p>\n\n<script>c</script>") == [
            "HTML left out: script (2), style attribute (1)."
        ]

    def test_stays_short(self):
        text = " ".join(f"<b on{letter * 60}=x>c</b>" for letter in "abcdefghijk")

        [warning] = warnings_of(text)

        assert warning.endswith("and 3 more kinds.")
        assert len(warning) < 600

    def test_takes_what_a_template_tag_holds_for_no_attribute(self):
        assert not any(
            "HTML" in warning for warning in warnings_of('<b {% if x %}style="y"{% endif %}>z</b>')
        )

    def test_ends_in_time_whatever_stands_there(self):
        texts = [
            "<form>" * 60_000,
            "<p style=x>" * 30_000,
            "<script>" * 60_000,
            "<a " * 90_000,
            "<p style" * 60_000,
        ]

        assert take_too_long(texts, find_dropped_html) == []
