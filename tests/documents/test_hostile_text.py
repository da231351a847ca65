"""Any text, from any bytes: rendered to what an article may hold and nothing else, or refused."""

from contextlib import suppress
from datetime import UTC
from html.parser import HTMLParser

from hypothesis import example, given, settings
from hypothesis import strategies as st
from markdown_it.parser_inline import ParserInline

from blog.documents.fields.extraction import read_fields
from blog.documents.frontmatter.document import parse_document
from blog.documents.frontmatter.encoding import DocumentError
from blog.documents.parsing.html import BLOCK_TAGS, INLINE_TAGS
from blog.documents.parsing.markdown import build_parser
from blog.documents.rendering.html import sanitise
from blog.documents.rendering.markdown import render_markdown
from tests.support.cases import read_cases
from tests.support.durations import HOSTILE_TEXTS
from tests.support.page_checker import PageChecker, fragment_errors

# What attacks, habits of writing and the renderer's own rules are made of.
PIECES = (
    *(piece for (piece,) in read_cases("hostile")["pieces"]),
    *("<iframe srcdoc='", "<h2 id=x>", "<a href='javascript:x'>", "<a id=x name=y>"),
    *("<img src=x onerror=y>", "<img alt='", "<p title='", "\0", "\u202e", "\ud800", "[^1]: ", "# "),
    *("## x\n", "> ", "> [!NOTE]\n", "> **Tip:** ", "- ", "- [x] ", "1. ", "```html\n"),
    *("|a|b|\n|-|:-:|\n", "\n", "\n\n", "    ", "\t", "\\", '"', " ", "term\n: meaning\n"),
    *("## Key takeaways\n", "*Photo by x*", "---\n", "é", "字"),
)
hostile_text = st.lists(st.sampled_from(PIECES) | st.characters(), max_size=40).map("".join)
# Each block and each mark, so that every rule of the parser matches once.
EVERYTHING = """\
# a
b *c* __d__ ~~e~~ `f` [g](h) ![i](j) <http://k> &amp; \\* [^1] [y]  
l\\
m <b>n</b> <img alt="o "p" q">
> r
+ s
* t
- u
0. v
1) v
2. v
3) v
4. v
5) v
6. v
7) v
8. v
9) v
***
---
___
```
w
```
~~~
x
~~~
<div>

[y]: z

[^1]: a

    b

c
: d

|e|
|-|
|f|

g
---

    h
"""  # noqa: W291 -- two blanks at the end of a line break it
ALLOWED = INLINE_TAGS | BLOCK_TAGS


class Parsed(HTMLParser):
    """HTML as a list of what it means, so that two ways of writing the same are equal."""

    def __init__(self, html):
        super().__init__()
        self.parts = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.parts.append((tag, sorted(attrs)))

    def handle_endtag(self, tag):
        self.parts.append(f"/{tag}")

    def handle_data(self, data):
        self.parts.append(data)

    def handle_comment(self, data):
        self.parts.append(("comment", data))


class TestRendering:
    @settings(max_examples=HOSTILE_TEXTS)
    @given(hostile_text)
    @example("*<a id=x>**")
    @example("[<b id=x>a](https://example.org) *b <i id=y>* c")
    @example("$\\```")
    @example("<p ><a id=x><p >a")
    @example("<a id=x ><p>[^1] [b](/c)\n\n[^1]: Note")
    @example("<ul><li><b id=y>a<li>b</ul>")
    def test_holds_only_what_an_article_may_hold(self, text):
        html = render_markdown(text).html

        judge = PageChecker(html, is_fragment=True)

        assert judge.faults == []  # so ids are unique and prefixed, and all elements closed
        assert judge.comments == []
        assert set(judge.tags) <= ALLOWED - {"h1"}

    @settings(max_examples=HOSTILE_TEXTS)
    @given(hostile_text)
    def test_a_second_sanitising_finds_nothing(self, text):
        html = render_markdown(text).html

        again = sanitise(html)

        assert Parsed(again).parts == Parsed(html).parts

    @settings(max_examples=HOSTILE_TEXTS)
    @given(hostile_text, st.text(max_size=20))
    def test_the_contents_name_ids_of_the_text(self, text, title):
        rendering = render_markdown(text, title=title)

        ids = PageChecker(rendering.html, is_fragment=True).ids

        assert [heading.id for heading in rendering.contents if heading.id not in ids] == []


class TestParser:
    def exhaustive_parser(self):
        """Return the parser as the library runs it: it tries every rule, at all characters it knows."""
        parser = build_parser()
        parser.inline.terminator_re = ParserInline().terminator_re
        del parser.block.ruler.getRules
        return parser

    @settings(max_examples=HOSTILE_TEXTS)
    @given(hostile_text)
    @example(EVERYTHING)
    def test_skipped_rules_would_not_match(self, text):
        exhaustive = self.exhaustive_parser()

        assert build_parser().parse(text) == exhaustive.parse(text)


class TestDocument:
    FENCES = (
        *(b"---\n", b"+++\n", b"{", b"}", b"\n", b": ", b" = ", b"title", b"date", b"image"),
        *(b"readingTime", b"NaN"),
    )
    SIGNS = (
        *(b"[", b"]", b'"', b"'", b"- ", b"&a ", b"*a", b"!!", b"\\ud800", b"\\u0000", b"\0"),
        *(b"\xff", b"1e999", b"\t"),
    )

    @settings(max_examples=HOSTILE_TEXTS)
    @given(st.lists(st.sampled_from(FENCES + SIGNS) | st.binary(max_size=4), max_size=30).map(b"".join))
    def test_any_bytes_are_read_or_refused(self, data):
        with suppress(DocumentError):
            self.check_values_of(parse_document(data), data)

    def check_values_of(self, document, data):
        fields = read_fields(document, path="posts/x.md", time_zone=UTC)

        assert document.patched({}) == data
        assert fields.title
        assert "\0" not in fields.title + fields.body + fields.excerpt
        assert fragment_errors(render_markdown(fields.body).html) == []
