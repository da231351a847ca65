"""The proof of an article: its content, its errors and its redirects."""

import re

import pytest
from django.urls import reverse

from blog.articles.actions.undo import undo
from blog.desk.articles.proof.entries import entries_of
from blog.images.models import store_image
from blog.models import Approval, Article, MarkResolution, Person, UndoableAction
from blog.review import marks
from blog.review.people import mark_real
from blog.sandbox.refusals import Refusal, RefusedError
from tests.support.admin_pages import LIST, create_article, page_of, shown_form, text_of
from tests.support.images import image_bytes
from tests.support.injected_markup import HOSTILE, find_active_markup
from tests.support.proofs import SENTENCE, resolve
from tests.support.queries import count_queries

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("users_read_once")]

QUOTATION = "“We asked the mountain how much it weighs”, said Dr. Anya Sharma, a geophysicist."
BODY = f"Snow fell on the hill. Nobody counted it.\n\n{QUOTATION}\n\nThat is all there is to say.\n"
CLEAN = "Snow fell on the hill. It stayed until spring came.\n\nThat is all there is to say.\n"


REST = "The mill turns as long as the wind blows from the sea, and stops when it does not.\n" * 8


def proof_of(article, query=""):
    return reverse("admin:blog_article_proof", args=[article.pk]) + query


def machines_article(body=CLEAN, **fields):
    return create_article(body=body, generated_by="Gemini", hero_is_decorative=True, **fields)


def marks_in(article):
    """Return the entries that the proof shows."""
    return entries_of(Article.objects.with_page_relations().get(pk=article.pk)).numbered


def quotation_in(article):
    return next(entry for entry in marks_in(article) if entry.mark.kind == "quotation")


def settle(client, article, entry, outcome, *, follow=True, **data):
    address = reverse("admin:blog_article_resolve", args=[article.pk])
    data = {"key": entry.mark.key, "version": article.lock_version, "outcome": outcome} | data
    return client.post(address, data, follow=follow)


def approve(client, article, query="", *, follow=True, **data):
    address = reverse("admin:blog_article_approve", args=[article.pk]) + query
    data = {"digest": article.words_digest, "checked": ["read"], "shown": "read"} | data
    return client.post(address, data, follow=follow)


def raising(error):
    def refuse(*arguments):
        raise error

    return refuse


class TestReading:
    def test_shows_the_article_as_readers_see_it_with_its_marks(self, admin_client):
        article = machines_article(BODY, title="Weighing")

        page = admin_client.get(proof_of(article))
        number = next(e.number for e in page.context["entries"].numbered if e.mark.kind == "quotation")

        html = page.content.decode()
        assert f'<span id="m{number}">' in html
        assert 'class="m stop' in html
        assert "AI-generated text." in html
        assert "Quotation, named person" in html

    def test_opens_at_the_first_mark_that_blocks_approval(self, admin_client):
        article = machines_article(f"The mill was built in 1879.\n\n{BODY}")

        page = admin_client.get(proof_of(article))

        assert not page.context["entries"].numbered[0].is_blocking
        assert page.context["current"].mark.kind == "quotation"

    def test_lists_the_newest_versions_with_their_action(self, admin_client):
        article = machines_article()
        form = shown_form(admin_client, page_of(article)) | {"title": "Snow again", "_continue": "1"}
        admin_client.post(page_of(article), form)

        page = admin_client.get(proof_of(article))

        versions = page.content.decode().partition('<ol class="vers">')[2].partition("</ol>")[0]
        assert "<span>Saved, " in versions

    def test_hostile_text_is_sanitised(self, admin_client):
        body = f'{HOSTILE} "{HOSTILE} was 40 % of it", said Dr. Anya <b>Sharma</b>.\n\n{QUOTATION} {HOSTILE}'
        article = machines_article(body, title=HOSTILE)

        page = admin_client.get(proof_of(article, "?mark=1"))

        assert page.context["entries"].numbered
        assert find_active_markup(page.content.decode()) == []

    def test_query_count_is_independent_of_other_articles(self, admin_client):
        article = machines_article(BODY)
        admin_client.get(proof_of(article))
        alone = count_queries(admin_client.get, proof_of(article))
        for number in range(20):
            machines_article(BODY, title=f"Other {number}")

        among_others = count_queries(admin_client.get, proof_of(article))

        assert among_others == alone <= 60

    def test_busy_sandbox_shows_the_article_and_blocks_approval(self, admin_client, monkeypatch):
        article = machines_article(BODY)
        busy = RefusedError(Refusal.BUSY)
        monkeypatch.setattr("blog.desk.articles.proof.entries.list_marks", raising(busy))

        page = admin_client.get(proof_of(article))
        approve(admin_client, article, follow=False)

        assert "We asked the mountain" in text_of(page)
        assert "The marks could not be loaded. The server is busy" in text_of(page)
        assert not Approval.objects.exists()

    def test_shows_position_in_the_list(self, admin_client):
        first, second, third = (machines_article(title=title) for title in "ABC")
        filters = "?_changelist_filters=order%3Dtitle"  # by title

        page = admin_client.get(proof_of(second, filters))

        place = page.context["place"]
        assert (place.number, place.total, place.before, place.after) == (2, 3, first.pk, third.pk)
        assert f"{proof_of(third)}?_changelist_filters=order%3Dtitle" in page.content.decode()

    def test_lists_kinds_without_marks(self, admin_client):
        article = machines_article()  # without a picture, which is a finding
        for entry in marks_in(article):
            settle(admin_client, article, entry, "no_claim", follow=False)

        page = text_of(admin_client.get(proof_of(article)))

        assert "All marks resolved." in page
        assert "Nobody is named or quoted" in page


class TestSentence:
    """The marks of a sentence are one entry."""

    BODY = f"Snow fell.\n\n{SENTENCE} Crews no longer sink holes in the old way.\n\n{REST}"

    def entry(self, article):
        return marks_in(article)[0]

    def test_has_one_number_one_line_and_all_its_kinds(self, admin_client):
        article = machines_article(self.BODY)

        page = admin_client.get(proof_of(article))

        html = page.content.decode()
        entry = page.context["entries"].numbered[0]
        assert {kind["name"] for kind in entry.kinds} >= {"Person", "Number"}
        assert (entry.weight, entry.passage) == ("stop", SENTENCE)
        assert html.count('data-marks="1"') == 1
        assert f"{SENTENCE}</mark>" in html
        assert f"One sentence, {len(entry.kinds)} marks" in text_of(page)

    def test_one_source_covers_all_kinds(self, admin_client):
        article = machines_article(self.BODY)

        settle(
            admin_client,
            article,
            self.entry(article),
            "source",
            note="Report 7, p. 12",
            follow=False,
        )

        page = admin_client.get(proof_of(article, "?mark=1"))
        assert self.entry(article).outcome == "Source"
        assert text_of(page).count("Report 7, p. 12") == 1

    def test_one_source_for_each_kind_leaves_the_others_open(self, admin_client):
        article = machines_article(self.BODY)
        entry = self.entry(article)
        page = admin_client.get(proof_of(article, "?mark=1&each=1"))
        figure = next(kind["mark"] for kind in entry.kinds if kind["name"] == "Number")
        assert f'name="note-{figure.key}"' in page.content.decode()

        done = settle(admin_client, article, entry, "source", **{f"note-{figure.key}": "Report 7"})

        assert [kind["name"] for kind in self.entry(article).kinds if kind["weight"] == "done"] == ["Number"]
        assert "The rest of mark 1 is still open" in text_of(done)

    def test_after_a_rewrite_only_what_is_still_marked_is_open(self, admin_client):
        article = machines_article(self.BODY)
        text = "Surveys have cut the cost of drilling by 40 percent."

        settle(admin_client, article, self.entry(article), "rewritten", text=text, follow=False)

        entries = admin_client.get(proof_of(article)).context["entries"]
        assert "Person" not in {kind["name"] for entry in entries.open for kind in entry.kinds}
        assert "Number" in {kind["name"] for kind in entries.open[0].kinds}
        assert [entry.outcome for entry in entries.gone] == ["Rewritten"]

    def test_resolved_on_people_says_by_whom_and_links_there(self, admin_client, admin_user):
        article = machines_article(self.BODY)
        self.entry(article)
        person = Person.objects.get()
        mark_real(admin_user, person, "Her page at Northmoor")
        resolve(article, self.entry(article).mark.key, "no_claim", "", admin_user)

        html = admin_client.get(proof_of(article)).content.decode()

        assert f'<a class="mk" href="{reverse("admin:people")}?person={person.pk}">' in html
        assert "resolved on People by admin, " in html


class TestResolving:
    def test_source_resolves_a_mark_and_opens_the_next(self, admin_client):
        article = machines_article(BODY)
        entry = quotation_in(article)

        page = settle(admin_client, article, entry, "source", note="https://a.example/")

        assert "Source: mark" in text_of(page)
        assert not quotation_in(article).mark.is_open
        assert MarkResolution.objects.get().note == "https://a.example/"

    @pytest.mark.parametrize(
        ("outcome", "data", "times", "most"),
        [
            ("source", {"note": "Her letter"}, 1, 30),
            ("no_claim", {"note": "From my notes"}, 1, 30),
            ("open", {}, 2, 32),
            ("rewritten", {"text": "Nobody weighed it."}, 2, 108),
        ],
    )
    def test_lists_the_marks_again_only_if_they_are_others(
        self, admin_client, monkeypatch, outcome, data, times, most
    ):
        article = machines_article(body=BODY)
        entry = quotation_in(article)
        if outcome == "open":
            settle(admin_client, article, entry, "source", note="Her letter")
        listed = []
        claims_of = marks._claims
        monkeypatch.setattr(marks, "_claims", lambda *given: listed.append(1) or claims_of(*given))

        queries = count_queries(settle, admin_client, article, entry, outcome, follow=False, **data)

        assert len(listed) == times
        assert queries <= most

    def test_missing_source_or_reason_is_an_error(self, admin_client):
        article = machines_article(BODY)
        entry = quotation_in(article)

        asked = settle(admin_client, article, entry, "source")
        refused = settle(admin_client, article, entry, "no_claim")

        assert "Enter a source that can be looked up" in text_of(asked)
        assert "A person is named" in text_of(refused)
        assert not MarkResolution.objects.exists()

    def test_removing_deletes_the_words_and_undo_restores_them(self, admin_client):
        article = machines_article(BODY)

        settle(
            admin_client,
            article,
            quotation_in(article),
            "taken_out",
            confirmed="1",
            follow=False,
        )
        without = Article.objects.get(pk=article.pk).body
        admin_client.post(reverse("admin:blog_article_undo"), {"number": UndoableAction.objects.last().pk})

        assert "Sharma" not in without
        assert without.startswith("Snow fell on the hill. Nobody counted it.\n\nThat is all")
        assert Article.objects.get(pk=article.pk).body == BODY
        assert quotation_in(article).mark.is_open

    def test_removing_much_of_a_section_needs_a_confirmation(self, admin_client):
        article = machines_article(BODY)

        page = settle(admin_client, article, quotation_in(article), "taken_out")

        assert "Not removed yet" in text_of(page)
        assert Article.objects.get(pk=article.pk).body == BODY

    def test_rewriting_changes_only_the_sentence(self, admin_client):
        article = machines_article(BODY)
        entry = quotation_in(article)

        field = admin_client.get(proof_of(article, f"?mark={entry.number}"))
        blank = settle(admin_client, article, entry, "rewritten", text=" \r\n")
        settle(admin_client, article, entry, "rewritten", text="We asked the mountain.\r\n", follow=False)

        assert f"{QUOTATION}</textarea>" in field.content.decode()
        assert "there are no words" in text_of(blank)
        assert Article.objects.get(pk=article.pk).body == BODY.replace(QUOTATION, "We asked the mountain.")

    def test_a_fix_moves_labelled_words_to_their_field_and_undo_moves_them_back(self, admin_client):
        body = f"{CLEAN}\n**Keywords:** snow, hill\n"
        article = machines_article(body)
        entry = next(entry for entry in marks_in(article) if entry.mark.kind == "label_in_text")

        shown = admin_client.get(proof_of(article, f"?mark={entry.number}")).content.decode()
        page = settle(admin_client, article, entry, "fixed")
        fixed = Article.objects.get(pk=article.pk)
        admin_client.post(reverse("admin:blog_article_undo"), {"number": UndoableAction.objects.last().pk})
        restored = Article.objects.get(pk=article.pk)

        assert "<ins>snow, hill</ins>" in shown
        assert f"Fixed: mark {entry.number}." in text_of(page)
        assert (fixed.body, fixed.keywords) == (CLEAN, ["snow", "hill"])
        assert (restored.body, restored.keywords) == (body, [])
        assert not restored.keyword_rows.exists()

    def test_a_mark_without_a_fix_is_not_changed_by_one(self, admin_client):
        article = machines_article(BODY)

        page = settle(admin_client, article, quotation_in(article), "fixed")

        assert "This mark has no fix" in text_of(page)
        assert Article.objects.get(pk=article.pk).body == BODY

    def test_later_save_is_not_overwritten(self, admin_client):
        article = machines_article(BODY)
        entry = quotation_in(article)
        Article.objects.get(pk=article.pk).save()

        page = settle(admin_client, article, entry, "taken_out", confirmed="1")

        assert "someone saved the article" in text_of(page)
        assert Article.objects.get(pk=article.pk).body == BODY
        assert not MarkResolution.objects.exists()

    def test_typed_words_are_compared_with_the_sentence(self, admin_client):
        article = machines_article(BODY)
        address = reverse("admin:blog_article_difference", args=[article.pk])

        answer = admin_client.post(address, {"place": "0-22", "text": "Snow fell on the <i>."})

        assert "<del>hill</del><ins>&lt;i&gt;</ins>" in answer.content.decode()


class TestApproving:
    def test_approves_and_opens_the_next_article(self, admin_client):
        article, following = (machines_article(title=title) for title in "AB")

        page = approve(admin_client, article, "?_changelist_filters=order%3Dtitle")

        assert Article.objects.get(pk=article.pk).is_reviewed
        assert page.redirect_chain[-1][0].startswith(proof_of(following))
        assert "Approved" in text_of(page)

    def test_can_be_withdrawn_with_a_note_and_undone(self, admin_client):
        article = machines_article()
        approve(admin_client, article, statement="Read it twice.", follow=False)

        page = admin_client.get(proof_of(article))
        address = reverse("admin:blog_article_withdraw", args=[article.pk])
        assert "Read it twice." in text_of(page)
        assert f'action="{address}' in page.content.decode()
        page = admin_client.post(address, {"note": "Too early."}, follow=True)

        assert not Article.objects.get(pk=article.pk).is_reviewed
        assert Approval.objects.latest("pk").note == "Too early."
        assert "Withdrew the approval" in text_of(page)
        assert "Withdraw the approval" not in text_of(page)
        action = UndoableAction.objects.latest("pk")
        undo(action.user, action.pk)
        assert Article.objects.get(pk=article.pk).is_reviewed

    def test_quoted_person_blocks_with_a_reason(self, admin_client):
        article = machines_article(BODY)
        number = quotation_in(article).number

        page = approve(admin_client, article)

        assert not Approval.objects.exists()
        assert f"Resolve mark {number} before approving: a person is quoted" in text_of(page)
        assert f'id="first-open" href="?mark={number}' in page.content.decode()

    def test_is_rejected_before_the_end_was_read(self, admin_client):
        article = machines_article()

        page = approve(admin_client, article, checked=[], note="Asked the harbour.")

        assert not Approval.objects.exists()
        assert "“Read to the end” is not ticked" in text_of(page)
        assert 'value="Asked the harbour."' in page.content.decode()

    def test_is_refused_after_an_image_was_replaced_while_the_page_was_open(self, admin_client):
        image = store_image(image_bytes())
        article = machines_article(hero_image=image)
        html = admin_client.get(proof_of(article)).content.decode()
        [form] = re.findall(r'<form class="approve".*?</form>', html, re.DOTALL)
        data = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', form)) | {
            "checked": "read"
        }

        image.file = store_image(image_bytes(size=(40, 20))).file.name
        image.save()
        address = reverse("admin:blog_article_approve", args=[article.pk])
        page = admin_client.post(address, data, follow=True)

        assert not Approval.objects.exists()
        assert "changed after you opened it" in text_of(page)

    def test_the_sentence_is_shown_before_it_is_approved(self, admin_client):
        article = machines_article(BODY.replace("Nobody counted it", "That is 40 percent more"))
        settle(
            admin_client,
            article,
            quotation_in(article),
            "source",
            note="A letter",
            follow=False,
        )
        ticks = {"checked": ["read", "figures"]}

        page = approve(admin_client, article, **ticks)
        status = page.context["approval"]
        assert not Approval.objects.exists()
        approve(admin_client, article, **ticks, shown=status["shown"], follow=False)

        assert status["label"].sentence.endswith(": read to the end, figures looked up.")
        assert (Approval.objects.get().checked, Approval.objects.get().unchecked) == (
            ["read", "figures"],
            ["people"],
        )

    def test_earlier_ticks_are_suggested_and_not_set(self, admin_client):
        body = "In the copper belts this cuts the cost of drilling by {} percent."
        article, following = (machines_article(body.format(number)) for number in (40, 41))
        for each in (article, following):
            for entry in marks_in(each):
                settle(admin_client, each, entry, "no_claim", follow=False)
        approve(admin_client, article, checked=["read", "figures"], shown="read,figures", follow=False)

        ticks = admin_client.get(proof_of(following)).context["approval"]["ticks"]

        assert [(tick["check"], tick["is_checked"], tick["is_suggested"]) for tick in ticks] == [
            ("read", False, False),
            ("figures", False, True),
        ]

    def test_links_to_changes_since_approval(self, admin_client):
        article = machines_article()
        approve(admin_client, article, follow=False)
        article = Article.objects.get(pk=article.pk)
        form = shown_form(admin_client, page_of(article)) | {"body": CLEAN + "\nOne more.\n", "_proof": "1"}

        saved = admin_client.post(page_of(article), form)
        page = admin_client.get(saved.url)

        assert saved.url.startswith(proof_of(article))
        changes = page.context["approval"]["changes"]
        assert f'href="{changes.replace("&", "&amp;")}" data-keys="d"' in page.content.decode()
        assert "One more." in text_of(admin_client.get(changes))

    def test_after_the_last_article_returns_to_the_list(self, admin_client):
        page = approve(admin_client, machines_article())

        assert page.redirect_chain[-1][0].startswith(LIST)


class TestPublishing:
    def publish(self, client, article, **data):
        address = reverse("admin:blog_article_publish_from_proof", args=[article.pk])
        return client.post(address, {"seen": f"{article.pk}.{article.lock_version}"} | data)

    @pytest.mark.parametrize(
        ("fields", "question"),
        [
            ({"body": BODY, "generated_by": "Gemini"}, "Publish with 1 red mark open?"),
            ({"body": CLEAN, "generated_by": "Gemini"}, "Publish without an approval?"),
            ({"body": BODY}, "Publish with 1 red mark open?"),
            ({"body": CLEAN}, ""),
        ],
    )
    def test_asks_if_a_red_mark_is_open_or_an_approval_is_missing(self, fields, question, admin_client):
        article = create_article(status="new", **fields)

        page = text_of(admin_client.get(proof_of(article)))
        answer = self.publish(admin_client, article)
        is_asked = not Article.objects.get(pk=article.pk).is_published
        self.publish(admin_client, article, anyway="1")

        assert question in page
        assert is_asked == bool(question) == answer.url.endswith("#publish")
        assert Article.objects.get(pk=article.pk).is_published

    def test_asking_keeps_a_refused_approval_form(self, admin_client):
        article = machines_article()
        approve(admin_client, article, checked=[], statement="Weighed twice.", follow=False)

        self.publish(admin_client, article)

        shown = [admin_client.get(proof_of(article)).context["approval"]["statement"] for _ in range(2)]
        assert shown == ["Weighed twice.", ""]


class TestTrash:
    def test_moves_to_the_trash_and_opens_the_next(self, admin_client):
        article, following = (machines_article(title=title) for title in "AB")
        address = reverse("admin:blog_article_trash_from_proof", args=[article.pk])

        page = admin_client.post(f"{address}?_changelist_filters=order%3Dtitle", follow=True)

        assert Article.objects.get(pk=article.pk).trashed_at
        assert page.redirect_chain[-1][0].startswith(proof_of(following))
        assert 'id="undo-form"' in page.content.decode()
