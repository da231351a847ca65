"""HTML files: their content as text for Markdown, their metadata, and edits."""

import re

import pytest

from blog.documents.frontmatter.document import parse_file
from blog.documents.frontmatter.html_files import MARKDOWN_MARK, as_markdown
from blog.documents.rendering.markdown import render_markdown
from tests.support.hostile_patterns import take_too_long

DOCUMENT = """<!DOCTYPE html>
<html lang="de">
<head>
  <title>Tides &amp; ebb</title>
  <meta name="description" content="On tides.">
  <script>track("<body>")</script>
</head>
<body>
  <nav>Home</nav>
  <article>
    <h2>Ebb</h2>

      <p>The sea <em>falls</em>
      by 3 m.</p>

    <div class="box">

        <ul>

          <li>a * b</li>
        </ul>
    </div>
    <script>alert(1)</script>
    <pre>one

    two</pre>
  </article>
  <footer>Imprint</footer>
</body>
</html>
"""
BODY = """<h2>Ebb</h2>

The sea <em>falls</em>
by 3 m.

<div class="box">

<ul>
<li>a * b</li>
</ul>

</div>

<pre>one

    two</pre>
"""


def read(text, path="posts/tides.html"):
    return parse_file(text if isinstance(text, bytes) else text.encode(), path)


def test_a_document_has_the_text_of_its_article_and_the_metadata_of_its_head():
    document = read(DOCUMENT)

    assert document.body == BODY
    assert document.fields == {"title": "Tides & ebb", "lang": "de", "description": "On tides."}
    assert document.warnings == ()


@pytest.mark.parametrize(
    ("inner", "parts"),
    [
        ("<article>one <article>two</article> three</article><article>teaser</article>", "one two three"),
        ("<ARTICLE>one <section><Article>two</ARTICLE ></section> three</Article>", "one two three"),
        ("<article>one <article>two <article>three</article> four</article> five</article>", None),
        ("<article>one <article>two</article> three", None),
        ("<article>one <!-- </article> --> two <template></article></template> three</article>", None),
        ("<!-- <article> --> <script>x='<article>'</script> no <article>one</article> no", "one"),
        ("<article-list>no</article-list> <article>one</article>", "one"),
        ("<main>one <main>two</main> three</main> no", "one two three"),
        ("<main>one</main> between <main>two</main> no", "one between two"),
        ("no </main> <main>one</main>", "one"),
    ],
)
def test_the_text_of_a_document_ends_where_its_element_ends(inner, parts):
    document = read(f"<!doctype html><html><body>{inner}</body></html>")

    words = re.sub(r"<!--.*?-->|<[^<>]*>", " ", document.body).split()
    assert words == (parts or re.sub(r"<!--.*?-->|<[^<>]*>", " ", inner)).split()


def test_front_matter_comes_before_metadata():
    document = read(f"---\ntitle: Ebb\n---\n{DOCUMENT}")

    assert document.fields["title"] == "Ebb"
    assert document.body == BODY


def test_indented_html_is_never_code():
    html = render_markdown(read("<div>\n\n      <p>Words.</p>\n\n      <b>more</b>\n</div>").body).html

    assert "<code>" not in html
    assert "<p>Words.</p>" in html


def test_blank_lines_in_nested_code_stay():
    html = render_markdown(read("<table><tr><td>\n<pre>a\n\n  *b*</pre></td></tr></table>").body).html

    assert "<pre>a\n\n  *b*</pre>" in html


def test_signs_of_templates_in_code_stay():
    html = render_markdown(read("<pre>{{<b>x</b>}} and $a$</pre>").body).html

    assert "<pre>{{<b>x</b>}} and $a$</pre>" in html


def test_a_paragraph_that_markdown_would_read_otherwise_stays_html():
    assert read("<p>a *b* c</p>").body == "<p>a *b* c</p>\n"


@pytest.mark.parametrize(
    "text",
    [
        DOCUMENT,
        "<p>a<p>b",
        "<table><tr><td><div>",
        "<pre>",
        "</div></p>",
        "a < b\n\nc <b",
        "<a 'b",
        "<hr><p>x<hr>",
    ],
)
def test_reading_a_text_again_changes_nothing(text):
    body = read(text).body

    assert as_markdown(body) == body


class TestEdits:
    def test_without_changes_give_the_same_bytes(self):
        document = read(DOCUMENT)

        assert document.patched({}, body=document.body) == DOCUMENT.encode()

    def test_of_a_field_keep_the_document(self):
        patched = read(DOCUMENT).patched({"title": "New"})

        assert patched == b'---\ntitle: "New"\n---\n' + DOCUMENT.encode()

    def test_of_the_text_are_written_as_html_into_the_document(self):
        patched = read(DOCUMENT).patched({}, body=BODY.replace("falls", "sinks")).decode()

        assert "<p>The sea <em>sinks</em>\nby 3 m.</p>" in patched
        assert patched.startswith(DOCUMENT[: DOCUMENT.index("<article>")])
        assert patched.endswith(DOCUMENT[DOCUMENT.index("</article>") :])
        assert read(patched).body == BODY.replace("falls", "sinks")

    def test_that_are_markdown_are_marked_and_read_again(self):
        body = f"{BODY}\n- a\n  - b\n\n        code\n"

        patched = read(DOCUMENT).patched({}, body=body)

        assert MARKDOWN_MARK.encode() in patched
        assert read(patched).body == body


@pytest.mark.parametrize("encoding", ["windows-1251", "shift_jis", "koi8-r"])
def test_the_encoding_is_that_of_the_document(encoding):
    words = "さくら" if encoding == "shift_jis" else "Прилив"
    data = f'<html><head><meta charset="{encoding}"><title>{words}</title><body><p>{words}'.encode(encoding)

    document = read(data)

    assert document.fields["title"] == words
    assert document.encoding == encoding
    assert words.encode(encoding) in document.patched({}, body=f"{document.body}\n<p>*x*</p>\n")


def test_hostile_html_is_read_in_time_and_in_one_form():
    units = [
        "<div>",
        "<p>",
        "<html><article",
        "<html><article></article ",
        "<html></title ",
        "<title>",
        "<!--",
        "<!---->",
        "<a '",
        "</p></div>",
        "<ul>",
    ]
    texts = [unit * 20_000 for unit in units]

    assert take_too_long(texts, read) == []
    assert [text for text in texts if as_markdown(body := read(text).body) != body] == []
