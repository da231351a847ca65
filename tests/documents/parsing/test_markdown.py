from django.test import SimpleTestCase

from blog.documents.parsing.markdown import build_parser


class FastRuleTests(SimpleTestCase):
    """The rules for plain emphasis and links."""

    def test_tokens_are_those_of_the_library(self):
        ours, library = build_parser(), build_parser()
        library.disable(["plain_emphasis", "plain_link"])
        for text in (
            "**Tide:** rises *slowly*, then __falls__ (_fast_).",
            "**Tide**\nrises **now** \nand **then**  \n*falls*",
            "[**tide**](/a) [*tide* ](/b) [a **tide**.](/c)",
            "*a **tide** rises* **a *tide* rises** ~~a **tide**~~ falls",
            "*a **tide** ***tide*** **tide*** *tide** a*tide*a _tide_a **tide**“ *tide",
            "* tide* *tide * \\**tide* `*tide` a* **5 %** **(tide)** ****tide**** **tide**!",
            "[tide](https://a.example/b?c=1#d), [the tide](<a b>) [tide](a 'b') ![tide](/a.jpg) [tide](/é)",
            "*a [tide](/a)* [a [tide](/a) b](/c) [![tide](/a)](/b) **[tide](/a)** [tide]( /a ) [tide]",
            "[tide](/a\n\n[tide]: /b",
        ):
            with self.subTest(text):
                assert ours.parse(text, {}) == library.parse(text, {})
