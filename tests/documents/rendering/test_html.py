import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import pytest

from blog.documents.characters import clean_characters
from blog.documents.rendering.html import ElementIds, element_id, link_address, sanitise

ROOT = Path(__file__).parents[3]


class Elements(HTMLParser):
    """The start tags and the text of some HTML."""

    def __init__(self, html):
        super().__init__()
        self.tags, self.words = [], []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.words.append(data)


class TestSanitise:
    @pytest.mark.parametrize(
        "html",
        [
            "<script>alert(1)</script>",
            "<style>p{}</style>",
            "<svg><script>alert(1)</script></svg>",
            "<math><mtext></mtext></math>",
            "<noscript><p>x</p></noscript>",
            "<template><p>x</p></template>",
            "<iframe src='https://example.org'>x</iframe>",
            "<form><input name=a></form>",
            "<object data=x>y</object>",
        ],
    )
    def test_active_elements_go_with_their_content(self, html):
        assert sanitise(html) == ""

    @pytest.mark.parametrize(
        "attribute", ["onclick", "style", "cite", "name", "target", "srcset", "formaction"]
    )
    def test_other_attributes_go(self, attribute):
        elements = Elements(
            sanitise(f'<blockquote {attribute}="x"><a href="/" {attribute}="x">y</a></blockquote>')
        )

        assert elements.tags == [("blockquote", {}), ("a", {"href": "/"})]

    @pytest.mark.parametrize(
        "address", ["javascript:x", "JAVA&#10;SCRIPT:x", "data:text/html,x", "vbscript:x", "ftp://x"]
    )
    def test_only_web_and_mail_addresses_stay(self, address):
        assert Elements(sanitise(f'<a href="{address}">x</a>')).tags == [("a", {})]

    def test_every_id_has_the_prefix(self):
        assert Elements(sanitise('<p id="location">x</p>')).tags == [("p", {"id": "s-location"})]

    def test_unknown_classes_go(self):
        assert Elements(sanitise('<p class="lead trust">x</p>')).tags == [("p", {"class": "lead"})]

    def test_an_input_is_a_disabled_checkbox_whatever_it_says(self):
        [(_, attributes)] = Elements(sanitise('<input type="password" onfocus="x">')).tags

        assert attributes["type"] == "checkbox"
        assert "disabled" in attributes
        assert "onfocus" not in attributes

    def test_a_page_title_never_comes_from_the_text(self):
        assert sanitise("<h1>x</h1>") == "x"

    def test_open_elements_are_closed(self):
        assert sanitise("<div><b>x") == "<div><b>x</b></div>"


class TestLinkAddress:
    @pytest.mark.parametrize(
        "address", ["https://example.org/a?b=c", "/a", "../a.html", "mailto:a@example.org", "//a.b/c"]
    )
    def test_web_mail_and_paths_are_kept(self, address):
        assert link_address(address) == address

    @pytest.mark.parametrize(
        "address",
        [
            "",
            "javascript:x",
            " java\tscript:x",
            "\x01javascript:x",
            "data:x",
            "file:///etc",
            "http://",
            "{{ a }}",
            "{% b %}",
        ],
    )
    def test_others_are_refused(self, address):
        assert link_address(address) is None

    def test_what_no_address_may_hold_is_escaped(self):
        assert link_address('https://a.b/ü "x"|100%') == "https://a.b/%C3%BC%20%22x%22%7C100%25"

    def test_a_fragment_becomes_the_id_of_its_heading(self):
        assert link_address("#Two_Clocks--that%20differ") == "#" + element_id("Two clocks that differ")


class TestOrder:
    def test_the_same_text_is_the_same_html_in_each_process(self):
        script = (
            "from blog.documents.rendering.markdown import render_markdown;"
            "print(render_markdown('- [x] a\\n\\n![a](https://example.org/a.png)').html)"
        )

        written = {
            subprocess.run([sys.executable, "-c", script], capture_output=True, check=True, cwd=ROOT).stdout  # noqa: S603 -- ours
            for _ in range(6)
        }

        assert len(written) == 1


class TestElementIds:
    def test_a_second_heading_of_a_name_is_numbered(self):
        ids = ElementIds()

        assert [ids.claim("Tide"), ids.claim("tide!"), ids.claim("Tide 2")] == [
            "s-tide",
            "s-tide-2",
            "s-tide-2-2",
        ]

    def test_a_name_without_letters_gets_one(self):
        assert ElementIds().claim("!?") == "s-section"

    def test_a_raw_id_is_given_only_once(self):
        ids = ElementIds()

        assert [ids.claim_exactly("a"), ids.claim_exactly("A"), ids.claim_exactly("")] == ["s-a", None, None]


class TestCleanCharacters:
    def test_controls_halves_of_pairs_and_noncharacters_go(self):
        assert clean_characters("a\x00\x02\x7f\x85\ud800\ufffe\U0001ffffb") == "ab"

    def test_line_ends_become_one_kind_and_tabs_stay(self):
        assert clean_characters("a\r\nb\rc\td") == "a\nb\nc\td"
