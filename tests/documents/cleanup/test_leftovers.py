"""What site generators left in a text: plain meanings are kept, all else is shown as it stands."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blog.documents.cleanup import leftovers
from blog.documents.cleanup.leftovers import find_leftovers, replace_leftovers
from blog.documents.cleanup.scan import Scan
from blog.documents.references import stem_of
from blog.documents.rendering.markdown import render_markdown
from tests.support.cases import read_cases
from tests.support.hostile_patterns import take_too_long
from tests.support.html_tree import IMAGE, local_image, parse, shown

CASES = read_cases("leftovers")
KINDS = [kind for kind in CASES if kind not in {"none", "image", "link", "gone"}]
MARKS = ("{{<", ">}}", "{%", "%}", "[[", "]]", "$$", "```", "image", "[caption a=b]", "[/caption]", "<Ab ")


class TestKinds:
    @pytest.mark.parametrize(("text", "kind"), [(text, kind) for kind in KINDS for (text,) in CASES[kind]])
    def test_each_is_told(self, text, kind):
        assert {found.kind for found in find_leftovers(text)} == {kind}

    @pytest.mark.parametrize("text", [text for (text,) in CASES["none"]])
    def test_code_and_what_only_looks_alike_are_none(self, text):
        assert find_leftovers(text) == []


class TestImages:
    @pytest.mark.parametrize(
        "text",
        [
            f'{{{{< figure src="{IMAGE}" alt="The tide" caption="High **water**" >}}}}',
            f'{{% include figure.html src="{IMAGE}" alt="The tide" caption="High water" %}}',
            f'<Figure src="{IMAGE}" alt="The tide" caption="High water" />',
            f'[caption width="300"]<img src="{IMAGE}" alt="The tide"> High water[/caption]',
            f'[caption caption="High water"]![The tide]({IMAGE})[/caption]',
        ],
    )
    def test_a_figure_is_one_with_its_caption(self, text):
        figure = shown(f"Before.\n\n{text}\n\nAfter.").one("figure")

        assert figure.one("img")["src"] == IMAGE
        assert figure.one("img")["alt"] == "The tide"
        assert figure.one("figcaption").text == "High water"

    def test_entities_in_what_a_tag_says_are_characters(self):
        text = f'{{% image "{IMAGE}" "It reads &ldquo;Tide&rdquo; &amp; ebb" %}}'

        assert shown(text).one("img")["alt"] == "It reads “Tide” & ebb"

    def test_a_figure_keeps_its_link_and_its_credit(self):
        text = f'{{{{< figure src="{IMAGE}" link="https://example.org/" attr="Photo by Ida" >}}}}'

        figure = shown(text).one("figure")

        assert figure.one("a")["href"] == "https://example.org/"
        assert figure.one("span", "credit").text == "Photo by Ida"

    def test_a_credit_in_markdown_is_a_link(self):
        text = f'{{{{ figure(src="{IMAGE}", credits="[Ida](https://example.org/a_(1).jpg)") }}}}'

        assert shown(text).one("figure").one("a")["href"] == "https://example.org/a_(1).jpg"

    @pytest.mark.parametrize(("text", "address"), CASES["image"])
    def test_one_is_looked_for_where_the_tag_says(self, text, address):
        asked = []

        page = shown(text, resolve_image=lambda asked_for: asked.append(asked_for) or local_image(asked_for))

        assert asked == [address]
        assert render_markdown(text).images == (address,)
        assert page.one("img")["alt"] == "The tide"


def test_code_in_a_component_is_a_code_block():
    page = shown("Words.\n\n<Code code={`high = 1\nlow = 2`} lang='py' />\n")

    assert page.one("pre").text == "high = 1\nlow = 2\n"


class TestLinks:
    @pytest.mark.parametrize(("text", "address"), CASES["link"])
    def test_embedded_media_are_links(self, text, address):
        assert shown(text).one("p").one("a")["href"] == address

    @pytest.mark.parametrize(
        "text",
        [
            "[Older]({% post_url 2014-01-02-older %}) words",
            "[Older]({% link _posts/2014-01-02-older.md %}) words",
            '[Older]({{< ref "older.md" >}}) words',
            '[Older]({{< relref "older.md" >}} "Title") words',
            '<a href="{% post_url 2014-01-02-older %}">Older</a> words',
            "[[2014-01-02-older|Older]] words",
            "{% post_link 2014-01-02-older Older %} words",
        ],
    )
    def test_one_to_a_file_is_a_reference_that_the_page_resolves(self, text):
        page = shown(text)

        assert page.text == "Older words"
        assert stem_of(page.all("a")[0]["href"].removeprefix("ref:")) in ("older", "2014-01-02-older")

    def test_the_prefix_of_the_site_goes(self):
        page = shown("[a]({{ site.baseurl }}/a/) [b]({{ '/b/' | url }}) [c]({{site.url}}{{site.baseurl}}/c/)")

        assert [link["href"] for link in page.all("a")] == ["/a/", "/b/", "/c/"]

    def test_a_script_hidden_in_a_tag_is_no_link(self):
        page = shown("{% embed javascript:alert(1) %} [x]({{ 'javascript:alert(1)' }})")

        assert page.all("a") == []


class TestTagsThatHoldText:
    def test_leave_it_whatever_they_are_called(self):
        text = (
            "{% wrap a=b %}\nWords {% small %}kept{% endsmall %}.\n{% endwrap %}\n\n{% wrapped %}\n\nAfter."
        )

        rendering = render_markdown(text)

        assert parse(rendering.html).text.split() == ["Words", "kept.", "[wrapped]", "After."]

    def test_words_of_a_label_are_kept(self):
        assert shown("The {% label primary@root *folder* %}.").text == "The root *folder*."

    def test_image_beside_the_text_has_its_words(self):
        assert shown(f"{{% asset_img left {IMAGE} 20 30 High water %}}").one("img")["alt"] == "High water"


class TestListings:
    @pytest.mark.parametrize(
        "text",
        [
            "{% highlight ruby linenos %}\nputs '{{ x }}'\n{% endhighlight %}",
            "{{< highlight ruby \"linenos=table\" >}}\nputs '{{ x }}'\n{{< /highlight >}}",
            "{{< code-toggle ruby >}}\nputs '{{ x }}'\n{{< /code-toggle >}}",
            "{% codeblock lang:ruby %}\nputs '{{ x }}'\n{% endcodeblock %}",
            "{{% highlight ruby %}}\nputs '{{ x }}'\n{{% / highlight %}}",
            "[sourcecode language=\"ruby\"]\nputs '{{ x }}'\n[/sourcecode]",
            "```ruby\n{% raw %}puts '{{ x }}'{% endraw %}\n```",
        ],
    )
    def test_highlighted_code_is_code(self, text):
        page = shown(f"Before.\n\n{text}\n\nAfter.")

        assert page.one("pre").text.strip() == "puts '{{ x }}'"
        assert page.one("span", "lang").text == "Ruby"
        assert page.all("p")[-1].text == "After."

    def test_title_and_link_are_above_it(self):
        text = "{% codeblock Tide table lang:ruby https://example.org/a Source %}\nputs\n{% endcodeblock %}"
        page = shown(f"Before.\n\n{text}")

        assert page.one("strong").one("a").text == "Tide table Source"
        assert page.one("pre").text == "puts\n"

    def test_one_in_a_list_stays_in_its_item(self):
        page = shown("- Words\n\n  {% highlight sh %}\n  ls\n  {% endhighlight %}\n\n- More")

        assert [bool(item.all("pre")) for item in page.all("li")] == [True, False]

    def test_one_that_closes_itself_has_no_code(self):
        page = shown(
            "{{< code-toggle config=a />}}\n\nWords.\n\n{{< code-toggle >}}\na = 1\n{{< /code-toggle >}}"
        )

        assert [part.text.strip() for part in page.all("p")] == ["[code-toggle a]", "Words."]
        assert page.one("pre").text.strip() == "a = 1"

    def test_template_syntax_for_readers_is_code(self):
        page = shown("Fill in {% raw %}{{ x }}{% endraw %}, {{</* figure */>}} or <%= %>.")

        assert [code.text for code in page.all("code")] == ["{{ x }}", "{{< figure >}}", "<%= %>"]

    @pytest.mark.parametrize("braces", ["{{ }}", "{{}}", "{{ ... }}"])
    def test_braces_without_an_expression_are_code(self, braces):
        page = shown(f"In Vue, {braces} shows a value.")

        assert page.one("p").text == f"In Vue, {braces} shows a value."
        assert page.one("code").text == braces

    def test_escapes_for_the_generator_go(self):
        page = shown("Write `{% raw %}{{{% endraw %} x }}` or `{{</* figure */>}}`.")

        assert [code.text for code in page.all("code")] == ["{{ x }}", "{{< figure >}}"]


class TestShownAsText:
    @pytest.mark.parametrize("text", ['[gallery ids="1,2" _a_]', "<Your *Name*> and </b>", "<Your Name>"])
    def test_no_mark_in_it_is_read(self, text):
        page = shown(f"{text}\n\nAfter.")

        assert page.text.startswith(text[:5])
        assert page.all("a") == page.all("b") == []

    @pytest.mark.parametrize("text", ["<code>{{ page.title }}</code>", "<pre>{% include a.html %}</pre>"])
    def test_code_of_html_is_shown_as_it_is(self, text):
        page = shown(f"Words.\n\n{text}\n\nAfter.")

        assert page.elements[1].text == text.partition(">")[2].rpartition("</")[0]

    def test_what_stands_between_two_is_read(self):
        page = shown("{{% notice %}}\n\n**Bold** words.\n\n{{% /notice %}}")

        assert page.one("strong").text == "Bold"


class TestGone:
    @pytest.mark.parametrize("text", [text for (text,) in CASES["gone"]])
    def test_what_was_meant_for_the_generator_leaves_nothing(self, text):
        page = shown(text)

        assert page.tags() == ["p"]
        assert page.text == "Words."


class TestAttributeLists:
    def test_items_with_attributes_stay_together(self):
        page = shown("- One\n{: .first}\n- Two\n{: .last}\n\nWords.")

        assert [item.text.strip() for item in page.all("li")] == ["One", "Two"]
        assert len(page.all("p")) == 1

    def test_those_of_an_image_are_not_shown(self):
        page = shown(f"![The tide]({IMAGE}){{.left width=300}} Words.")

        assert page.one("img")["alt"] == "The tide"
        assert "{" not in page.text


class TestUnknownTags:
    @pytest.mark.parametrize(
        ("text", "words"),
        [
            ('{% include note.html content="Mind the *gap*." %}', "Mind the gap."),
            (
                '{{< aside title="Tides" text="They rise and fall." class="a b" >}}',
                "Tides. They rise and fall.",
            ),
            ('See <Product id="1" text="The book" />.', "See The book."),
            ('<Pullquote author="Runa" text="It rose." />', "It rose. — Runa"),
            ('{{ aside("It rose again.") }}', "It rose again."),
        ],
    )
    def test_words_in_arguments_are_kept(self, text, words):
        assert shown(text).text.strip() == words

    @pytest.mark.parametrize(
        ("text", "name"),
        [
            ('{{< asciinema key="demo" >}}', "[asciinema demo]"),
            ("{% include tide.html %}", "[tide]"),
            ("<Chart data={[1, 2]} *x* />", "[Chart]"),
            ("<Chart client:load data={tides} />", "[Chart]"),
            ('{{ tides(kind="<b>", of=3) }}', "[tides 3]"),
        ],
    )
    def test_others_are_shown_by_name_with_plain_values(self, text, name):
        assert [part.text for part in shown(f"{text}\nWords.").all("p")] == [name, "Words."]


class TestWordsKept:
    def test_raw_html_goes_on_behind_a_line_that_goes(self):
        page = shown("<div>\n{{ 'ida' | team_photo }}\n\t<p>Words.</p>\n{% include a.html %}\n    </div>")

        assert page.all("pre") == []
        assert page.one("div").one("p").text == "Words."

    def test_an_address_that_is_embedded_is_a_link(self):
        link = shown('{{ "https://example.org/a" | embed: "The tide" }}').one("a")

        assert (link["href"], link.text) == ("https://example.org/a", "The tide")


class TestComponents:
    @pytest.mark.parametrize("text", ["<Image src={unknown} />", "Tides.\n\n<img src={tides[0]} alt='a' />"])
    def test_an_image_that_a_script_would_choose_is_left_out(self, text):
        page = shown(text)

        assert "{" not in page.text
        assert not render_markdown(text).images

    def test_an_image_in_a_template_stays(self):
        text = '<img src={{ page.cover }} alt="a"> `<img src={pic} />`'

        assert not [found for found in find_leftovers(text) if found.kind == "component"]

    def test_one_that_is_called_after_pictures_is_one(self):
        figure = shown(f'<DashImage figure src="{IMAGE}" alt="The tide" caption="High water" />').one(
            "figure"
        )

        assert figure.one("img")["alt"] == "The tide"
        assert figure.one("figcaption").text == "High water"

    def test_in_code_below_one_are_code(self):
        page = shown("<Tides>\n```jsx\n<Ebb />\n```\n</Tides>")

        assert "<Ebb />" in page.one("pre").text


class TestHeadingAttributes:
    @pytest.mark.parametrize(
        ("text", "heading_id"),
        [
            ("## Tides {#sea}", "s-sea"),
            ("## Tides {: #sea}", "s-sea"),
            ("## Tides {#sea .wide}", "s-sea"),
            ("## Tides {.wide #sea}", "s-sea"),
            ("## Tides {.no_toc}", "s-tides"),
            ("## Tides\n{: .no_toc}", "s-tides"),
        ],
    )
    def test_are_not_shown_and_give_the_id(self, text, heading_id):
        heading = shown(text).one("h2")

        assert heading["id"] == heading_id
        assert heading.text == "Tides"


class TestMath:
    @pytest.mark.parametrize(
        "text",
        [
            "$a_i * b_i * c$",
            r"$$\sum_{i=1}^n x_i * y_i * z$$",
            r"\(x_1 + \alpha\)",
            r"\[x_1 * y_2 * \alpha\]",
            "$$\nx_1\n= y_1\n+ z_1\n$$",
        ],
    )
    def test_is_shown_as_it_is_written(self, text):
        page = shown(f"Before {text} after.")

        assert " ".join(page.text.split()) == f"Before {' '.join(text.split())} after."
        assert page.tags() == ["p"]
        assert page.all("em") == []

    @pytest.mark.parametrize(
        "text", ["It costs $5 and *then* $6.", r"A \(plain *word*\).", "$HOME, *x*, $PATH"]
    )
    def test_money_and_brackets_are_none(self, text):
        assert len(shown(text).all("em")) == 1


class TestSource:
    @given(st.lists(st.sampled_from([*"{}%<>[]/$`:|!#.=\"'\\ \n\tAbr", "{% raw %}", "{% endraw %}", *MARKS])))
    def test_whatever_stands_there_the_page_is_whole(self, pieces):
        text = "".join(pieces)

        rendering = render_markdown(text)

        parse(rendering.html)

    @pytest.mark.parametrize("text", ["$\\```", "{{ a }} \\`` {{ b }} `", "\\```` {{ a }} ``` {{ b }}"])
    def test_an_escaped_backtick_is_no_part_of_a_run(self, text):
        parse(render_markdown(text).html)

    @given(st.text(alphabet=st.sampled_from(list("ab .,\n#*_-"))))
    def test_a_text_without_any_is_untouched(self, text):
        assert replace_leftovers(text) == text

    def test_hostile_text_ends_in_time(self):
        texts = [
            "{%" * 60_000,
            "{% a " * 30_000 + "%}",
            "{{" * 60_000,
            "{{< a " * 20_000,
            "{% highlight a %}" * 8_000,
            "{% raw %}" * 12_000,
            "[caption a=b]" * 10_000,
            "{:a}" * 30_000,
            "[[a|" * 30_000,
            "<Ab '\"" * 20_000,
            "<Ab x={" * 15_000,
            "<Ab>" * 30_000,
            "$a_b " * 25_000,
            "\\(a" * 40_000,
            "import {" * 15_000,
            "import {\n" * 15_000,
            "export {\n" * 15_000,
            "<code>{{ a }}" * 10_000,
            "](" * 50_000 + "{{ a }}" * 5_000,
            "{% for a %}" * 10_000,
            "{{ 'a' | b }}" * 10_000,
            "`{{` " * 25_000,
            "".join("`" * length + "{{" for length in range(1, 450)),
        ]

        assert take_too_long(texts, replace_leftovers) == []


class TestTime:
    def test_finding_then_replacing_scans_a_text_once(self, monkeypatch):
        scanned = []
        monkeypatch.setattr(leftovers, "Scan", lambda text: scanned.append(text) or Scan(text))
        text = "Words {{ scanned_once }}."

        found = find_leftovers(text)
        replaced = replace_leftovers(text)

        assert len(found) == 1
        assert replaced != text
        assert scanned == [text]


class TestCaptionOfPairs:
    @pytest.mark.parametrize(
        ("text", "shown"),
        [
            (
                '{{< gallery caption="Both  *ends*" >}}\n![a](a.png)\n{{< /gallery >}}',
                "<p><em>Both <em>ends</em></em></p>",
            ),
            ('<div>{{< row caption="a <b" >}}x{{< /row >}}</div>', "<p><em>a &lt;b</em></p>"),
            ('- {{< row caption="a" >}}x{{< /row >}}', "x a</li>"),
        ],
    )
    def test_is_shown_below_the_content(self, text, shown):
        assert shown in render_markdown(text).html
