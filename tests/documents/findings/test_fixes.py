"""What mends findings, what share texts say, and by what articles are compared."""

from dataclasses import replace
from itertools import product

import pytest

from blog.documents.claims.values import ClaimKind
from blog.documents.findings.all_rules import find_findings
from blog.documents.findings.article_words import ArticleWords
from blog.documents.findings.fingerprints import fingerprints
from blog.documents.findings.fixes import apply as apply_fix
from blog.documents.findings.fixes import first_sentence, fixes_for, leaves_fewer_findings
from blog.documents.findings.kinds import FIX_NAMES, KIND_LENGTH, KINDS, FindingKind, Fix
from blog.documents.findings.share_text import contains_quote, is_call_to_read
from blog.documents.findings.structure import internal_links

TEXT = "The sea turns around a point. Nothing happens there.\nElsewhere it rises."

OF_SEVERAL_ARTICLES = {  # no rule finds these in one article
    FindingKind.EXCERPT_TEMPLATE,
    FindingKind.DESCRIPTION_TEMPLATE,
    FindingKind.FLAGGED_TRENDING,
    FindingKind.FLAGGED_FEATURED,
}


def machine_written():
    """Yield articles with every mix of what a generator leaves in the fields above the text."""
    opening, second = "In 2025, tides are reshaping our world.", "This guide explores how the sea rises."
    texts = (
        f"{opening} {second}\nThe end.",
        f"Excerpt: {opening}\n{second}",
        f"Meta description: {second}\nThe year is 2025.",
        f"“{opening}\n{second} Tides are “old.",
    )
    excerpts = (
        "",
        opening,
        f"Excerpt: {opening}",
        "Discover how tides is reshaping our world.",
        "[Insert it]",
    )
    descriptions = ("", opening, second, "Discover how tides is resha...", f"{opening} {second} " * 3)
    quotes = ("", opening, "Read our latest article!", "Nobody says so.")
    for text, excerpt, description, quote, alt in product(
        texts, excerpts, descriptions, quotes, ("", "Tides")
    ):
        yield ArticleWords(
            "Tides",
            body=text,
            text=text,
            excerpt=excerpt,
            meta_description=description,
            share_quote=quote,
            has_hero=True,
            hero_alt=alt,
            is_trending=True,
            is_featured=True,
        )


HERO_TITLE = FindingKind.HERO_DESCRIBED_BY_TITLE


def mended(fix, **values):
    return apply_fix(fix, ArticleWords(**{"title": "Tides", "text": TEXT} | values))


class TestKinds:
    def test_each_is_described_and_each_fix_has_a_name(self):
        assert set(KINDS) == set(FindingKind)
        assert set(FIX_NAMES) == set(Fix) == {fix for kind in KINDS for fix in fixes_for(kind)}
        assert len({about.name for about in KINDS.values()}) == len(KINDS)

    def test_each_fits_in_its_column(self):
        assert max(map(len, [*FindingKind, *Fix, *ClaimKind])) <= KIND_LENGTH


class TestFixes:
    def test_a_cut_description_keeps_its_first_whole_sentence(self):
        cut = "In Version 2.0 the sea stands still. Nobody has seen the mid..."

        assert mended(Fix.DESCRIPTION_TO_WHOLE_SENTENCE, meta_description=cut) == {
            "meta_description": "In Version 2.0 the sea stands still."
        }

    def test_one_without_a_whole_sentence_takes_the_first_of_the_text(self):
        assert mended(Fix.DESCRIPTION_TO_WHOLE_SENTENCE, meta_description="Where the sea sta...") == {
            "meta_description": "The sea turns around a point."
        }

    @pytest.mark.parametrize(
        ("text", "sentence"),
        [
            ("The year is 2025. The sea has risen again.", "The year is 2025. The sea has risen again."),
            (
                'Social Snippet: "The sea turns again and again."\nThe sea has risen once more.',
                "The sea has risen once more.",
            ),
            ('"The sea turns around a point.\nThe sea has risen once more.', "The sea has risen once more."),
            ("The year is 2025.", ""),
        ],
    )
    def test_a_sentence_of_the_text_says_something_on_its_own(self, text, sentence):
        assert first_sentence(text) == sentence

    def test_a_fix_never_makes_a_finding(self):
        words = ArticleWords(
            "Tides",
            text=TEXT,
            excerpt="Discover tides.",
            meta_description="Discover tides.",
            hero_alt="Tides",
            has_hero=True,
        )
        opening = {"excerpt": "The sea turns around a point."}

        assert leaves_fewer_findings(words, {"hero_alt": "", "hero_is_decorative": True}, HERO_TITLE)
        assert not leaves_fewer_findings(words, opening, FindingKind.EXCERPT_TEMPLATE)  # repeats the opening
        assert leaves_fewer_findings(words, {"excerpt": ""}, FindingKind.EXCERPT_TEMPLATE)
        assert not leaves_fewer_findings(words, {"excerpt": "He said: “No."}, FindingKind.EXCERPT_TEMPLATE)

    def test_none_that_is_offered_makes_a_finding_in_a_machine_written_article(self):
        applied = set()
        for words in machine_written():
            before = {found.kind for found in find_findings(words)}
            for kind in before | OF_SEVERAL_ARTICLES:
                for fix in fixes_for(kind):
                    changes = apply_fix(fix, words)
                    if changes and leaves_fewer_findings(words, changes, kind):
                        applied.add(fix)
                        assert {found.kind for found in find_findings(replace(words, **changes))} <= before

        assert applied == set(Fix)

    def test_a_picture_that_is_decorative_has_no_description(self):
        assert mended(Fix.MARK_DECORATIVE, hero_alt="Tides") == {"hero_is_decorative": True, "hero_alt": ""}

    def test_what_stays_is_not_changed(self):
        assert mended(Fix.CLEAR_TRENDING) == mended(Fix.EMPTY_EXCERPT) == {}
        assert mended(Fix.CLEAR_TRENDING, is_trending=True) == {"is_trending": False}

    @pytest.mark.parametrize("fix", Fix)
    def test_each_changes_nothing_the_second_time(self, fix):
        words = {
            "title": "Tides",
            "text": TEXT,
            "excerpt": "Excerpt: Tides.",
            "meta_description": "Where the sea sta...",
            "share_quote": "Read it!",
            "hero_alt": "Tides",
            "is_trending": True,
            "is_featured": True,
        }
        changed = apply_fix(fix, ArticleWords(**words))

        assert changed
        assert apply_fix(fix, ArticleWords(**words | changed)) == {}


class TestShareTexts:
    def test_are_said_whatever_their_marks(self):
        assert contains_quote("“The SEA turns!” #tides", TEXT)
        assert not contains_quote("The sea turns around us.", TEXT)
        assert not contains_quote("he sea turn", TEXT)
        assert not contains_quote("", TEXT)

    @pytest.mark.parametrize(
        "text",
        [
            *(
                "Check out our latest article!",
                "Read our new post on tides. #sea",
                "Discover more in this guide.",
            ),
            *("Few know the sea. Find out what sailors really say.", "Lost? “Click here now!”"),
        ],
    )
    def test_that_only_ask_to_read(self, text):
        assert is_call_to_read(text)

    @pytest.mark.parametrize(
        "text",
        [
            "The article of faith is this.",
            "Read the sea as you read a face.",
            "We find out what sailors say.",
            "",
        ],
    )
    def test_that_say_something(self, text):
        assert not is_call_to_read(text)


class TestFingerprints:
    def test_an_excerpt_is_known_again_under_another_subject(self):
        fog = fingerprints(
            "5 Things You Should Know About Fog Harvesting",
            "Discover how fog harvesting is reshaping the world as we know it.",
            "",
        )
        sand = fingerprints(
            "Sand Batteries: Myths vs. Reality",
            "Discover how sand batteries is reshaping the world as we know it.",
            "",
        )

        assert fog.excerpt == sand.excerpt != ""
        assert fog.title != sand.title

    def test_a_description_is_known_again_unless_it_repeats_the_excerpt(self):
        described = "Discover how {} is reshaping the world as we know it."
        fog = fingerprints("Fog Harvesting", "", "", description=described.format("fog harvesting"))
        sand = fingerprints("Sand Batteries", "", "", description=described.format("sand batteries"))
        repeated = described.format("fog harvesting")

        assert fog.description == sand.description != ""
        assert fingerprints("Fog", repeated, "", description=repeated).description == ""

    def test_other_words_are_another_excerpt(self):
        one = fingerprints("Fog", "How fog becomes water on a dry and empty hill.", "")

        assert one.excerpt != fingerprints("Fog", "How fog becomes ice on a dry and empty hill.", "").excerpt

    def test_titles_on_one_topic_are_alike(self):
        titles = (
            "Sea Fog",
            "How Sea Fog Is Reshaping Our World",
            "5 Things You Should Know About Sea Fogs",
            "Sea fog: myths vs. reality",
        )

        assert len({fingerprints(title, "", "").title for title in titles}) == 1
        assert fingerprints("Sea Fog, part 2", "", "").title != fingerprints("Sea Fog, part 1", "", "").title
        assert fingerprints("Why AI?", "", "").title != fingerprints("How AI Works", "", "").title

    def test_too_few_words_have_none(self):
        assert fingerprints("Fog", "Fog!", "Fog.") == fingerprints("fog", "", "")
        assert fingerprints("Fog", "", "Fog.").body == ""

    def test_texts_are_the_same_whatever_their_marks(self):
        text = "The sea turns around a point, and nothing happens there. " * 6

        assert fingerprints("a", "", text) == fingerprints("A", "", text.upper().replace(",", ""))


class TestLinks:
    def test_lead_to_paths_of_the_site(self):
        body = (
            '[a](/articles/tides/#top) [b](https://tides.test/about/ "b") ![c](/c.png)\n\n'
            '[d](https://else.test/) [e](#here) <a href="/f/">f</a>\n\n`[g](/g/)`\n\n[h]: /h/\n'
        )

        links = internal_links(body, "https://tides.test")

        assert [link.path for link in links] == ["/articles/tides", "/about", "/f", "/h"]
        assert body[links[0].start : links[0].end] == "[a](/articles/tides/#top)"

    def test_may_be_to_texts_of_the_same_source(self):
        body = (
            "[a](../tides.md#top) [b](tide.png)\n\n[c]: ebb.md 'Ebb'\n\n"
            "[^1]: Speed of the tide.\n[Note]: see below.\n"
        )

        assert [link.path for link in internal_links(body)] == ["../tides.md", "ebb.md"]

    def test_may_be_pictures(self):
        (link,) = internal_links("See [![a](/b.png)](/c/).")

        assert (link.path, link.start, link.end) == ("/c", 4, 23)
