"""What letters have in common."""

from types import SimpleNamespace

import pytest

from blog.models import SiteIdentity
from blog.site.letters import short_letter

pytestmark = pytest.mark.django_db
URL = "https://blog.example/admin/"


@pytest.fixture(autouse=True)
def named_site():
    SiteIdentity.objects.create(name="Tide & way")


class TestShortLetter:
    def test_has_its_button_as_a_line(self):
        letter = short_letter("Log in?", ["You can."], "Log in", URL)

        assert letter.text == f"Tide & way\n\nLog in?\n\nYou can.\n\nLog in:\n{URL}"
        assert f'href="{URL}">Log in</a>' in letter.html

    def test_lists_entries_with_the_lines_of_their_details(self):
        entry = SimpleNamespace(title="Ebb & flow", url=URL, detail="By Nora.\nRead it.")

        letter = short_letter("1 article", ["And 2 more."], entries=[entry])

        assert letter.text == (
            f"Tide & way\n\n1 article\n\nEbb & flow\n{URL}\nBy Nora.\nRead it.\n\nAnd 2 more."
        )
        assert f'href="{URL}">Ebb &amp; flow</a><br>By Nora.<br>Read it.</li>' in letter.html
