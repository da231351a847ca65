"""Ten times the text takes about ten times as long, whatever it is made of.

A square would be a hundredfold, n log n some twelvefold; thirtyfold is allowed. Of three tries the least
counts, as what else runs on the machine only ever adds. Bodies have 200 KB with GALLEY_TEST_LONG=1, and each
lexer is given each fifth pattern; the benchmarks give it all of them.
"""

import dataclasses
import time
from datetime import UTC
from functools import partial

import pytest
from markdown_it.token import Token
from pygments.lexers import get_lexer_by_name

from blog.articles.internal_links import link_addresses
from blog.documents.claims.claim import find_claims
from blog.documents.fields.changes import front_matter_changes
from blog.documents.fields.extraction import read_fields
from blog.documents.fields.values import CategoryName
from blog.documents.findings.all_rules import find_findings
from blog.documents.findings.article_words import ArticleWords
from blog.documents.findings.fingerprints import fingerprints
from blog.documents.findings.images import read_images
from blog.documents.findings.structure import internal_links
from blog.documents.frontmatter.document import parse_document
from blog.documents.frontmatter.encoding import DocumentError
from blog.documents.image_words import parse_credit
from blog.documents.marks import MarkHighlight, highlight_marks
from blog.documents.rendering import code_blocks
from blog.documents.rendering.figures import convert_figures
from blog.documents.rendering.html import sanitise
from blog.documents.rendering.images import without_hero
from blog.documents.rendering.markdown import render_markdown
from blog.documents.slugs import slugify_name
from blog.documents.summaries import opening_of, opens_with
from blog.documents.text import count_words, distinct_words, make_excerpt, trim_at_word
from blog.documents.typography import typeset
from blog.reader.body import shown_html
from blog.search.words import find_words
from tests.benchmarks import lexers
from tests.support.durations import IS_LONG
from tests.support.hostile_patterns import BODIES, VALUES, body_of, file_of, notations

TIMES_LONGER, ALLOWED = 10, 30
TRIES = 3
BODY = 20_000 if IS_LONG else 600
VALUE = 6_000 if IS_LONG else 3_000
LINE = 40_000 if IS_LONG else 10_000


def grows_evenly(work, text_of, length) -> bool:
    few = many = float("inf")
    for _ in range(TRIES):
        few = min(few, seconds(work, text_of(length)))
        many = min(many, seconds(work, text_of(length * TIMES_LONGER)))
        if many <= ALLOWED * few:
            return True
    return False


def seconds(work, text):
    started = time.process_time()
    work(text)
    return time.process_time() - started


def read_and_render(text):
    """Do with a text all that an import, a preview and a page do."""
    fields = read(text.encode("utf-8", "surrogatepass"))
    rendering = render_markdown(text)
    words = rendering.text
    find_findings(
        ArticleWords(
            title="Tides",
            body=text,
            text=words,
            html=rendering.html,
            excerpt="Words.",
            share_quote="Words.",
            images=read_images(text),
        )
    )
    find_claims(text)
    fingerprints("Tides", words, words)
    internal_links(text)
    count_words(words)
    distinct_words(words)
    list(find_words(words))
    make_excerpt(text)
    opens_with(text, "words")
    opens_with(text, text)
    opening_of(text)
    shown_html(rendering.html, dict.fromkeys(link_addresses(rendering.html), ""), "fr")
    typeset(words, "en")
    highlight_marks(rendering.html, marks_for(text))
    without_hero(rendering.html, "/cover.png")
    return fields


def marks_for(text):
    """Return a mark for each line, and one for all of the text."""
    lines = [MarkHighlight(number, number, line) for number, line in enumerate(text.split("\n"), 1)]
    return [MarkHighlight(0, 0, text), *lines]


def read(data):
    try:
        document = parse_document(data)
    except DocumentError:
        return None
    return read_fields(document, path="a.md", time_zone=UTC)


def edit(data):
    """Change every field, as an editor may."""
    try:
        document = parse_document(data)
    except DocumentError:
        return
    fields = read_fields(document, path="a.md", time_zone=UTC)
    changed = dataclasses.replace(
        fields,
        title="New",
        dated_at=None,
        keywords=(*fields.keywords, "new"),
        categories=(*fields.categories, CategoryName("general", "New")),
        image="/new.png",
        status="published",
    )
    changes = front_matter_changes(document, changed, fields.__dataclass_fields__)
    document.patched(changes, body="New.\n")


class TestTexts:
    def test_a_body_is_read_and_shown_in_time(self):
        slow = [
            pattern
            for pattern in BODIES
            if not grows_evenly(read_and_render, partial(body_of, pattern), BODY)
        ]

        assert slow == []

    def test_so_is_one_that_is_nested(self):
        def text_of(nesting, length):
            opening, closing = nesting
            depth = length // len(opening + closing)
            return opening * depth + "a" + closing * depth

        nestings = [("![", "](b)"), ("*", "*"), ("<b>", "</b>"), ("<div>", "</div>"), ("<svg>", "</svg>")]
        slow = [
            nesting
            for nesting in [*nestings, ("[", "]"), ("“", "”")]
            if not grows_evenly(read_and_render, partial(text_of, nesting), BODY)
        ]

        assert slow == []

    def test_a_document_has_no_more_marks_than_can_be_shown_in_time(self):
        text = "*a* " * 60_000

        rendering = render_markdown(text)

        assert rendering.html.count("<em>") < 30_000
        assert rendering.text.count("a") == 60_000  # nothing is lost

    def test_its_editor_is_told_from_where_on_it_is_shown_as_it_is_written(self):
        text = "Words.\n" * 60_000

        warnings = read(text.encode()).warnings

        assert "too much markup (more than 50,000 tokens): shown as plain text from line 50001." in warnings

    def test_what_lies_beyond_is_shown_as_it_is_written(self):
        html = render_markdown("a\n\n" * 25_000 + "<b>*x* & y\n").html

        assert html.endswith("&lt;b&gt;*x* &amp; y\n</code></pre></div>")

    def test_short_rows_make_no_more_than_some_thousand_empty_cells(self):
        head = "a|" * 100 + "\n" + "-|" * 100 + "\n"

        html = render_markdown(head + "a\n" * 600 + "\n" + "a|b\n-|-\nc|d\n").html

        assert html.count("<td") == 0
        assert html.count("\na") > 590


class TestFrontMatter:
    def test_a_value_is_read_in_time(self):
        slow = [value for value in VALUES if not grows_evenly(read, partial(file_of, *value), VALUE)]

        assert slow == []

    @pytest.mark.parametrize("work", [read, edit])
    def test_each_notation_is_read_and_edited_in_time(self, work):
        slow = [
            name
            for name in notations(100)
            if not grows_evenly(work, lambda length, name=name: notations(length)[name], VALUE)
        ]

        assert slow == []


class TestLines:
    @pytest.mark.parametrize(
        ("work", "opening", "unit", "closing"),
        [
            (lambda text: trim_at_word(text, 300), "a", " ", "b"),
            (lambda text: trim_at_word(text, 300), "a", ".", "b"),
            (make_excerpt, "a", "_", "b"),
            (make_excerpt, "", "\\[", ""),
            (parse_credit, "", "\\[", ""),
            (parse_credit, "", "*", ""),
            (slugify_name, "", "a+", ""),
            (sanitise, "", "&amp;", ""),
            (sanitise, "", "\u00ab", ""),
            (
                lambda text: without_hero(text, "/a"),
                "",
                '<figure><img src="a"><figcaption>a</figcaption>b',
                "",
            ),
            (lambda text: render_markdown(f'<a href="{text}">c</a>'), "a", " ", "b"),
        ],
        ids=lambda value: ascii(value)[1:12] if isinstance(value, str) else None,
    )
    def test_each_is_read_in_time(self, work, opening, unit, closing):
        assert grows_evenly(work, lambda length: opening + unit * (length // len(unit)) + closing, LINE)

    @pytest.mark.parametrize("separator", [[], [Token("softbreak", "br", 0)]])
    def test_images_in_a_row_are_set_in_time(self, separator):
        def paragraph_of(length):
            image = [Token("image", "img", 0, attrs={"src": "/a"}), *separator]
            children = [token for _ in range(length) for token in image]
            inline = Token("inline", "", 0, children=children)
            return [Token("paragraph_open", "p", 1), inline, Token("paragraph_close", "p", -1)]

        assert grows_evenly(convert_figures, paragraph_of, 1_000)


class TestListings:
    """No lexer takes much longer for hostile listings than for ordinary ones, as long as they may be."""

    TIMES_SLOWER = 60
    PATTERNS = [pattern for pattern in lexers.patterns() if not pattern[0]]

    def patterns_for(self, language):
        """Return each 24th pattern for lexers with a shorter limit, and others for each of the others."""
        place = list(code_blocks.LANGUAGES).index(language)
        if IS_LONG:
            return self.PATTERNS[place % 5 :: 5]
        if code_blocks.LANGUAGES[language] < code_blocks.LONGEST_LISTING:
            return self.PATTERNS[::24]
        return self.PATTERNS[place % 120 :: 120]

    @pytest.fixture(scope="class")
    @classmethod
    def ordinary(cls):
        lexer = get_lexer_by_name("python")
        code = "def tide(height, hours=12):\n    return height * 2  # metres\n" * 90
        return min(lexers.lex_seconds(lexer, code) for _ in range(5)) / len(code)

    @pytest.mark.parametrize("language", code_blocks.LANGUAGES)
    def test_a_hostile_one_is_coloured_in_time(self, language, ordinary):
        lexer, length = code_blocks._lexer(language), code_blocks.LANGUAGES[language]
        allowed = self.TIMES_SLOWER * ordinary * length

        slow = [
            pattern
            for pattern in self.patterns_for(language)
            if code_blocks.may_be_coloured(code := lexers.text_of(pattern, length), lexer)
            and lexers.lex_seconds(lexer, code) > allowed
            and lexers.least_seconds(lexer, pattern, length) > allowed
        ]

        assert slow == []

    @pytest.mark.parametrize("language", ["easytrieve", "autohotkey", "gherkin", "scala", "csharp", "http"])
    def test_others_are_plain_and_keep_their_name(self, language):
        html = render_markdown(f"```{language}\nif x: pass\n```").html

        assert f'<span class="lang">{get_lexer_by_name(language).name}</span>' in html
        assert "<code>if x: pass\n</code>" in html

    @pytest.mark.parametrize("code", ["x = 1" + " " * 200, "x = '" + "a" * 600 + "'", "x = 1\n" * 900])
    def test_what_is_unlike_code_is_plain(self, code):
        assert '<span class="n">' not in render_markdown(f"```python\n{code}\n```").html

    def test_a_listing_within_markdown_does_not_choose_a_lexer(self):
        html = render_markdown("````markdown\n```python\nif x: pass\n```\n````").html

        assert '<span class="k">' not in html
