"""The words of letters, as HTML and as plain text."""

import pytest
from django.utils import timezone

from blog.extensions.followers.letters import (
    article_letter,
    articles_letter,
    consent_message,
    first_paragraphs,
    follower_message,
)
from blog.extensions.followers.models import Follower
from blog.models import Article, SiteIdentity
from blog.site.letters import COLUMNS
from tests.support import factories

pytestmark = pytest.mark.django_db

BODY = """## Before

The lock keeper at Arle writes the height of the water on a slate at six every morning,
and has *never once* been asked why.[^1] The slate is wiped at noon.

> Nobody kept a copy.

- One slate

For thirty years nobody kept a copy, and what we know of the great low comes from a child.

The third paragraph.

[^1]: A footnote.
"""


@pytest.fixture(autouse=True)
def named_site():
    SiteIdentity.objects.create(name="Tide & way")


@pytest.fixture
def article():
    author = factories.create_author("Nora Hale")
    made = factories.create_article(
        title="The Slate at `Arle` & Lock", body=BODY, provenance="machine", authors=[author]
    )
    return Article.objects.with_page_relations().get(pk=made.pk)


@pytest.fixture
def follower():
    return Follower.objects.follow("nora@arle.example", "each")


class TestArticle:
    def test_has_the_first_two_paragraphs_and_the_link(self, article):
        letter = article_letter(article)

        assert letter.subject == "The Slate at Arle & Lock"
        for text in (letter.html, letter.text.replace("\n", " ")):
            assert "never once been asked why. The slate is wiped at noon." in text
            assert "comes from a child." in text
            assert "Nora Hale" in text
            assert f"https://blog.example{article.get_absolute_url()}" in text
            assert "third paragraph" not in text
            assert "Before" not in text

    def test_has_the_ai_label(self, article):
        letter = article_letter(article)

        assert "AI" in letter.html
        assert "AI" in letter.text

    def test_names_are_escaped_once(self, article, follower):
        message = follower_message(article_letter(article), follower)

        assert "Tide &amp; way" in message.html
        assert "The Slate at Arle &amp; Lock</title>" in message.html
        assert message.text.startswith("Tide & way\n\nThe Slate at Arle & Lock\n")
        assert message.subject == "The Slate at Arle & Lock"

    def test_lines_are_short_except_urls(self, article, follower):
        text = follower_message(article_letter(article), follower).text

        assert max(len(line) for line in text.splitlines() if "://" not in line) <= COLUMNS

    def test_loads_nothing(self, article, follower):
        html = follower_message(article_letter(article), follower).html

        assert "<img" not in html
        assert "<script" not in html
        assert "<link" not in html


class TestFoot:
    def test_has_the_links_of_the_follower(self, article, follower):
        message = follower_message(article_letter(article), follower)
        stop = f"https://blog.example/follow/{follower.key}/stop/"

        assert message.headers["List-Unsubscribe"] == f"<{stop}>"
        assert message.headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        assert stop in message.text
        assert stop in message.html

    def test_letters_of_two_followers_differ_in_the_foot_only(self, article, follower):
        other = Follower.objects.follow("idris@arle.example", "each")
        letter = article_letter(article)
        messages = [follower_message(letter, each) for each in (follower, other)]
        texts = {
            message.text.replace(each.key, "")
            for message, each in zip(messages, (follower, other), strict=True)
        }

        assert len(texts) == 1


class TestWeek:
    def test_lists_titles_openings_and_weekdays(self, article):
        letter = articles_letter([article], "weekly", 1)

        assert letter.subject == "Tide & way: 1 article this week"
        assert letter.text.startswith("Tide & way, the week to ")
        assert "\n\n* The Slate at Arle & Lock\n  The lock keeper" in letter.text
        assert timezone.localtime(article.published_at).strftime("%A") in letter.text


class TestConsent:
    def test_letter_says_what_it_is_about(self):
        message = consent_message("nora@arle.example", "weekly")

        assert message.subject == "Follow Tide & way?"
        assert "once a week" in message.text.replace("\n", " ")
        assert message.sender_name == "Tide & way"


class TestParagraphs:
    @pytest.mark.parametrize(
        ("html", "found"),
        [
            ("", []),
            ("<p>One<br>two</p>", ["One two"]),
            ("<p><img src='a.jpg' alt='A'></p><p>One</p>", ["One"]),
            ("<blockquote><p>No</p></blockquote><ul><li><p>No</p></li></ul><p>Yes</p>", ["Yes"]),
            ("<p>One &amp; &lt;two&gt;</p>", ["One & <two>"]),
            ("<p>unclosed", []),
            ("<p>Introduction:</p><p>One</p>", ["One"]),
        ],
    )
    def test_are_those_of_the_text_itself(self, html, found):
        assert first_paragraphs(html) == found
