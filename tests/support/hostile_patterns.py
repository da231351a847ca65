"""Patterns that, repeated many times, form texts designed to be slow to process.

Each pattern took, or might have taken, time that grows with the square of the text's length.
"""

import json
import time

from tests.support.durations import IS_LONG

SECONDS = 10 if IS_LONG else 2

# Repeated in a body. The first item of a pair is written once.
BODIES = (
    # emphasis, code, escapes, entities
    *(
        "*a **b ",
        "can boost, memory ",
        "updated a ",
        "0.1.x releas ",
        "a Ab 1 ",
        "**",
        "*a* ",
        "a_",
        "_a__",
        "~~a",
        "`",
        "``a`",
        "\\*",
        "\\[",
        "&",
        "&amp;",
        "&a",
        "«a» ",
        "$a_b ",
    ),
    # links, images, autolinks, references, footnotes
    *(
        "www.",
        "https://a.",
        "https://a.b/" + ")" * 50,
        ":a::b:",
        "[",
        "[a](",
        "[a](b",
        "[a](<b",
        '[a](b "c',
        "![",
        "![a](b)",
        "![a](b)\n\n",
        "![b![a](",
        "[![a](b)](c)\n",
    ),
    *(
        "[a]: b\n",
        "<http://a",
        "[[a|",
        "![[a.png]]",
        ("[^1]: a\n\n", "[^1]"),
        ("[^1]: a\n\n", "[^a"),
        "[^a]: b\n\n",
    ),
    # raw HTML, whole and broken
    *(
        "<img src=x>",
        "<img src=x>\n",
        '<img src="a"b">',
        '<img src="a"b">\n\n',
        "<button></button>",
        "<script>",
    ),
    *(
        "<script>\n</script>",
        "<script>\n\n</script>\n\n",
        ("<svg>", "<svg "),
        "<form>\n\n",
        "<div></div>\n\n",
        "<b>",
        "<a ",
    ),
    *(
        '<b "',
        "<p> </p>",
        "<li>a <td ",
        "<table><tr><td>",
        "<table><caption>a",
        "a:\n\n|a|\n|-|\n\n",
        "<!--",
        "<![CDATA[",
        "<?",
        "<!a",
        "</",
        "<h2>a</h2>\n\n",
        "<iframe>",
    ),
    *("<video><source src=a></video>", "<br>", f'<a b=""" {"a" * 1900}>', '<a href="x>', "<details>\n\n"),
    '<figure><img src="//a.b/c"><figcaption>a</figcaption>b</figure>\n\n',
    # blocks
    *(
        "> ",
        "- ",
        "> - ",
        "- a\n",
        "1. a\n",
        "# a\n",
        "## a\n\n",
        "a\n=\n",
        "a\n: b\n\n",
        "---\n",
        "```a\n",
        "~",
        "`\n",
    ),
    *(
        "- [ ] a\n",
        "    a\n",
        "\t",
        " \n",
        "\n",
        "a\n\n",
        ("a|b\n-|-\n", "a|b\n"),
        "a|b\n-|-\n",
        "." * 40 + "b",
        "_" * 9,
    ),
    (f"{'a|' * 19}\n{'-|' * 19}\n", "a\n"),  # rows shorter than their header
    # leftovers of site generators
    *(
        "{{",
        "{%",
        "{% a %}",
        "{{< a >}}",
        "{% highlight a %}",
        "{% raw %}",
        "{:a}",
        "<Ab x={",
        "<Ab />",
        "\\(a",
    ),
    *("[caption a=b]", ("[caption a=b]<a ", "href="), "import {", "- a\n{:toc}\n", "[IMAGE: a]\n\n"),
    '{% a "' + '\\"' * 900 + " %}",
    # directives, components, modules
    *(
        ":::note\n",
        ":::note\n:::\n",
        "{{< note >}}\n",
        ("{{< note >}}\n" * 40, "</Note>\n"),
        "!!! a\n\n",
        '!!! note "a"\n    b\n',
        '=== "a"\n    ',
        "<TabItem>\n\n",
        "<Ab>\n",
        "<Ab x={{{",
        "export {\n",
        "<code>{{ a }}",
        "](",
        "](a{{ b }}",
        "{% for a %}",
        "{{ 'a' | b }}",
    ),
    # quotation marks, compounds
    *(
        "'a ",
        " 'a",
        "'",
        '"',
        '"a" ',
        "'a' ",
        "<em>'</em>",
        "`'`",
        "a-",
        "## a-b\n\n",
        "a.\n![b](c)\n",
        "![b](c) ",
    ),
    # call-outs, credits, takeaways, labels
    *(
        "> [!NOTE]\n> a\n\n",
        "> **Tip:** a\n\n",
        ("> **Expert insight:** ", '"a." - B '),
        ("> **Expert insight:** ", "a *b* "),
    ),
    *(
        "![a](b)\n*Photo by c*\n\n",
        ("![a](b)\n", "*c*\n"),
        "## Key takeaways\n\n- a\n\n",
        "Social snippet: a\n\n",
    ),
    *(("# a", " " * 50), ("# ", "# "), "# a {#b}\n", "photo "),
)

# Repeated in the value of a key. Front matter is at most 64 KB long.
VALUES = tuple(
    (key, piece)
    for key, pieces in {
        "title": ("<b>a", "&amp;", "[a](", "a_"),
        "slug": ("a", "-", "+"),
        "excerpt": ("{", "{%", "\\[", ".", "_a__"),
        "socialShare": ("#a", "“", '"'),
        "imageCredit": ("\\[", "*", "[a](b) ", "Photo by on ", "<a href="),
        "image": ("a.", "1.", "/", "-placeholder"),
        "categories": ("a,", "\u0410a "),
        "keywords": ("a,",),
        "date": ("1", "2020-01-01 "),
        "readingTime": ("1",),
        "permalink": ("/", "a.", ".html"),
        "other": ("{{", "{% "),
    }.items()
    for piece in pieces
)


def body_of(pattern: str | tuple[str, str], length: int) -> str:
    opening, unit = ("", pattern) if isinstance(pattern, str) else pattern
    return opening + unit * (length // len(unit))


def file_of(key: str, piece: str, length: int, *, front: str = 'title: "a"\n') -> bytes:
    value = json.dumps(piece * (length // len(piece)), ensure_ascii=False)
    return f"---\n{'' if key == 'title' else front}{key}: {value}\n---\nWords.\n".encode()


def notations(length: int) -> dict[str, bytes]:
    """Return files with many keys or items, in each notation of front matter."""
    lists = "".join(f"- k{n}\n" for n in range(length // 8))
    items = ", ".join(f'"k{n}"' for n in range(length // 10))
    keys = [f"k{n}" for n in range(length // 12)]
    one = [f"d{'-' * (n % 50 + 1)}a{'_' * (n // 50 + 1)}te" for n in range(length // 90)]  # each means "date"
    return {
        name: text.encode()
        for name, text in {
            "items in YAML": f"---\ntitle: a\nkeywords:\n{lists}---\nb",
            "items in JSON": f'{{"title": "a", "keywords": [{items}]}}\nb',
            "items in TOML": f'+++\ntitle = "a"\nkeywords = [{items}]\n+++\nb',
            "keys in YAML": "---\ntitle: a\n" + "".join(f"{key}: v\n" for key in keys) + "---\nb",
            "keys in JSON a line": '---\ntitle: "a"\n' + "".join(f"{key}: 1\n" for key in keys) + "---\nb",
            "keys in TOML": '+++\ntitle = "a"\n' + "".join(f"{key} = 1\n" for key in keys) + "+++\nb",
            "tables in TOML": '+++\ntitle = "a"\n' + "".join(f"[{key}]\n" for key in keys) + "+++\nb",
            "keys above a text": "title: a\n" + "".join(f"{key}: 1\n" for key in keys) + "\nb",
            "one key of many spellings": '{"title": "a", '
            + ", ".join(f'"{k}": "2020-01-01"' for k in one)
            + "}\nb",
            "one key many times": "---\ntitle: a\n" + "k: v\n" * (length // 5) + "---\nb",
            "brackets": "---\ntitle: a\nk: " + "[" * (length // 2) + "]" * (length // 2) + "\n---\nb",
        }.items()
    }


def take_too_long(texts, work) -> list[str]:
    """Return the beginnings of texts that take too long. Without IS_LONG, only try a quarter of each."""
    slow = []
    for text in texts:
        begin = time.process_time()
        work(text if IS_LONG else text[: len(text) // 4])
        if time.process_time() - begin > SECONDS:
            slow.append(text[:20])
    return slow
