"""What the habits of writers become: figures, call-outs, takeaways."""

import pytest

from blog.documents.rendering.markdown import render_markdown
from tests.support.html_tree import IMAGE, local_image, shown


class TestFigure:
    @pytest.mark.parametrize("between", ["\n", "\n\n"])
    def test_an_image_with_an_italic_line_below_is_a_figure_with_its_credit(self, between):
        text = f"![A chart]({IMAGE}){between}*Photo by [Ida](https://ida.example) on Unsplash*"

        figure = shown(text).one("figure")

        assert figure.tags() == ["img", "figcaption"]
        assert figure.one("img")["alt"] == "A chart"
        assert figure.one("span", "credit").text == "Photo by Ida on Unsplash"
        assert figure.one("a")["href"] == "https://ida.example"

    def test_an_italic_line_below_that_is_no_credit_is_the_caption(self):
        caption = shown(f"![A chart]({IMAGE})\n*The harbour at noon.*").one("figcaption")

        assert caption.text == "The harbour at noon."
        assert caption.tags() == []

    def test_an_instruction_to_insert_an_image_is_not_shown(self):
        figure = shown(f"![A chart]({IMAGE})\n*(Insert bar chart of the tides here)*").one("figure")

        assert figure.tags() == ["img"]

    def test_without_credit_there_is_no_caption(self):
        assert shown(f"![A chart]({IMAGE})").one("figure").tags() == ["img"]

    def test_a_title_is_the_caption(self):
        caption = shown(f'![A chart]({IMAGE} "The harbour")\n*Photo: Ida*').one("figcaption")

        assert caption.text == "The harbour Photo: Ida"

    def test_a_linked_image_is_a_figure_too(self):
        figure = shown(f"[![A chart]({IMAGE})](https://example.org)").one("figure")

        assert figure.tags() == ["a"]
        assert figure.one("a").tags() == ["img"]

    def test_a_raw_image_alone_is_a_figure_too(self):
        figure = shown(f'<img src="{IMAGE}" alt="A chart" onerror="x">').one("figure")

        assert figure.one("img")["alt"] == "A chart"


class TestGluedImage:
    def test_between_lines_of_words_is_a_figure_with_its_credit(self):
        page = shown(f"The tide came in.\n![A tide]({IMAGE})\n*Photo by Ida*\nIt went **out**.")

        assert page.tags() == ["p", "figure", "p"]
        assert [part.text for part in page.elements] == ["The tide came in.", "Photo by Ida", "It went out."]

    def test_in_an_item_is_a_figure_there(self):
        page = shown(f"- It came in. ![A tide]({IMAGE})\n- ![Ebb]({IMAGE})")

        assert [item.tags() for item in page.all("li")] == [["figure"], ["figure"]]
        assert page.all("li")[0].text.strip() == "It came in."

    def test_is_no_part_of_the_lead(self):
        assert [part.classes for part in shown(f"**Tides.** So.\n![A tide]({IMAGE})\nGone.").all("p")] == [
            ["lead"],
            [],
        ]


class TestBlanks:
    def test_of_cells_and_attributes_are_nothing(self):
        page = shown(f"| A | &nbsp; &nbsp; |\n|---|---|\n| B | \u3000\u00a0 |\n\n![ \u00a0 ]({IMAGE} '   ')")

        assert [cell.text for cell in page.all("td")] == ["", "B", ""]
        assert page.one("img")["alt"] == ""
        assert page.all("figcaption") == []


class TestImage:
    def test_comes_from_where_the_resolver_says_in_its_size(self):
        image = shown("![A](a.png)", resolve_image=local_image).one("img")

        assert (image["src"], image["width"], image["height"]) == ("/media/a.png", "1600", "900")
        assert (image["loading"], image["decoding"]) == ("lazy", "async")
        assert image.classes == []

    def test_of_unknown_size_keeps_room(self):
        image = shown(f"![A]({IMAGE})").one("img")

        assert (image["width"], image["height"], image.classes) == ("1200", "800", ["unsized"])

    @pytest.mark.parametrize(
        "text",
        [
            '![](a.png "The caption")',
            '{{< gallery >}}\n{{< figure link="/a.jpg" caption="The caption" >}}\n{{< /gallery >}}',
            '<div>\n{{< figure src="a.png" caption="The caption" >}}\n</div>',
            '{{ image(src="a.png", caption="The caption") }}',
        ],
    )
    @pytest.mark.parametrize("resolve_image", [local_image, None])
    def test_a_caption_is_shown_even_if_the_image_is_not(self, text, resolve_image):
        assert "The caption" in shown(text, resolve_image=resolve_image).all("figcaption")[0].text

    @pytest.mark.parametrize(
        "address", ["a.png", "/a.png", "data:image/png;base64,x", "javascript:x", "ftp://a/b.png"]
    )
    def test_without_a_resolver_only_the_web_is_shown(self, address):
        assert shown(f"![A chart]({address})").all("img") == []

    @pytest.mark.parametrize(
        "address",
        [
            "https://via.placeholder.com/800x400?text=Tide",
            "//placehold.co/600",
            "https://example.org/img/placeholder.png",
            "https://example.org/placeholder-image-2.jpg?w=9",
        ],
    )
    def test_that_stands_for_another_leaves_nothing(self, address):
        assert shown(f"![A chart]({address})\n*Photo by Ida*\n\nWords.").tags() == ["p"]
        assert shown(f'<div><img src="{address}" alt="A chart"></div>\n\nWords.').text.strip() == "Words."

    @pytest.mark.parametrize(
        "address",
        ["https://example.org/css/placeholder-colour.png", "https://example.org/?x=placeholder.png"],
    )
    def test_of_a_placeholder_is_one(self, address):
        assert shown(f"![A field]({address})").one("img")["src"] == address

    def test_raw_html_asks_the_same_resolver(self):
        asked = []

        shown('<div><img src="a.png?b=1&amp;c=2"></div>\n\nx <img src="d.png">', resolve_image=asked.append)

        assert asked == ["a.png?b=1&c=2", "d.png"]

    def test_that_is_not_there_leaves_its_alt_text_and_credit(self):
        figure = shown("![A chart](a.png)\n*Photo by Ida*", resolve_image=lambda address: None).one("figure")

        assert figure.one("span", "missing-picture").text == "A chart"
        assert figure.one("span", "credit").text == "Photo by Ida"

    @pytest.mark.parametrize(
        "source",
        [
            "![](a.png)",
            '<img src="a.png">',
            "![](a.png) ![](b.png)",
            "![High tide (1).png](a.png)",
            '<figure class="icon"><img src="a.png"></figure>',
        ],
    )
    def test_that_is_not_there_and_says_nothing_leaves_nothing(self, source):
        assert render_markdown(source).html == ""

    @pytest.mark.parametrize("address", ["{{ cover | url }}", "{% asset a.png %}", "{{a}}/b.png"])
    def test_an_address_with_template_syntax_is_never_asked_for(self, address):
        page = shown(f"Text ![A chart]({address}) text", resolve_image=local_image)

        assert page.one("p").text == "Text A chart text"
        assert page.all("img") == []


class TestImages:
    TEXT = (
        "![a](a.png)\n\n<img src='b.png'>\n\n- [![c](<c d.png>)](x)\n\n`![no](no.png)`"
        " <!-- <img src=no.png> -->\n\n    ![no](no.png)\n\n"
        "![e][ref] x <IMG SRC=f.png>[^1]\n\n[ref]: e.png\n[^1]: ![g](g.png)\n"
    )

    def test_finds_every_kind_in_source_order_and_none_in_code(self):
        assert render_markdown(self.TEXT).images == ("a.png", "b.png", "c d.png", "e.png", "f.png", "g.png")


class TestQuotationCallOut:
    QUOTATION = (
        '> **EXPERT INSIGHT:**  "The tide waits for nobody." \u2013 Dr. Ida Holm, harbour master at Vik.'
    )

    def test_gives_words_name_and_role_their_places(self):
        callout = shown(self.QUOTATION).one("aside", "callout")

        assert callout.tags() == ["p", "blockquote", "p"]
        assert callout.one("p", "label").text == "Expert insight"
        assert callout.one("blockquote").text.strip() == "The tide waits for nobody."
        assert callout.one("cite").text == "Dr. Ida Holm"
        assert callout.elements[-1].text == "Dr. Ida Holm, harbour master at Vik"

    def test_is_named_by_its_label(self):
        page = shown(f"{self.QUOTATION}\n\nText.\n\n{self.QUOTATION}")

        names = [aside["aria-labelledby"] for aside in page.all("aside")]
        assert names == [label["id"] for label in page.all("p", "label")]
        assert len(set(names)) == 2

    def test_the_name_may_be_a_link_in_a_line_of_its_own(self):
        callout = shown("> **Expert Insight**\n> “One *two*.”\n>\n> — [Ida](https://ida.example)").one(
            "aside"
        )

        assert callout.one("blockquote").text.strip() == "One two."
        assert callout.one("cite").one("a").text == "Ida"

    def test_quotations_inside_the_words_stay(self):
        callout = shown('> **EXPERT INSIGHT:** "Ebb" and "flow" are one. - Ida, poet').one("aside")

        assert callout.one("blockquote").text.strip() == '"Ebb" and "flow" are one.'

    def test_without_a_name_the_text_is_just_told(self):
        assert shown("> **Expert insight:** Mind the gap - always.").one("aside").tags() == ["p", "p"]


class TestTipCallOut:
    @pytest.mark.parametrize(
        ("source", "label", "kinds"),
        [
            ("**Pro Tip:** Go.", "Pro tip", ["callout", "tip"]),
            ("**Hinweis:** Go.", "Hinweis", ["callout", "tip", "note"]),
            ("**PRO TIP**: Go.", "Pro tip", ["callout", "tip"]),
            ("💡 **Tip:** Go.", "Tip", ["callout", "tip"]),
            ("**⚠️ Warning:** Go.", "Warning", ["callout", "tip", "warning"]),
            ("**Note**\n> Go.", "Note", ["callout", "tip", "note"]),
            ("**Did you know?** Go.", "Did you know?", ["callout", "tip", "note"]),
            ("**Key insight** - Go.", "Key insight", ["callout", "tip", "insight"]),
            ("[!CAUTION]\n> Go.", "Caution", ["callout", "tip", "caution"]),
            ("[!tip] Mind the gap\n> Go.", "Mind the gap", ["callout", "tip"]),
        ],
    )
    def test_is_told_by_its_label(self, source, label, kinds):
        callout = shown(f"> {source}").one("aside")

        assert (callout.one("p", "label").text, callout.classes) == (label, kinds)
        assert callout.elements[-1].text == "Go."

    def test_bold_words_after_the_label_stay_bold(self):
        assert shown("> **Warning: do not wade.** Ever.").one("aside").one("strong").text == "do not wade."


class TestTakeaways:
    @pytest.mark.parametrize("heading", ["Key Takeaways", "🔑 Takeaways for sailors", "TL;DR", "In short"])
    def test_heading_and_what_follows_are_a_named_section(self, heading):
        page = shown(f"## {heading}\n\n- One\n\n### Deeper\n\nTwo\n\n## Next\n\nThree")

        assert page.tags() == ["section", "h2", "p"]
        section = page.one("section", "takeaways")
        assert section["aria-labelledby"] == section.elements[0]["id"]
        assert section.tags() == ["h2", "ul", "h3", "p"]


class TestLeakedLabel:
    """What a prompt asked for, left in the text: the label goes, the words stay."""

    @pytest.mark.parametrize(
        "text",
        [
            "Social Snippet: The **sea** returns.",
            "**Social Snippet:** The **sea** returns.",
            "**Social Snippet**: The **sea** returns.",
            "**SOCIAL MEDIA POST:**\nThe **sea** returns.",
            "social-share:  The **sea** returns.",
            "**SOCIAL_SNIPPET:** The **sea** returns.",
        ],
    )
    def test_is_dropped_from_the_paragraph(self, text):
        paragraph = shown(f"Words.\n\n{text}").all("p")[-1]

        assert paragraph.text == "The sea returns."
        assert paragraph.one("strong").text == "sea"

    def test_of_bold_words_leaves_them_bold(self):
        assert (
            shown("Words.\n\n**Social Snippet: The sea returns.**").one("strong").text == "The sea returns."
        )
