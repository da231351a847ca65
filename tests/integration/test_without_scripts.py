"""What readers and editors do without scripts: they follow links, and send forms as these are shown."""

import re
from datetime import UTC, datetime
from functools import cached_property
from urllib.parse import urljoin

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from django.urls import reverse

from tests.support import factories
from tests.support.admin_pages import LIST, create_article, page_of
from tests.support.changes import record_version
from tests.support.html_forms import read_forms
from tests.support.import_files import run
from tests.support.roles import log_in


class PlainBrowser:
    """Shows one page after the other. Elements are named by CSS selectors."""

    def __init__(self, client):
        self.client, self.address = client, "/"

    def open(self, address, data=None):
        address = urljoin(self.address, address)
        return self._show(address, self.client.get(address, data, follow=True))

    def follow(self, link):
        return self.open(self.one(link)["href"])

    def press(self, button, **values):
        """Send the form of a button, with these values of its fields instead of the shown ones."""
        button = self.one(button)
        form = self._form_of(button)
        fields = {field["name"] for field in self.page.select("[name]") if self._form_of(field) is form}
        assert values.keys() <= fields, f"{values.keys() - fields} are no fields on {self.address}"
        number = next(number for number, other in enumerate(self.page.select("form")) if other is form)
        data = read_forms(self.html)[number].data | values
        if button.has_attr("name"):
            data[button["name"]] = button.get("value", "")
        action = button.get("formaction") or form.get("action") or self.address
        if form.get("method", "get").lower() == "get":
            return self.open(action, data)
        address = urljoin(self.address, action)
        return self._show(address, self.client.post(address, data, follow=True))

    def one(self, selector):
        found = self.page.select_one(selector)
        assert found, f"{selector} is not on {self.address}: {self.text}"
        return found

    @property
    def text(self) -> str:
        return " ".join(self.page.get_text(" ").split())

    def _form_of(self, element):
        return self.one(f"#{element['form']}") if element.has_attr("form") else element.find_parent("form")

    def _show(self, address, response):
        for target, _status in response.redirect_chain:
            address = urljoin(address, target)
        self.address = address.partition("#")[0]
        self.html = response.content.decode()
        self.__dict__.pop("page", None)
        return self

    @cached_property
    def page(self):
        return BeautifulSoup(self.html, "html.parser")


pytestmark = pytest.mark.django_db

TITLE = "The mill by the sea"
BODY = "The mill has stood by the sea for a long time.\n\nIts sails turn while the wind blows from the bay.\n"
RESULT = ".results h2 a"


@pytest.fixture
def reader(client):
    return PlainBrowser(client)


@pytest.fixture
def editor(client, django_user_model):
    log_in(client, "Editor", django_user_model)
    return PlainBrowser(client)


@pytest.fixture
def articles():
    """Two articles with the same category, author and month, the second one newer."""
    rivers = factories.create_category("Rivers", slug="rivers")
    author = factories.create_author("Maren Holloway")
    shared = {"categories": [rivers], "authors": [author], "primary_category": rivers}
    return [
        factories.create_article(
            title=title,
            slug=title.lower(),
            body=f"The {title.lower()} is wide.",
            published_at=datetime(2026, 9, day, tzinfo=UTC),
            **shared,
        )
        for day, title in enumerate(("Meander", "Estuary"), 1)
    ]


class TestFindingAnArticle:
    def test_from_home_by_a_category(self, reader, articles):
        reader.open("/").follow("header nav a[href='/categories/rivers/']")
        reader.follow("main a[href='/articles/meander/']")

        assert reader.one("h1").text.strip() == "Meander"
        assert reader.one(".trail a[href='/categories/rivers/'], .kicker a[href='/categories/rivers/']")

    def test_on_to_a_related_one_and_back(self, reader, articles):
        addresses = [reader.open("/articles/meander/").address]
        addresses.append(reader.follow(".related a[href='/articles/estuary/']").address)
        addresses.append(reader.follow(".related a[href='/articles/meander/']").address)

        assert addresses == ["/articles/meander/", "/articles/estuary/", "/articles/meander/"]

    def test_from_the_archive_by_a_month(self, reader, articles):
        reader.open("/archive/").follow("main a[href='/archive/2026/09/']")

        assert reader.follow("main a[href='/articles/meander/']").one("article time[datetime^='2026-09']")

    def test_from_an_article_by_its_author(self, reader, articles):
        reader.open("/articles/meander/").follow("a[href='/authors/maren-holloway/']")

        assert reader.one("main a[href='/articles/meander/']")

    def test_from_home_by_a_search(self, reader, articles):
        reader.open("/").follow("header a[href='/search/']")
        reader.press("#q ~ button, form:has(#q) button", q="the meander")
        marked = reader.one(".results mark").text

        assert marked.lower() == "meander"
        assert reader.follow(RESULT).address == "/articles/meander/"

    def test_by_a_search_that_is_narrowed(self, reader, articles):
        factories.create_article(title="Meander again", body="The meander again.")
        before = len(reader.open("/search/", {"q": "meander"}).page.select(RESULT))

        reader.press(".filters button", topic="rivers")

        assert (before, [link.text for link in reader.page.select(RESULT)]) == (2, ["Meander"])
        assert reader.one("[name=topic][value=rivers]").has_attr("checked")

    def test_by_the_spelling_that_was_meant(self, reader, articles):
        reader.open("/search/").press("form:has(#q) button", q="the maender")
        found, typed = reader.one(RESULT)["href"], reader.one("#q")["value"]
        exactly = reader.follow(".corrected a").page.select(RESULT)

        assert (found.partition("#")[0], typed, exactly) == ("/articles/meander/", "the maender", [])

    def test_from_a_page_that_is_missing(self, reader, articles):
        reader.open("/no/such/page/").press("form:has(#q) button", q="meander")

        assert reader.address == "/search/"
        assert reader.one(RESULT)


class TestDesk:
    def test_publishing_what_was_imported_and_taking_it_back(self, editor, folder):
        (folder / "ice.md").write_text("---\ntitle: Ice for Calcutta\nslug: ice\n---\nWords.\n")
        run(folder)
        seen = [editor.client.get("/articles/ice/").status_code]
        editor.open("/admin/blog/importrun/").follow("[data-row] a.name")
        editor.follow("a:-soup-contains('Ice for Calcutta')")
        editor.open(editor.address.replace("/proof/", "/change/"))
        for button in ("_publish", "_unpublish"):
            editor.press(f"[name={button}]")
            seen.append(editor.client.get("/articles/ice/").status_code)

        assert seen == [404, 200, 404]

    def test_publishing_undoing_and_scheduling(self, editor, client):
        article = create_article(title="Ice for Calcutta", body="Words.")
        public = article.get_absolute_url()
        editor.open(LIST).press("button[value=publish]", _selected_action=article.pk)
        editor.press(".submit-row .default")
        published = client.get(public).status_code
        editor.press(".toast .undo")
        undone = client.get(public).status_code
        editor.open(LIST).press("button[value=schedule]", _selected_action=article.pk)
        editor.press("[name=_show]", at="07:30")
        shown = editor.one(".plan td").text
        editor.press("[name=_schedule]")

        assert (published, undone) == (200, 404)
        assert "07:30 UTC" in shown
        assert editor.one(".toast p").text == "1 article was scheduled."

    def test_submitting_and_returning(self, editor):
        editor.open(page_of(create_article(body="Words.")))
        editor.follow("a:-soup-contains('Submit…')").press(".submit-row [type=submit]", note="Mind the date.")
        submitted = editor.text
        editor.follow("a:-soup-contains('Return…')").press(".submit-row [type=submit]", note="It is right.")

        assert "Mind the date." in submitted
        assert "It is right." in editor.text
        assert "returned this article" in editor.text

    def test_switching_keys_off_and_on(self, editor):
        def switch(**values):
            editor.press("form:has([value=keys]) .button", **values)
            return "letter-keys" in editor.one("body").get("class", [])

        editor.open("/admin/account/")

        assert [switch(letter_keys=[]), switch(letter_keys="on")] == [False, True]

    def test_comparing_and_restoring_a_version(self, editor):
        article = create_article(title="Tides", body="One.")
        record_version(article)
        for words in ("Two.", "Three."):
            article.body = words
            article.save()
            record_version(article)
        editor.open(reverse("admin:blog_article_history", args=[article.pk]), {"version": 1})
        compared = editor.press(".against .button", against="3").one(".diff").text
        editor.press(".restore .button", note="As it came.")

        assert "From version 1 to version 3" in " ".join(compared.split())
        assert "Version 1 was restored as version 4" in editor.text
        assert "As it came." in editor.text

    def test_settling_a_mark_and_approving_below_the_text(self, editor):
        said = "“We ask the mountain how much it weighs”, said Dr. Anya Sharma, a geophysicist."
        body = f"A mountain can be weighed.\n\n{said}\n\nThen the crews drill in better places."
        article = create_article(body=body, generated_by="Gemini", hero_is_decorative=True)
        editor.open(reverse("admin:blog_article_proof", args=[article.pk]))
        for _ in range(len(editor.page.select("#prose mark"))):
            if editor.page.select_one(".foot .why"):
                editor.press("#answer-taken_out button")
        editor.press("#approve .without-script button", checked="read")

        assert "Approved" in editor.text


def test_an_article_is_written_discussed_approved_and_corrected(django_user_model):
    """A day of two editors and a writer."""
    people = []
    for name in ("Writer", "Editor", "superuser"):
        log_in(client := Client(), name, django_user_model)
        people.append(PlainBrowser(client))
    writer, mara, jonah = people

    # The writer writes, notes and submits.
    writer.open("/admin/").follow("a:-soup-contains('New article')")
    writer.press("[name=_continue]", title=TITLE, slug="the-mill-by-the-sea", body=BODY, provenance="people")
    edit_page = writer.address.partition("?")[0]
    proof = edit_page.replace("/change/", "/proof/")
    writer.press("[name=add]", text="How old is it?")
    writer.follow("a:-soup-contains('Submit…')").press(".submit-row [type=submit]")

    # The first editor replies, assigns the article and returns it.
    mara.open(proof).press("#notes [name=reply]", text="Two hundred years.")
    to = mara.one("#assigned-to option:-soup-contains('a-Writer')")["value"]
    mara.press("button[form=assign-form]", to=to)
    mara.open(edit_page).follow("a:-soup-contains('Return…')")
    mara.press(".submit-row [type=submit]", note="Please name the bay.")

    # The writer sees what waits, revises, resolves the note and submits again.
    dashboard = writer.open("/admin/").text
    writer.follow(f"a:-soup-contains('{TITLE}')")
    writer.press("[name=_continue]", body=BODY.replace("the bay", "Skerry Bay"))
    writer.press("#notes [name=resolve]")
    writer.follow("a:-soup-contains('Submit…')").press(".submit-row [type=submit]")

    # The second editor approves, schedules and publishes.
    jonah.open(proof).press("#approve .without-script button", checked=["read"])
    approved = jonah.open(proof).one("#why").text
    jonah.follow("a:-soup-contains('Schedule')").press("[name=_schedule]")
    scheduled = jonah.text
    jonah.open(edit_page).press("[name=_continue]", published_at_0="2026-01-05")

    # The first editor corrects it. Readers see the correction, and no note.
    mara.open(edit_page.replace("/change/", "/corrections/"))
    mara.press(".submit-row [type=submit]", text="The bay is Skerry Bay.")
    public = PlainBrowser(Client()).open("/articles/the-mill-by-the-sea/").text

    assert re.search(r"Returned by .*Please name the bay.", dashboard)
    assert "1 open note" in dashboard
    assert "Approved" in approved
    assert "1 article was scheduled." in scheduled
    assert "Skerry Bay" in public
    assert not re.search("How old|Two hundred", public)
