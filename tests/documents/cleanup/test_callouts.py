"""Call-outs and tabs as generators write them: they look like those of Markdown, and no mark is shown."""

import pytest

from blog.documents.cleanup.callouts import DEEPEST, replace_directives
from tests.support.html_tree import shown

AFTER = "\n\nAfter."


class TestCallOut:
    @pytest.mark.parametrize(
        "text",
        [
            ":::warning[High *water*]\nWords.\n:::",
            ":::warning High water\n\nWords.\n\n:::",
            "::: {.callout-warning title='High water'}\nWords.\n:::",
            '!!! warning "High water"\n\n    Words.',
            '??? warning "High water"\n    Words.',
            '???+ warning inline end "High water"\n    Words.',
            '{{< notice warning "High water" >}}\nWords.\n{{< /notice >}}',
            '{{% alert type="warning" title="High water" %}}\nWords.\n{{% /alert %}}',
            "{% note warning no-icon High water %}\nWords.\n{% endnote %}",
            "{% note warn High water %}\nWords.\n{% endnote %}",
            '{%- alert warning "High water" -%}\nWords.\n{%- endalert -%}',
            '<Callout type="warning" title="High water">\n  Words.\n</Callout>',
            '<Warning title="High water">\nWords.\n</Warning>',
        ],
    )
    def test_has_its_kind_and_its_title(self, text):
        page = shown(f"Before.\n\n{text}{AFTER}")

        aside = page.one("aside", "warning")
        assert page.tags() == ["p", "aside", "p"]
        assert aside.one("p", "label").text == "High water"
        assert [paragraph.text for paragraph in aside.all("p")][1:] == ["Words."]

    @pytest.mark.parametrize(
        "text",
        [
            ":::tip\nWords.\n:::",
            "!!! tip\n    Words.",
            "{{< tip >}}\nWords.\n{{< /tip >}}",
            "{{< notice tip >}}Words.{{< /notice >}}",
            "{% note tip flat 'fas fa-star' %}Words.{% endnote %}",
            "<Tip>\nWords.\n</Tip>",
        ],
    )
    def test_without_a_title_is_called_by_its_kind(self, text):
        assert shown(f"{text}{AFTER}").one("aside", "tip").one("p", "label").text == "Tip"

    def test_holds_blocks_and_further_ones(self):
        page = shown("::::note\n- One\n\n```sh\nls\n```\n\n:::tip\nDeep.\n:::\n\nEnd.\n::::" + AFTER)

        assert page.tags() == ["aside", "p"]
        assert page.elements[0].tags() == ["p", "ul", "div", "aside", "p"]

    def test_may_stand_in_a_list(self):
        page = shown("1. One\n\n    !!! note\n        Words.\n\n2. Two")

        assert [item.tags() for item in page.all("li")] == [["p", "aside"], ["p"]]

    @pytest.mark.parametrize(
        "text",
        [
            "```\n:::note\nWords.\n:::\n```",
            "Words:\n\n    !!! note\n        Words.",
            ":::note\nNever ended.",
            "!!! note\nNot indented.",
            "What!!! note this",
            "{% raw %}\n{% note %}\nWords.\n{% endnote %}\n{% endraw %}",
            "{% note %}\nNever ended.",
            "Title\n===",
        ],
    )
    def test_in_code_or_without_an_end_is_none(self, text):
        assert replace_directives(text) == text

    def test_of_columns_only_the_marks_go(self):
        assert shown("::: columns\nWords.\n:::").text == "Words."


class TestQuotation:
    @pytest.mark.parametrize(
        "text",
        [
            "{% blockquote Ida, The Tide %}\nWords.\n{% endblockquote %}",
            "{% quote Ida, The Tide %}Words.{% endquote %}",
        ],
    )
    def test_has_its_source(self, text):
        page = shown(f"Before.\n\n{text}{AFTER}")

        assert page.tags() == ["p", "blockquote", "p"]
        assert page.one("blockquote").text.split() == ["Words.", "—", "Ida,", "The", "Tide"]


class TestTabs:
    @pytest.mark.parametrize(
        "text",
        [
            '=== "One"\n\n    ```sh\n    ls\n    ```\n\n=== "Two"\n\n    Words.',
            """<Tabs>\n<TabItem value="a" label="One">\n```sh\nls\n```\n</TabItem>
<TabItem value="Two">\n\nWords.\n\n</TabItem>\n</Tabs>""",
            """<Tabs>\n  <TabItem label="One">\n    ```sh\n    ls\n    ```\n  </TabItem>
  <TabItem label="Two">\n    Words.\n  </TabItem>\n</Tabs>""",
            """{% tabs a, 1 %}\n<!-- tab One@fa -->\n```sh\nls\n```\n<!-- endtab -->
<!-- tab Two -->\nWords.\n<!-- endtab -->\n{% endtabs %}""",
        ],
    )
    def test_come_one_after_the_other_with_their_titles(self, text):
        page = shown(f"Before.\n\n{text}{AFTER}")

        assert [title.text for title in page.all("strong")] == ["One", "Two"]
        assert page.one("pre").text == "ls\n"
        assert [word for word in page.text.split() if word.endswith(".")] == ["Before.", "Words.", "After."]


class TestLines:
    @pytest.mark.parametrize(
        "text",
        [
            ":::note\nWords.\n\n:::\n{{ a }}",
            '!!! note "a"\n\n    Words.\n\n{{ a }}',
            "<Tabs>\n<TabItem label='a'>\nWords.\n</TabItem>\n</Tabs>\n{{ a }}",
            "{% blockquote Ida %}\nWords.\n{% endblockquote %}\n{{ a }}",
        ],
    )
    def test_stay_as_many(self, text):
        lines = replace_directives(text).split("\n")

        assert len(lines) == text.count("\n") + 1
        assert lines[-1] == "{{ a }}"

    def test_deeper_ones_are_shown_as_they_are_written(self):
        text = (
            "".join(f"{'    ' * depth}!!! note\n" for depth in range(DEEPEST + 3))
            + "    " * (DEEPEST + 3)
            + "Words."
        )

        assert replace_directives(text).count("[!NOTE]") == DEEPEST
