"""HTML becomes Markdown where readers then see the same, and stays HTML elsewhere."""

import pytest

from blog.documents.rendering.markdown import render_markdown
from blog.extensions.systems.text import as_text


@pytest.mark.parametrize(
    ("html", "markdown"),
    [
        ("<p>Two <strong>bold</strong> <em>words</em>.</p>", "Two **bold** *words*."),
        ('<h2 class="x" id="heights">Heights</h2>', "## Heights {#heights}"),
        ("<ul><li>a</li><li>b<ul><li>c</li></ul></li></ul>", "- a\n- b\n  - c"),
        ('<ol start="3"><li>x</li><li>y</li></ol>', "3. x\n4. y"),
        ("<blockquote><p>a</p><cite>Ida</cite></blockquote>", "> a\n>\n> <cite>Ida</cite>"),
        ("<table><tr><th>a</th></tr><tr><td>1|2</td></tr></table>", "| a |\n| --- |\n| 1\\|2 |"),
        ('<pre class="x"><code class="language-py">a &lt; b\n\nc</code></pre>', "```py\na < b\n\nc\n```"),
        ("<hr class='x'/>", "---"),
        ("<p>a<br/>b</p>", "a\\\nb"),
        (
            '<figure class="w"><img src="/a.png" alt="A" width="3"/><figcaption>Ebb</figcaption></figure>',
            '![A](/a.png "Ebb")',
        ),
        ('<p><a href="/b/"><img src="/a b.png" alt="A"/></a></p>', "[![A](</a b.png>)](/b/)"),
        ("<div class='columns'><div><p>Left</p></div><div><p>Right</p></div></div>", "Left\n\nRight"),
    ],
)
def test_html_becomes_markdown(html, markdown):
    assert as_text(html) == f"{markdown}\n"


@pytest.mark.parametrize(
    "text", ["2*3*4", "snake_case_name", "1. First", "# 5", "a &lt;b&gt; c", "[x](y)", "a | b"]
)
def test_signs_of_markdown_stay_text(text):
    assert render_markdown(as_text(f"<p>{text} <em>e</em></p>")).html == f"<p>{text} <em>e</em></p>"


@pytest.mark.parametrize(
    "html",
    [
        '<table><tbody><tr><td colspan="2">1</td></tr></tbody></table>',
        "<details><summary>More</summary><p>Text</p></details>",
        '<figure><img src="/a.png" alt=""><figcaption>With <em>em</em></figcaption></figure>',
        '<p id="note">Linked from elsewhere</p>',
        '<p lang="nb">God dag</p>',
    ],
)
def test_what_markdown_would_lose_stays_html(html):
    assert as_text(html) == f"{html}\n"


@pytest.mark.parametrize(
    "html",
    [
        "<blockquote>" * 3000 + "deep" + "</blockquote>" * 3000,
        "<b></i>" * 900 + "deep",  # these end tags close nothing
        "<b title='<'>" * 900 + "deep",
    ],
)
def test_deep_nesting_stays_html_without_failing(html):
    assert as_text(html).strip() == html
