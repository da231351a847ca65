"""Notes to colleagues on the proof and on the edit page."""

import pytest
from django.urls import reverse

from blog.exports.articles import export_article, markdown_source
from blog.models import Note
from tests.support import factories
from tests.support.admin_pages import LIST, create_article, page_of, shown_form, text_of
from tests.support.queries import count_queries
from tests.support.roles import log_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("users_read_once")]

MILL = "The mill was built by the sea in the old days, and it still turns."
FLOUR = "Flour from its stones is sold at the market each Saturday morning."
BODY = f"{MILL}\n\n{FLOUR}\n"


def proof_of(article):
    return reverse("admin:blog_article_proof", args=[article.pk])


def send(client, article, **data):
    return client.post(reverse("admin:blog_article_notes", args=[article.pk]), data)


def write(client, article, text="Is that so?", **data):
    send(client, article, add=1, text=text, **data)
    return Note.objects.last()


@pytest.fixture
def article():
    return create_article(body=BODY)


@pytest.fixture
def writer(client, django_user_model):
    return log_in(client, "Writer", django_user_model)


class TestWriting:
    def test_note_on_selected_words_is_in_the_text_of_the_proof(self, client, writer, article):
        note = write(client, article, words="sold at the market")

        page = client.get(proof_of(article)).content.decode()

        assert (note.by, note.paragraph, note.words) == (writer, FLOUR, "sold at the market")
        assert f'href="#note-{note.pk}" id="on-{note.pk}"' in page
        assert '<mark class="m noted">sold at the market</mark>' in page

    def test_paragraph_is_chosen_without_a_script(self, client, writer, article):
        choices = client.get(proof_of(article)).context["notes"]["choices"]
        form = shown_form(client, proof_of(article))

        note = write(client, article, paragraph=[*choices][1])

        assert "paragraph" in form
        assert note.paragraph == FLOUR

    def test_leads_back_to_the_place_in_the_proof(self, client, writer, article):
        response = send(client, article, add=1, text="A", words="by the sea")

        assert response.url == f"{proof_of(article)}#on-{Note.objects.get().pk}"

    def test_leads_back_to_the_edit_page(self, client, writer, article):
        response = send(client, article, add=1, text="A", from_edit_page=1)

        assert response.url == f"{page_of(article)}#note-{Note.objects.get().pk}"

    def test_note_on_lost_words_quotes_them(self, client, writer, article):
        write(client, article, words="sold at the market")
        type(article).objects.filter(pk=article.pk).update(body="Nothing is left.")

        for url in (proof_of(article), page_of(article)):
            page = text_of(client.get(url))
            assert "sold at the market" in page
            assert "These words are no longer in the text." in page

    @pytest.mark.parametrize("text", ["", "  \n", "x" * 5001])
    def test_empty_and_too_long_notes_are_refused(self, client, writer, article, text):
        assert write(client, article, text) is None

    def test_line_break_counts_as_one_character(self, client, writer, article):
        text = "\n".join("x" * 2500)

        assert write(client, article, text.replace("\n", "\r\n")).text == text

    def test_reply_is_shown_below_its_note(self, client, writer, article):
        note = write(client, article)

        send(client, article, reply=note.pk, **{f"reply-{note.pk}": "I will ask."})

        [thread] = client.get(proof_of(article)).context["notes"]["open"]
        assert [reply.text for reply in thread.replies] == ["I will ask."]


class TestResolving:
    def test_resolved_note_is_folded_and_can_be_reopened(self, client, writer, article):
        note = write(client, article)

        send(client, article, resolve=note.pk)
        resolved = client.get(proof_of(article)).context["notes"]
        send(client, article, reopen=note.pk)
        reopened = client.get(proof_of(article)).context["notes"]

        assert ([], [note]) == (resolved["open"], [thread.note for thread in resolved["resolved"]])
        assert ([note], []) == ([thread.note for thread in reopened["open"]], reopened["resolved"])

    def test_requires_the_permission_to_change_the_article(self, client, writer):
        article = factories.create_article()
        note = write(client, article)

        assert send(client, article, resolve=note.pk).status_code == 403
        assert "resolve" not in shown_form(client, proof_of(article))


class TestDeleting:
    def test_author_deletes_a_note_without_replies(self, client, writer, article):
        send(client, article, delete=write(client, article).pk)

        assert not Note.objects.exists()

    def test_notes_of_others_need_an_editor(self, client, writer, article, admin_client, admin_user):
        others, own = article.notes.create(by=admin_user, text="A"), write(client, article)

        assert send(client, article, delete=others.pk).status_code == 403
        send(admin_client, article, delete=own.pk)
        assert list(Note.objects.all()) == [others]

    def test_notes_with_replies_stay(self, article, admin_client, admin_user):
        note = article.notes.create(by=admin_user, text="A")
        article.notes.create(by=admin_user, text="B", answers=note)

        assert 'name="delete"' not in admin_client.get(proof_of(article)).content.decode()
        send(admin_client, article, delete=note.pk)
        assert article.notes.count() == 2

    def test_note_of_a_deleted_user_keeps_the_name(self, client, writer, article):
        note = write(client, article)
        writer.delete()

        note.refresh_from_db()
        assert (note.by, note.by_name) == (None, "a-Writer")


class TestNowhereElse:
    def test_list_counts_open_notes(self, client, writer, article):
        note = write(client, article)
        create_article(title="Other")

        listed = client.get(LIST, {"notes": "open"})
        assert [row.open_notes for row in listed.context["cl"].result_list] == [1]
        assert "1 note" in text_of(listed)

        send(client, article, resolve=note.pk)
        assert not client.get(LIST, {"notes": "open"}).context["cl"].result_list

    def test_readers_and_exports_never_have_notes(self, client, admin_client):
        article = factories.create_article(body=BODY)
        write(admin_client, article, "Only for colleagues", words="by the sea")

        public = article.get_absolute_url()
        pages = [client.get(url).content.decode() for url in (public, "/feeds/rss.xml", "/")]
        pages += [export_article(article, with_state=True).decode(), markdown_source(article)]

        assert not [page for page in pages if "Only for colleagues" in page or "noted" in page]

    def test_number_of_queries_does_not_depend_on_the_notes(self, client, writer, article):
        def queries(url):
            return count_queries(client.get, url)

        write(client, article)
        client.get(proof_of(article))  # checks the article
        few = [queries(url) for url in (proof_of(article), page_of(article), LIST)]
        for number in range(4):
            note = write(client, article, f"Note {number}", words="by the sea")
            send(client, article, reply=note.pk, **{f"reply-{note.pk}": "Yes"})

        assert [queries(url) for url in (proof_of(article), page_of(article), LIST)] == few
