import pytest

from blog.documents.rendering.markdown import render_markdown
from blog.documents.rendering.values import Heading
from tests.support.hostile_patterns import take_too_long
from tests.support.html_tree import (
    IMAGE,
    parse,
    shown,
)


class TestHeadings:
    def test_a_heading_that_repeats_the_title_is_left_out(self):
        page = shown("# The **Tide**\n\nText\n\n## Two clocks", title="the  tide")

        assert page.tags() == ["p", "h2"]

    def test_other_first_level_headings_move_all_down(self):
        assert shown("# One\n\n## Two\n\n### Three\n\n# Four", title="Tides").tags() == [
            "h2",
            "h3",
            "h4",
            "h2",
        ]

    def test_raw_headings_obey_the_same_rules(self):
        page = shown('<h1 id="Start">One <em>two</em></h1>\n\n<div><h1>Three</h1></div>')

        assert page.all("h1") == []
        assert page.elements[0]["id"] == "s-start"

    def test_ids_are_stable_unique_and_those_of_the_contents(self):
        rendering = render_markdown(
            "## Two clocks!\n\n### Ebb\n\n#### Spring\n\n## Two  clocks\n\n## Été {#summer}"
        )

        assert rendering.contents == (
            Heading(2, "s-two-clocks", "Two clocks!"),
            Heading(3, "s-ebb", "Ebb"),
            Heading(2, "s-two-clocks-2", "Two clocks"),
            Heading(2, "s-summer", "Été"),
        )
        page = parse(rendering.html)
        assert [heading.id for heading in rendering.contents] == [
            h["id"] for h in page.elements if h.tag in ("h2", "h3")
        ]

    def test_each_links_to_itself(self):
        page = shown("## Two *clocks* & more")

        heading, link = page.one("h2"), page.one("a", "anchor")
        assert (link["href"], link["aria-label"]) == (
            f"#{heading['id']}",
            "Link to section Two clocks & more",
        )
        assert heading.text == "Two clocks & more"  # nothing else is part of its name

    def test_links_to_a_heading_find_it(self):
        page = shown('## Two Clocks\n\n[a](#two-clocks) <a href="#Two--Clocks">b</a>')

        assert {link["href"] for link in page.one("p").all("a")} == {f"#{page.one('h2')['id']}"}


class TestAutolinks:
    def test_text_is_decoded_unless_that_gives_control_characters(self):
        found = render_markdown("<https://a.example/%C3%A9> <https://a.example/%00%1B>")

        assert found.text == "https://a.example/é https://a.example/%00%1B"
        assert ">https://a.example/%00%1B</a>" in found.html


class TestLead:
    def test_a_first_paragraph_that_opens_bold_is_the_lead(self):
        assert shown("**When?** Now.\n\n**Why?** So.").elements[0].classes == ["lead"]

    def test_an_image_may_come_before_it(self):
        assert shown(f"![A]({IMAGE})\n\n**When?** Now.").one("p").classes == ["lead"]

    @pytest.mark.parametrize("source", ["When **now**?", "## A\n\n**When?**", "- **When?**", "> **When?**"])
    def test_nothing_else_is(self, source):
        assert shown(source).all("p", "lead") == []


class TestTable:
    SOURCE = "| Name | Hours | Mid | |\n|---|---:|:-:|---|\n| M2 | 12.42 | x | y |"

    def test_scrolls_in_a_named_box_that_the_keyboard_reaches(self):
        boxes = shown(f"{self.SOURCE}\n\n{self.SOURCE}").all("div", "table")

        assert all((box["role"], box["tabindex"]) == ("region", "0") for box in boxes)
        assert [box["aria-label"] for box in boxes] == ["Table", "Table 2"]

    @pytest.mark.parametrize(
        ("before", "name"),
        [
            ("## Spring & *neap*", "Spring & neap"),
            ("## Spring\n\nThe Moon is in line.", "Spring"),
            ("## Spring\n\n### Heights\n\n- A list", "Heights"),
            ("## Spring\n\nThese are `five` of them:", "These are five of them"),
            (f"## Spring\n\n{'The Moon is in line. ' * 9}These are five:", "These are five"),
            (f"## Spring\n\n{'the Moon is in line ' * 9}:", "Spring"),
            ("## Spring\n\n**Five pulses**", "Five pulses"),
            ("## Spring\n\n*Five* pulses, *six* more", "Spring"),
            ("## Spring\n\nTable 3. Five pulses", "Table 3. Five pulses"),
        ],
    )
    def test_is_named_by_what_stands_before_it(self, before, name):
        page = shown(f"{before}\n\n{self.SOURCE}")

        assert page.one("div", "table")["aria-label"] == page.one("table")["aria-label"] == name

    def test_each_has_a_name_of_its_own(self):
        boxes = shown(f"## Spring\n\n{self.SOURCE}\n\n{self.SOURCE}\n\n## Neap\n\n{self.SOURCE}")

        assert [box["aria-label"] for box in boxes.all("div", "table")] == ["Spring", "Spring (2)", "Neap"]

    def test_alignment_is_a_class_and_head_cells_say_what_they_head(self):
        page = shown(self.SOURCE)

        assert [cell.classes for cell in page.all("td")[1:]] == [[], ["num"], ["centre"], []]
        assert [cell["scope"] for cell in page.all("th")] == ["col"] * 3
        assert not any("style" in cell.attributes for cell in page.all())

    def test_an_empty_head_cell_is_a_plain_one(self):
        assert shown(self.SOURCE).one("thead").one("tr").tags() == ["th", "th", "th", "td"]

    def test_a_raw_table_is_named_by_its_caption(self):
        box = shown("<table><caption>Five <b>pulses</b></caption><tr><td>a<td>b</table>").one("div", "table")

        assert box["aria-label"] == "Five pulses"
        assert "aria-label" not in box.one("table").attributes
        assert [cell.text for cell in box.all("td")] == ["a", "b"]


class TestCode:
    def test_has_the_name_of_its_file_and_language_and_colours_by_class(self):
        code = shown('```python title="a.py"\nif x: pass\n```').one("div", "code")

        assert code.one("span", "file").text == "a.py"
        assert code.one("span", "lang").text == "Python"
        assert code.one("pre")["tabindex"] == "0"
        assert code.one("code").text == "if x: pass\n"
        assert code.all("span", "k")

    @pytest.mark.parametrize("source", ["```\n<b>\n```", "    <b>", "```text\n<b>\n```"])
    def test_without_a_language_has_no_label(self, source):
        code = shown(source).one("div", "code")

        assert code.tags() == ["div", "pre"]
        assert code.text == "<b>\n"

    def test_extends_into_the_margin_if_a_line_is_long(self):
        assert not shown("```\n" + "x" * 76 + "\n```").all("div", "wide")
        assert shown("```\n" + "x" * 77 + "\n```").all("div", "wide")

    def test_short_code_in_a_line_does_not_break(self):
        assert "short" in shown("`--no-noon`").one("code")["class"]
        assert shown("`" + "x" * 25 + "`").one("code").attributes == {}

    def test_an_unknown_language_is_named_and_not_guessed(self):
        code = shown("```tidal\nif x\n```").one("div", "code")

        assert code.one("span").text == "tidal"

    def test_are_plain_where_colours_are_not_wanted(self):
        listing = shown("```python\nif x: pass\n```", highlight=False).one("div", "code")

        assert listing.one("span").text == "Python"
        assert listing.one("code").text == "if x: pass\n"
        assert listing.one("code").tags() == []

    def test_a_very_long_listing_is_left_plain(self):
        code = shown("```python\n" + "if x: pass\n" * 5000 + "```").one("code")

        assert code.tags() == []

    def test_so_are_the_last_of_very_many(self):
        listings = shown(("```python\n" + "if x: pass\n" * 400 + "```\n\n") * 10).all("code")

        assert [bool(listing.tags()) for listing in listings] == [True] * 9 + [False]


class TestDeepNesting:
    LEVELS = 14

    @pytest.mark.parametrize("marker", ["-", "1.", ">"])
    def test_no_words_are_lost(self, marker):
        step = " " * (len(marker) + 1)
        lines = [f"{step * level}{marker} level {level}\n" for level in range(self.LEVELS)]

        words = render_markdown("".join(lines) + "\nThe end.\n\n## Then\n\nMore.").text

        assert [line for line in words.split("\n") if line][-3:] == ["The end.", "Then", "More."]
        assert all(f"level {level}" in words for level in range(self.LEVELS))

    def test_items_further_out_stay_items(self):
        lines = [f"{'  ' * level}- level {level}\n" for level in range(self.LEVELS)]

        page = shown("".join([*lines, "    - inner\n", "- outer\n"]))

        [outermost] = page.elements
        assert outermost.elements[-1].text.strip() == "outer"
        assert outermost.all("li")[-2].text.strip() == "inner"


class TestTasks:
    def test_are_boxes_that_say_their_state_and_cannot_be_ticked(self):
        page = shown("- [ ] Buy\n- [x] **Sell**\n- keep")

        boxes = page.all("input")
        assert [("checked" in box.attributes, box["aria-label"]) for box in boxes] == [
            (False, "To do"),
            (True, "Done"),
        ]
        assert all("disabled" in box.attributes and box["type"] == "checkbox" for box in boxes)
        assert [item.text.strip() for item in page.all("li")] == ["Buy", "Sell", "keep"]


class TestFootnotes:
    SOURCE = "One.[^a] Two.[^b] Three.[^a]\n\n[^b]: Second.\n[^a]: First.\n\n    More.\n[^c]: Unused."

    def test_stand_at_the_end_in_the_order_of_their_first_use(self):
        section = shown(self.SOURCE).elements[-1]

        assert (section.tag, section["aria-label"]) == ("section", "Footnotes")
        first, second = section.all("li")
        assert first.text.strip().startswith("First.")
        assert second.text.strip().startswith("Second.")

    def test_every_way_there_and_back_arrives(self):
        page = shown(self.SOURCE)

        ids = [element["id"] for element in page.all() if "id" in element.attributes]
        links = [link["href"].removeprefix("#") for link in page.all("a")]
        assert sorted(links) == sorted([*ids, next(note["id"] for note in page.all("li"))])
        assert len(page.all("a", "back")) == 3

    def test_a_heading_cannot_take_their_ids(self):
        page = shown('## fn 1\n\n<p id="fn_1">x</p>\n\nText[^1]\n\n[^1]: Note.')

        ids = [element["id"] for element in page.all() if "id" in element.attributes]
        assert len(ids) == len(set(ids))


class TestRawHtml:
    def test_harmless_structure_survives(self):
        source = (
            "<figure><figcaption>c</figcaption></figure>\n\n"
            "<details open><summary>s</summary>\n\n**m**\n\n</details>\n\n"
            "H<sub>2</sub>O <kbd>K</kbd> <mark>m</mark> <abbr title='a'>b</abbr> <ruby>漢<rt>k</rt></ruby>"
        )
        page = shown(source)

        assert page.tags() == ["figure", "details", "p"]
        assert page.one("details").one("strong").text == "m"
        assert page.elements[-1].tags() == ["sub", "kbd", "mark", "abbr", "ruby"]

    def test_content_for_readers_without_scripts_is_shown(self):
        page = shown('<noscript><img src="chart.png" alt="Chart"></noscript>\n\nA <noscript>b</noscript> c.')

        assert page.one("figure").text == "Chart"
        assert page.one("p").text == "A b c."

    @pytest.mark.parametrize(
        "source", ["<form>", "<div>", "<details>", "</div></article></section>", "<b><i>", "<ul><li>"]
    )
    def test_what_is_not_balanced_does_not_reach_beyond_its_block(self, source):
        page = shown(f"{source}\n\nText.\n\n## Heading")

        assert page.tags()[-2:] == ["p", "h2"]
        assert page.all("p")[-1].text == "Text."

    def test_unclosed_formatting_does_not_multiply(self):
        page = render_markdown("".join(f"<b id=x{n}>" for n in range(500)) + "\n\n" + "Text.\n\n" * 500)

        assert len(page.html) < 100_000


class TestLinks:
    def test_external_ones_are_marked_and_others_are_not(self):
        page = shown("[a](https://a.example) [b](/b) [c](#c) <a href='//d.example' rel='opener'>d</a>")

        assert [link.attributes.get("rel") for link in page.all("a")] == [
            "noopener nofollow ugc",
            None,
            None,
            "noopener nofollow ugc",
        ]

    @pytest.mark.parametrize(
        "source",
        [
            "[words](javascript:alert)",
            "[words](<java\tscript:alert>)",
            '<a href="java&#10;script:alert">words</a>',
        ],
    )
    def test_a_refused_address_leaves_the_words(self, source):
        page = shown(source)

        assert page.text == "words"
        assert page.all("a") == []


class TestSafety:
    ATTACKS = (
        "<img src=x onerror=alert(1)>",
        "<svg><style><img src=x onerror=alert(1)></style></svg>",
        '<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=x&gt;">',
        '<noscript><p title="</noscript><img src=x onerror=alert(1)>">',
        "<plaintext><script>alert(1)</script>",
        "<scr<script>ipt>alert(1)</scr</script>ipt>",
        '<p id="location" style="color:red" class="trust">x</p>',
        '![a"onerror=alert(1)](https://x/"onerror=alert(1) "t\\"onerror=1")',
        '```html" onload=alert(1)\nx\n```',
        '<table><caption>"><script>alert(1)</script></caption></table>',
        '<a id=cookie name=document target=_top href="https://x">x</a>',
        "<input type=image src=x onerror=alert(1)><button formaction=javascript:x>y</button>",
    )
    ATTRIBUTES = frozenset(
        [
            "alt",
            "aria-label",
            "aria-labelledby",
            "checked",
            "class",
            "decoding",
            "disabled",
            "height",
            "href",
            "id",
            "loading",
            "rel",
            "role",
            "scope",
            "src",
            "start",
            "tabindex",
            "title",
            "type",
            "width",
        ]
    )

    @pytest.mark.parametrize("first", ATTACKS)
    @pytest.mark.parametrize("glue", ["", " ", "\n\n", "\n\n> "])
    def test_nothing_that_acts_reaches_the_page(self, first, glue):
        for second in self.ATTACKS:
            for element in shown(first + glue + second).all():
                assert element.tag not in {"script", "style", "svg", "math", "form", "button", "iframe", "h1"}
                assert set(element.attributes) <= self.ATTRIBUTES
                assert element.attributes.get("id", "s-").startswith("s-")
                assert "trust" not in element.classes

    def test_hostile_text_ends_in_time(self):
        texts = [
            "[" * 20_000,
            "[a](" * 25_000,
            "![" * 10_000,
            " ".join("`" * length for length in range(1, 450)),
            ">" * 100_000,
            "> - " * 25_000,
            "*a **b" * 16_000,
            "**" * 25_000 + "a" + "**" * 25_000,
            "[^1]: Note.\n\n" + "[^1] " * 5_000,
            "a|b\n-|-\n" + "x|y\n" * 25_000,
            "word " * 20_000,
            "<div>\n\n" * 14_000,
            "<div>" + '<b "' * 25_000,
            "<div>" + "<form " * 16_000,
            "x <b id=1> " * 9_000,
            ("```java\n" + "a " * 2_450 + "\n```\n\n") * 20,
            "> **EXPERT INSIGHT:** " + '"x." - ' * 14_000,
            "\ud800\x00" * 50_000,
        ]

        assert take_too_long(texts, render_markdown) == []


class TestPlainText:
    def test_holds_the_words_and_no_marks_images_or_credits(self):
        source = (
            f"# One *two*\n\n![alt]({IMAGE})\n*Photo by Ida*\n\nThree `four`[^1] <b>five</b>\n\n"
            "> **Tip:** Six\n\n| a | b |\n|---|---|\n| c | d |\n\n"
            "<div>Seven &amp; <script>x</script>eight</div>\n\n[^1]: Nine"
        )

        assert render_markdown(source).text.split() == (
            [
                "One",
                "two",
                "Three",
                "four",
                "five",
                "Tip",
                "Six",
                "a",
                "b",
                "c",
                "d",
                "Seven",
                "&",
                "eight",
                "Nine",
            ]
        )
