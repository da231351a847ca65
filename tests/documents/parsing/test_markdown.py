"""The rules for plain emphasis and links, which are faster than the library's."""

import pytest

from blog.documents.parsing.markdown import build_parser

TEXTS = [
    "**Tide:** rises *slowly*, then __falls__ (_fast_).",
    "**Tide**\nrises **now** \nand **then**  \n*falls*",
    "[**tide**](/a) [*tide* ](/b) [a **tide**.](/c)",
    "*a **tide** rises* **a *tide* rises** ~~a **tide**~~ falls",
    "*a **tide** ***tide*** **tide*** *tide** a*tide*a _tide_a **tide**“ *tide",
    "* tide* *tide * \\**tide* `*tide` a* **5 %** **(tide)** ****tide**** **tide**!",
    "[tide](https://a.example/b?c=1#d), [the tide](<a b>) [tide](a 'b') ![tide](/a.jpg) [tide](/é)",
    "*a [tide](/a)* [a [tide](/a) b](/c) [![tide](/a)](/b) **[tide](/a)** [tide]( /a ) [tide]",
    "[tide](javascript:tide) [tide](/a%20%zz) [tide](HTTP://A.EXAMPLE)",
    "[tide](/a\n\n[tide]: /b",
]


@pytest.mark.parametrize("text", TEXTS)
def test_tokens_are_those_of_the_library(text):
    library = build_parser()
    library.disable(["plain_emphasis", "plain_link"])

    assert build_parser().parse(text, {}) == library.parse(text, {})
