"""Texts for other processors: public URLs in place of files, and no leftovers."""

import pytest

from blog.extensions.generators.export.formats import escaped_for_hugo, escaped_for_jekyll, escaped_for_zola
from blog.extensions.generators.export.portable import links_in, portable_text, with_resolved

KNOWN = {"x.png": "/media/x.png", "../moon.md": "/articles/moon/", "a (b).png": "/media/a(b).png"}


def resolved(text):
    return with_resolved(text, lambda address, is_image: KNOWN.get(address))


class TestAddresses:
    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("[Moon](../moon.md) ![a](x.png 'b')", "[Moon](/articles/moon/) ![a](/media/x.png 'b')"),
            ("[![a](x.png)](../moon.md)", "[![a](/media/x.png)](/articles/moon/)"),
            ("![a](<a (b).png>)", "![a](</media/a(b).png>)"),
            ("[Moon][m]\n\n[m]: ../moon.md\n", "[Moon][m]\n\n[m]: /articles/moon/\n"),
            (
                '<a href="../moon.md"><img src="x.png"></a>',
                '<a href="/articles/moon/"><img src="/media/x.png"></a>',
            ),
            ("[Moon](..&#47;moon&#46;md)", "[Moon](/articles/moon/)"),
        ],
    )
    def test_are_replaced_in_every_notation(self, text, expected):
        assert resolved(text) == expected

    @pytest.mark.parametrize(
        "text",
        ["`[Moon](../moon.md)`", "```\n[Moon](../moon.md)\n```\n", "    [Moon](../moon.md)\n", r"\[Moon](x)"],
    )
    def test_stay_in_code(self, text):
        assert resolved(text) == text

    def test_that_lead_nowhere_leave_their_words(self):
        assert resolved("See [the *gone* one](gone.md) and ![a chart](gone.png).") == (
            "See the *gone* one and a chart."
        )

    def test_of_links_are_listed_without_those_of_images(self):
        assert links_in("[![a](x.png)](b.md) <a href='c'> `[d](d)`\n\n[e]: e\n") == {"b.md", "c", "e"}

    @pytest.mark.parametrize(
        "piece", ["[", "![", "](", "`", "[a](", "<a href=", "](<", "[a]: ", " a={{", "[[a](b"]
    )
    def test_are_found_in_linear_time(self, piece):
        text = piece * 4000

        assert with_resolved(text, lambda address, is_image: address)


class TestTemplates:
    def test_of_other_generators_become_markdown(self):
        text = portable_text(
            "{% highlight ruby %}\nputs 1\n{% endhighlight %}\n\n{% include a.html %} Words.\n"
        )

        assert "```ruby\nputs 1\n```" in text
        assert "{%" not in text

    def test_attributes_of_components_are_dropped(self):
        assert resolved("<p style={{color: 'red'}}>a</p>") == "<p>a</p>"

    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("{{< fig >}} {{% x %}}", "{{</* fig */>}} {{%/* x */%}}"),
            ("`{{<` alone", '`{{< brace "<" >}}` alone'),
            ("{{</* fig */>}}", '{{< brace "<" >}}/* fig */>}}'),
            ("{{ .Title }} {% x %}", "{{ .Title }} {% x %}"),
        ],
    )
    def test_are_escaped_for_hugo(self, text, expected):
        assert escaped_for_hugo(text) == expected

    def test_are_escaped_for_jekyll(self):
        assert escaped_for_jekyll("Plain.") == "Plain."
        assert escaped_for_jekyll('```go {file="a"}\nx\n```\n') == "```go\nx\n```\n"
        assert escaped_for_jekyll("{{ x }}") == "{% raw %}\n{{ x }}\n{% endraw %}\n"
        inner = escaped_for_jekyll("{% endraw %}{% include x %}").split("{% raw %}")
        assert inner[1] == "\n{% endraw %}{{ '{%' }}"
        assert inner[2].startswith(" endraw %}{% include x %}")

    def test_are_escaped_for_zola(self):
        assert escaped_for_zola('{{ youtube(id="x") }} {{ x }}') == '{{/* youtube(id="x") */}} {{ x }}'
        assert escaped_for_zola("{% quote() %}a{% end %}") == "{%/* quote() */%}a{%/* end */%}"
