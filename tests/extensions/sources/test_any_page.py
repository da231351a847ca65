"""Whatever a page is made of, it is read and compared without an error, in time that grows with its length.

GALLEY_TEST_LONG=1 reads twenty thousand pages.
"""

import random
import time

import pytest

from blog.extensions.sources.claim_parts import read_claim
from blog.extensions.sources.evidence import FOUND, NOT_FOUND, PARTLY, find_evidence
from blog.extensions.sources.pages import read_page
from blog.extensions.sources.states import page_state
from tests.documents.test_growth import grows_evenly
from tests.support.durations import HOSTILE_PAGES

MEGABYTE = 1_000_000
SENTENCES = [
    "In 1911 the lamps of Aldermoor burned 12,400 litres of oil, said Tove Lind of the Glass Guild.",
    "“The keeper […] counted what the lamp had burned,” wrote Tove Lind.",
    "Nach § 3 Absatz 1 ArbZG brannten 40 % der Lampen höchstens acht Stunden.",
    "Selon Claire Morvan, deux millions et demi de lampes ont été vendues le 3 mai.",
    "Lindは「灯台は3億個の時計だ」と語った。",
    "12,400",
    "",
]
WORDS = "the keeper of the lamp wrote that 40% of 12,400 litres was burned in 1911. Tove Lind said so. "
TEXTS = [
    *(
        "12,400",
        "1.2.3.4",
        "40 %",
        "half",
        " and a half",
        "million hundred",
        "1/2",
        "十百千",
        "2023年",
        "3. Mai",
    ),
    *(
        "Tove Lind",
        "T. W. Lind",
        "LIND'S",
        "of the",
        "said",
        "told",
        "§ 3",
        "(1)",
        "not",
        "Act",
        "said: “",
        "”",
    ),
    *(
        '"',
        "'",
        "«",
        "」",
        "[…]",
        "...",
        ". ",
        ", ",
        "; ",
        " - ",
        " and ",
        "\n",
        "\n\n",
        "\t",
        "\u200b",
        "\u0301",
    ),
    *(
        "ﬁ",
        "İ",
        "ß",
        "ﷺ",
        "\U0001d7dc\U0001d7d8%",
        "\u202e",
        "\ud7ff",
        "_lamp_",
        "* ",
        "| ",
        "404",
        "Subscribe to read",
        "²",
    ),
]
TAGS = [
    *(
        "<p>",
        "</p>",
        "<div>",
        "</div>",
        "<div class=sidebar>",
        "<main>",
        "</main>",
        "<article>",
        "<form>",
        "<h2>",
    ),
    *("<table>", "<tr>", "<td>", "<th>", "<b>", "</table>", "<ul><li>", "</ul>", "<blockquote>", "<footer>"),
    *(
        "<br>",
        "<!--",
        "-->",
        "<script>",
        "</script>",
        "<![CDATA[",
        "<svg>",
        "&#x110000;",
        "&nbsp;",
        "<p title='",
    ),
    *('<meta property="og:title" content="', "<title>", "</title>", "<aside>", "<time datetime=1911-05-03>"),
    '<script type="application/ld+json">{"@type":"Article","author":[[]]}</script>',
]
TYPES = [
    "text/html",
    "text/html",
    "text/plain",
    "application/xhtml+xml",
    "application/json",
    "application/pdf",
]
CHARSETS = ["utf-8", None, "utf-16", "shift_jis", "utf-7", "hex", "x" * 99, "\0", "idna"]
PDF_PARTS = [
    *(b"1 0 obj<</Type/Catalog/Pages 1 0 R>>endobj ", b"2 0 obj<</Type/Pages/Kids[2 0 R]/Count 9>>endobj "),
    *(
        b"1 0 obj 1 0 R endobj ",
        b"trailer<</Root 1 0 R/Size 5>>startxref 9 %%EOF",
        b"xref\n0 9\ntrailer<</Prev 9>>",
    ),
]


def _body(chance, kind):
    if kind == "application/pdf":
        return b"%PDF-1.7\n" + b"".join(chance.choices(PDF_PARTS, k=5)) + chance.randbytes(200)
    pieces = TEXTS + TAGS if "html" in kind else TEXTS
    few = chance.sample(pieces, chance.randint(1, len(pieces)))  # so that some stand there very often
    text = "".join(chance.choices(few, k=chance.choice([10, 300, 3000])))
    body = text.encode("utf-8", "surrogatepass")
    return body if chance.random() < 0.9 else body + chance.randbytes(50) + body


@pytest.mark.parametrize("part", range(10))
def test_any_page_is_read_and_compared(part):
    for number in range(part, 2 * HOSTILE_PAGES, 10):
        chance = random.Random(number)  # noqa: S311 -- the same pages in each run
        kind = chance.choice(TYPES)
        body, sentence = _body(chance, kind), chance.choice(SENTENCES)
        started = time.process_time()
        page = read_page(body, kind, chance.choice(CHARSETS))
        assert page_state(page, "https://a.example/b", "https://a.example/b", [])
        if page is None:
            continue
        evidence = find_evidence(sentence, page)
        assert time.process_time() - started < 3, number
        assert evidence.verdict in (FOUND, PARTLY, NOT_FOUND)
        assert not (evidence.verdict == FOUND and evidence.missing)
        known = [claimed.text for claimed in read_claim(sentence).parts]
        assert set(evidence.found + evidence.missing) <= set(known)


def _markup(length):
    return (f"<p>{WORDS * 3}</p>" * (length // 300)).encode()


def _table(length):
    row = "<tr><td>Lind</td><td>40%</td><td>12,400 litres</td></tr>"
    return (
        f"<table><tr><th>Keeper</th><th>Share</th><th>Oil</th></tr>{row * (length // 56)}</table>"
    ).encode()


def _repeated(piece):
    return lambda length: (piece * (length // len(piece))).encode()


BODIES = {
    "paragraphs": ("text/html", _markup),
    "table": ("text/html", _table),
    "nested": ("text/html", _repeated("<div class=side>")),
    "one line": ("text/plain", _repeated(WORDS)),
    "blocks": ("text/plain", _repeated(f"{WORDS}\n\n")),
    "names": ("text/plain", _repeated("Tove Lind of the ")),
    "numbers": ("text/plain", _repeated("1,")),
    "quotes": ("text/plain", _repeated('"The keeper ')),
}


def _compare(kind):
    return lambda body: [
        find_evidence(sentence, read_page(body, kind, "utf-8")) for sentence in SENTENCES[:2]
    ]


@pytest.mark.parametrize("name", BODIES)
def test_ten_times_the_page_takes_about_ten_times_as_long(name):
    kind, make = BODIES[name]
    assert grows_evenly(_compare(kind), make, MEGABYTE // 20)


def test_a_megabyte_is_compared_in_half_a_second():
    page = read_page(_markup(MEGABYTE), "text/html", "utf-8")
    durations = []
    for _ in range(3):
        started = time.process_time()
        find_evidence(SENTENCES[0], page)
        durations.append(time.process_time() - started)
    assert min(durations) < 0.5
