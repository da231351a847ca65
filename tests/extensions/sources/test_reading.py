"""What is read of a page as its main text."""

import pytest

from tests.extensions.sources.pages import page

TEXT = "The keeper of the tower wrote each evening how long the lamp had burned and who had passed by."


def _texts(markup):
    return [block.text for block in page(markup).blocks]


def test_what_holds_most_of_the_text_is_read_whatever_its_class():
    markup = (
        f'<div class="widget sidebar-left"><p>{TEXT}</p><p>{TEXT}</p></div><div class="widget">Aside</div>'
    )
    assert TEXT in _texts(markup)
    assert "Aside" not in _texts(markup)


def test_a_form_around_the_whole_page_is_read():
    assert TEXT in _texts(f"<form><p>{TEXT}</p></form><form><p>Search</p></form>")
    assert "Search" not in _texts(f"<form><p>{TEXT}</p></form><form><p>Search</p></form>")


def test_an_id_made_of_the_words_of_a_heading_hides_nothing():
    assert "Ask for a key." in _texts(
        f'<p>{TEXT}</p><div id="how-to-share-a-key"><p>Ask for a key.</p></div>'
    )


def test_teasers_in_the_middle_of_the_text_end_with_their_box():
    box = "<div><div><h4>Related stories</h4></div><p>Ninety lamps from Oslo</p></div>"
    texts = _texts(f"<div><p>{TEXT}</p>{box}<p>The tower stands.</p></div>")
    assert "The tower stands." in texts
    assert "Ninety lamps from Oslo" not in texts


def test_comments_are_no_evidence_even_if_they_are_longer_than_the_text():
    comments = f'<div class="comments"><p>{TEXT}</p><p>{TEXT}</p></div>'
    assert _texts(f"<p>The tower stands.</p>{comments}")[-1] == "The tower stands."


def test_the_footer_of_a_quotation_is_read_inside_a_box():
    quote = f"<blockquote><div><p>{TEXT}</p><footer>Eva Lind, head of the guild</footer></div></blockquote>"
    assert "Eva Lind, head of the guild" in _texts(quote)


TEASER = "<h3><a href='/b'>Bells of Hollis</a></h3><p>Ninety bells were cast in 1911.</p>"


@pytest.mark.parametrize(
    "teasers",
    [
        f"<h2>Related stories</h2>{TEASER}{TEASER}",
        f"<section><h2>You might also like</h2><div>{TEASER}</div></section>",
        f"<div class='card'>{TEASER}</div><div class='card'>{TEASER}</div>",
        f"<div><article>{TEASER}</article><article>{TEASER}</article></div>",
    ],
)
def test_teasers_are_no_text(teasers):
    texts = _texts(f"<article>{f'<p>{TEXT}</p>' * 5}</article>{teasers}<h2>The tower</h2><p>It stands.</p>")
    assert "Ninety bells were cast in 1911." not in texts
    assert ("It stands." in texts, texts.count(TEXT)) == (True, 5)


def test_breaks_divide_a_text_without_paragraphs():
    assert _texts("<div>The tower stands.<br><br>The lamp\nburns.<br>It is bright.</div>")[-2:] == [
        "The tower stands.",
        "The lamp burns. It is bright.",
    ]
    assert _texts(f"<div>{'<br>'.join([TEXT] * 20)}</div>")[1:] == [TEXT] * 20


def test_a_long_text_is_divided_between_sentences():
    assert all(text.endswith(".") for text in _texts(f"<p>{f'{TEXT} ' * 40}</p>")[1:])
