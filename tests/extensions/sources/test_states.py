"""What happened to a page that was served."""

import pytest

from blog.extensions.sources.pages import Block, Page, read_page
from blog.extensions.sources.states import page_state

ADDRESS = "https://lamps.example/2014/tower"
TEXT = "The keeper of the tower wrote each evening how long the lamp had burned and who had passed by. "


def _state(*texts, title="The lamps"):
    return page_state(Page(tuple(map(Block, texts)), title), ADDRESS, ADDRESS, [])


@pytest.mark.parametrize(
    "text",
    [
        "This domain name may be for sale. Make an offer.",
        "Welcome to nginx!",
        "Lo sentimos, la página que buscas no existe.",
        "Sorry, this page seems to be lost at sea.",
        "Your search for harbour lamps returned 0 results.",
        "The page you are trying to reach is no longer on our website.",
        "Article unavailable",
        "This premium domain is available.",
    ],
)
def test_a_parked_domain_and_an_error_page_are_soft_404(text):
    assert _state(text) == "soft_404"


def test_a_longer_text_about_error_pages_is_none():
    texts = ["When a page was not found, readers left.", *[TEXT] * 14]
    assert _state(*texts, title='How to write a good "page not found" message') == "ok"
    assert _state(*texts, title="Page not found") == "soft_404"


@pytest.mark.parametrize(
    "text",
    [
        "We value your privacy. Accept the use of cookies to continue.",
        "Avant de continuer vers le journal, choisissez les cookies.",
        "Checking if the connection is secure",
        "Forgotten your password? Ask the desk.",
        "You have read your last free article this month.",
        "This story is reserved for our members.",
        "Continue reading for free",
        "Dieser Artikel ist nur mit einem Abo verfügbar.",
        "La suite est réservée aux abonnés.",
        "Este contenido es exclusivo para suscriptores.",
        "Please turn on JavaScript to see the lamps.",
        "Access denied. You do not have permission to view the lamps.",
        "Please wait while the list of lamps is made.",
        "Loading",
    ],
)
def test_a_door_before_the_text_is_closed(text):
    assert _state(text) == "paywall_or_script"


def test_an_address_of_a_login_is_a_door():
    page = Page(tuple(map(Block, [TEXT] * 40)), "The lamps")
    assert page_state(page, ADDRESS, "https://lamps.example/login?next=tower", []) == "paywall_or_script"
    assert page_state(page, ADDRESS, "https://lamps.example/search?q=tower", []) == "soft_404"


def test_one_short_sentence_is_a_page():
    assert _state("From 3 May the ferry leaves at seven.") == "ok"


def test_bytes_that_are_no_text_are_none_whatever_the_server_says():
    assert read_page(b"PK\3\4\0\0", "text/html", None) is None
