"""The list of held updates, and the comparison of an article with its file."""

import hashlib
import re

import pytest
from django.db.models import F
from django.urls import reverse

from blog.exports.articles import export_article
from blog.imports.comparison import store_images
from blog.imports.held import hold_update
from blog.models import Approval, Article, HeldUpdate
from tests.support.admin_pages import shown_form, text_of
from tests.support.changes import trash
from tests.support.html_forms import form_data
from tests.support.import_files import outcomes, run, write
from tests.support.injected_markup import HOSTILE, find_active_markup
from tests.support.queries import count_queries
from tests.support.roles import ROLES, log_in
from tests.support.rolling_back import rolled_back

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("users_read_once")]

LIST = reverse("admin:blog_heldupdate_changelist")
WORDS = "Water comes and goes.\n\nTwice a day, here.\n\nThe moon pulls it.\n"


def hold(folder, name="tides", before=None, edit=None, status="published", **after):
    """Import an article, edit it, and hold its changed file, as the next import would."""
    file = f"{name}.md"
    values = {"title": name.title(), "slug": name, "body": WORDS}
    path = write(folder, file, **values | (before or {}))
    run(path, status=status)
    article = Article.objects.order_by("pk").last()
    for field, value in (edit or {}).items():
        setattr(article, field, value)
    if edit:
        article.save()
    source, data = article.source_file, write(folder, file, **values | after).read_bytes()
    where = {"source_name": source.source_name, "root": source.root, "path": source.path}
    digest = hashlib.sha256(data).hexdigest()
    return hold_update(article, data=data, digest=digest, batch=source.batch, **where)


def page(held):
    return reverse("admin:blog_heldupdate_change", args=[held.pk])


def act(client, action, *many, follow=True):
    data = {"action": action, "_selected_action": [held.pk for held in many]}
    return client.post(LIST, data, follow=follow)


def choices(client, held):
    """Return the form of the page, and the names of its choices."""
    html = client.get(page(held)).content.decode()
    names = list(dict.fromkeys(re.findall(r'name="(choice-\w+-\d+)"', html)))
    data = {name: value for name, value in form_data(html).items() if not name.startswith("_")}
    return data, names


class TestList:
    def test_smallest_change_comes_first_on_request(self, admin_client, folder):
        large = hold(folder, "ebb", body=f"{WORDS}\nMany other words follow here, at the end.\n")
        small = hold(folder, "flood", body=f"{WORDS}\nOne more.\n")

        orders = {
            order: [row["held"] for row in admin_client.get(LIST, {"order": order}).context["rows"]]
            for order in ("", "smallest", "newest")
        }

        assert orders == {"": [large, small], "smallest": [small, large], "newest": [small, large]}
        HeldUpdate.objects.filter(pk=small.pk).update(changed_words=None)  # held by an earlier release
        page = admin_client.get(LIST, {"order": "smallest"})
        assert [row["held"] for row in page.context["rows"]] == [large, small]

    def test_number_of_queries_is_constant(self, admin_client, folder, django_assert_num_queries):
        named = {"categories": ["Sea", "Moon"], "author": "Mara Voss"}
        hold(folder, before=named, **named, title="New tides")
        admin_client.get(LIST)
        queries = count_queries(admin_client.get, LIST)
        hold(folder, "ebb", before=named, **named, title="New ebb")

        with django_assert_num_queries(queries):
            assert len(admin_client.get(LIST).context["rows"]) == 2

    @pytest.mark.both_databases
    def test_held_updates_and_conflicts_have_a_tab_each(self, admin_client, folder):
        hold(folder, title="New tides")
        hold(folder, "ebb", status="new", edit={"title": "Mine"}, title="Theirs")

        held, conflicts = (text_of(admin_client.get(f"{LIST}?kind={kind}")) for kind in ("held", "conflict"))

        assert ("Tides" in held, "tides.md" in held, "Mine" in held) == (True, True, False)
        assert ("Mine" in conflicts, "ebb.md" in conflicts) == (True, True)

    def test_list_omits_decided_files_and_trashed_articles(self, admin_client, folder):
        declined = hold(folder, "declined", title="a")
        act(admin_client, "decline", declined, follow=False)
        trash(hold(folder, "trashed", title="b").article)

        text = text_of(admin_client.get(LIST))

        assert "declined.md" not in text
        assert "trashed.md" not in text

    def test_accept_selected_files(self, admin_client, folder, admin_user):
        many = [hold(folder, name, body="Other words.\n") for name in ("ebb", "flow")]

        text = text_of(act(admin_client, "accept", *many))

        assert "2 files were accepted." in text
        assert {article.body.strip() for article in Article.objects.all()} == {"Other words."}
        assert set(HeldUpdate.objects.values_list("state", "decided_by")) == {("accepted", admin_user.pk)}
        assert set(outcomes(run(folder))) == {"unchanged"}

    def test_accept_lists_files_with_conflicts(self, admin_client, folder):
        clean = hold(folder, "ebb", body="Other words.\n")
        unsettled = hold(folder, edit={"title": "Mine"}, title="Theirs")

        response = act(admin_client, "accept", clean, unsettled)

        assert "1 file was accepted." in text_of(response)
        assert page(unsettled) in response.content.decode()
        assert HeldUpdate.objects.waiting().get() == unsettled

    def test_decline_selected_files(self, admin_client, folder):
        many = [hold(folder, name, body="Other words.\n") for name in ("ebb", "flow")]

        assert "2 files were declined" in text_of(act(admin_client, "decline", *many))
        assert not any("Other" in article.body for article in Article.objects.all())
        assert set(outcomes(run(folder))) == {"unchanged"}

    def test_accept_shows_the_reason_of_a_failure(self, admin_client, folder):
        held = hold(folder, body="Other words.\n")
        HeldUpdate.objects.update(data=b"---\ntitle: [\n---\n")

        text = text_of(act(admin_client, "accept", held))

        assert "line 3" in text
        assert HeldUpdate.objects.waiting().exists()

    def test_accept_is_limited_and_reports_the_rest(self, admin_client, folder, monkeypatch):
        monkeypatch.setattr("blog.desk.imports.held.ACCEPTED_AT_ONCE", 1)
        many = [hold(folder, name, body="Other words.\n") for name in ("ebb", "flow")]

        text = text_of(act(admin_client, "accept", *many))

        assert "1 file was accepted." in text
        assert "1 of your selection are still waiting" in text
        assert HeldUpdate.objects.waiting().get() == many[1]

    def test_list_is_linked_from_the_import(self, admin_client, folder):
        held = hold(folder, body="Other words.\n")
        other = hold(folder, "ebb", body="Other words.\n")

        batch = admin_client.get(reverse("admin:blog_importrun_change", args=[held.batch_id]))
        address = re.search(r'class="line" href="([^"]+)">Held updates', batch.content.decode())[1]

        text = text_of(admin_client.get(address))
        assert held.path in text
        assert other.path not in text

    def test_only_the_files_of_one_page_are_compared(self, admin_client, folder, monkeypatch):
        monkeypatch.setattr("blog.desk.imports.held_list.UPDATES_ON_A_PAGE", 2)
        for number in range(2):
            hold(folder, f"a{number}", title="x")
        admin_client.get(LIST)
        few = count_queries(admin_client.get, LIST)
        for number in range(2, 5):
            hold(folder, f"a{number}", title="x")
        many = count_queries(admin_client.get, LIST)

        assert many == few

    def test_rows_show_the_first_change_and_what_accepting_ends(self, admin_client, admin_user, folder):
        held = hold(folder, body=WORDS.replace("Twice a day", "Once a day"))
        Article.objects.update(reviewed_digest=F("words_digest"))
        Approval.objects.create(
            article=held.article, by=admin_user, by_name="Mara", digest=held.article.words_digest
        )

        response = admin_client.get(LIST)

        assert "<del>Twice</del><ins>Once</ins> a day, here." in response.content.decode()
        assert "1 paragraph" in text_of(response)
        assert "Accepting ends the approval by Mara" in text_of(response)

    def test_conflicting_files_cannot_be_selected(self, admin_client, folder):
        hold(folder, edit={"title": "Mine"}, title="Theirs")

        response = admin_client.get(LIST)

        assert "1 place differs" in text_of(response)
        assert "Decide 1" in text_of(response)
        assert "_selected_action" not in response.content.decode()

    def test_decided_files_are_listed_with_who_decided(self, admin_client, admin_user, folder):
        act(admin_client, "decline", hold(folder, title="New tides"), follow=False)

        text = text_of(admin_client.get(f"{LIST}?kind=decided"))

        assert "tides.md" in text
        assert f"Declined, {admin_user.username}" in text


class TestEditPage:
    def edit_page(self, client, held):
        return client.get(reverse("admin:blog_article_change", args=[held.article_id]))

    def test_edit_page_links_to_the_comparison(self, admin_client, folder):
        held = hold(folder, title="Theirs")

        html = self.edit_page(admin_client, held).content.decode()

        assert "A changed file has been waiting for this article" in html
        assert f'href="{page(held)}"' in html

    def test_edit_page_has_no_link_without_permission(self, client, django_user_model, folder):
        held = hold(folder, "ebb", status="new", edit={"title": "Mine"}, title="Theirs")
        log_in(client, "Writer", django_user_model)

        html = self.edit_page(client, held).content.decode()

        assert "An Editor will decide." in html
        assert page(held) not in html


class TestComparison:
    def test_page_shows_merged_changes_and_conflicts(self, admin_client, folder):
        held = hold(
            folder,
            edit={"title": "Mine", "excerpt": "By the editor."},
            title="Theirs",
            body=WORDS.replace("moon pulls", "moon draws"),
        )

        text = text_of(admin_client.get(page(held)))

        assert "Held update for a published article" in text
        assert "2 merged , 1 to decide" in text
        assert "Readers see no change until you accept." in text
        assert "tides.md from posts, imported" in text

    def test_page_shows_differences_from_the_common_base(self, admin_client, folder):
        held = hold(folder, edit={"title": "High Tides"}, title="Low Tides")

        html = admin_client.get(page(held)).content.decode()

        assert "<ins>High </ins>Tides" in html
        assert "<ins>Low </ins>Tides" in html

    def test_merge_without_conflicts_is_saved(self, admin_client, folder):
        held = hold(folder, edit={"excerpt": "By the editor."}, body="Other words.\n")

        admin_client.post(page(held), shown_form(admin_client, page(held)) | {"_save": "1"})

        article = Article.objects.get()
        assert (article.body.strip(), article.excerpt) == ("Other words.", "By the editor.")
        assert HeldUpdate.objects.get().state == "accepted"

    def test_chosen_side_is_saved(self, admin_client, folder, subtests):
        held = hold(folder, edit={"title": "Mine"}, title="Theirs", excerpt="From the file.")
        data, [name] = choices(admin_client, held)
        for side, title in [("ours", "Mine"), ("theirs", "Theirs")]:
            with subtests.test(side=side, title=title), rolled_back():
                admin_client.post(page(held), data | {name: side, "_save": "1"})

                article = Article.objects.get()
                assert (article.title, article.excerpt) == (title, "From the file.")
                assert HeldUpdate.objects.get().state == "decided"
                assert outcomes(run(folder)) == ["unchanged"]
                assert f'title: "{title}"'.encode() in export_article(article)

    def test_own_version_of_a_paragraph_is_saved(self, admin_client, folder):
        held = hold(
            folder,
            edit={"body": WORDS.replace("Twice", "Two times")},
            body=WORDS.replace("Twice", "Thrice").replace("moon pulls", "moon draws"),
        )
        data, [name] = choices(admin_client, held)

        admin_client.post(page(held), data | {name: "other", f"{name}-words": "Often.", "_save": "1"})

        assert Article.objects.get().body == "Water comes and goes.\n\nOften.\n\nThe moon draws it.\n"

    def test_missing_decision_is_an_error_and_keeps_the_others(self, admin_client, folder):
        held = hold(folder, edit={"title": "Mine", "excerpt": "Mine"}, title="Theirs", excerpt="Theirs")
        data, [first, second] = choices(admin_client, held)

        response = admin_client.post(page(held), data | {first: "theirs", "_save": "1"})

        assert "Some differences still need a decision" in text_of(response)
        assert re.search(rf'name="{first}" value="theirs" checked', response.content.decode())
        assert Article.objects.get().title == "Mine"
        assert HeldUpdate.objects.waiting().exists()
        assert second in response.content.decode()

    def test_invalid_own_version_is_rejected(self, admin_client, folder):
        held = hold(folder, edit={"title": "Mine"}, title="Theirs")
        data, [name] = choices(admin_client, held)

        response = admin_client.post(page(held), data | {name: "other", f"{name}-words": " ", "_save": "1"})

        assert "This field cannot be blank" in text_of(response)
        assert Article.objects.get().title == "Mine"

    def test_whole_file_can_be_taken(self, admin_client, folder):
        held = hold(folder, edit={"title": "Mine", "excerpt": "Mine"}, title="Theirs")
        data, _names = choices(admin_client, held)

        admin_client.post(page(held), data | {"_file": "1"})

        article = Article.objects.get()
        assert (article.title, article.excerpt) == ("Theirs", "")
        assert export_article(article) == (folder / "tides.md").read_bytes()

    def test_declining_keeps_the_article_and_is_recorded(self, admin_client, folder, admin_user):
        held = hold(folder, body="Other words.\n")
        data, _names = choices(admin_client, held)

        admin_client.post(page(held), data | {"_decline": "1"})

        held.refresh_from_db()
        assert (held.state, held.decided_by) == ("declined", admin_user)
        assert "Other" not in Article.objects.get().body
        assert outcomes(run(folder)) == ["unchanged"]
        assert "Already decided" in text_of(admin_client.get(page(held)))

    def test_next_button_opens_the_next_file(self, admin_client, folder):
        first, second = hold(folder, "ebb", body="x\n"), hold(folder, "flow", body="y\n")
        data, _names = choices(admin_client, first)

        response = admin_client.post(page(first), data | {"_next": "1"})

        assert response.url == page(second)

    def test_conflict_of_a_new_article_can_be_decided(self, admin_client, folder):
        held = hold(folder, status="new", edit={"title": "Mine"}, title="Theirs")
        assert "File and article have both changed" in text_of(admin_client.get(page(held)))
        data, [name] = choices(admin_client, held)

        admin_client.post(page(held), data | {name: "theirs", "_save": "1"})

        article = Article.objects.get()
        assert (article.title, article.status) == ("Theirs", "new")
        assert outcomes(run(folder)) == ["unchanged"]

    @pytest.mark.parametrize("is_one_of_many", [False, True])
    def test_change_of_provenance_is_logged(self, admin_client, folder, is_one_of_many):
        held = hold(folder, before={"generatedBy": "Gemini"}, generatedBy="Claude")
        data, _names = choices(admin_client, held)

        if is_one_of_many:
            act(admin_client, "accept", held, follow=False)
        else:
            admin_client.post(page(held), data | {"_save": "1"})

        history = text_of(admin_client.get(reverse("admin:blog_article_history", args=[held.article_id])))
        assert "Gemini" in history
        assert "tides.md says so" in history


class TestConcurrentChanges:
    def test_saved_article_is_shown_again_with_typed_texts(self, admin_client, folder):
        held = hold(folder, edit={"title": "Mine", "excerpt": "Mine"}, title="Theirs", excerpt="Theirs")
        data, [title, excerpt] = choices(admin_client, held)
        article = Article.objects.get()
        article.excerpt = "Mine, newer"
        article.save()

        typed = {title: "theirs", excerpt: "other", f"{excerpt}-words": "Typed with care"}
        response = admin_client.post(page(held), data | typed | {"_save": "1"})

        html = response.content.decode()
        assert "changed after you opened this page" in html
        assert re.search(rf'name="{title}" value="theirs" checked', html)
        assert "Typed with care" in html
        assert "newer" in html
        assert Article.objects.get().title == "Mine"

    def test_replaced_file_cannot_be_decided(self, admin_client, folder, subtests):
        held = hold(folder, body="Other words.\n")
        data, _names = choices(admin_client, held)
        run(write(folder, body="Newer words.\n"))
        for button in ["_save", "_file", "_decline", "_next"]:
            with subtests.test(button=button), rolled_back():
                response = admin_client.post(page(held), data | {button: "1"})

                assert "changed after you opened this page" in text_of(response)
                assert HeldUpdate.objects.waiting().exists()
                assert "words" not in Article.objects.get().body

    def test_texts_for_closed_conflicts_are_shown(self, admin_client, folder):
        held = hold(folder, edit={"title": "Mine", "excerpt": "Mine"}, title="Theirs", excerpt="Theirs")
        data, [title, excerpt] = choices(admin_client, held)
        article = Article.objects.get()
        article.excerpt = "Theirs"
        article.save()
        typed = {title: "ours", excerpt: "other", f"{excerpt}-words": "Typed with care"}

        first = admin_client.post(page(held), data | typed | {"_save": "1"}).content.decode()
        again = form_data(first) | {"_save": "1", "compared": "before"}
        second = admin_client.post(page(held), again).content.decode()

        for html in (first, second):
            assert "You wrote this for a difference" in html
            assert "Typed with care" in html

    def test_typed_texts_are_shown_after_a_decision_by_somebody_else(self, admin_client, folder):
        held = hold(folder, edit={"title": "Mine"}, title="Theirs")
        data, [title] = choices(admin_client, held)
        act(admin_client, "decline", held, follow=False)

        typed = {title: "other", f"{title}-words": "Typed with care"}
        assert "Typed with care" in text_of(admin_client.post(page(held), data | typed | {"_save": "1"}))

    def test_concurrent_save_is_not_overwritten(self, admin_client, folder, monkeypatch):
        held = hold(folder, body="Other words.\n")
        data, _names = choices(admin_client, held)

        def save_first(*args):
            article = Article.objects.get()
            article.excerpt = "In the very moment"
            article.save()
            monkeypatch.setattr("blog.imports.held.store_images", store_images)
            return store_images(*args)

        monkeypatch.setattr("blog.imports.held.store_images", save_first)
        response = admin_client.post(page(held), data | {"_save": "1"})

        assert "changed after you opened this page" in text_of(response)
        assert HeldUpdate.objects.waiting().exists()


class TestHostile:
    def test_hostile_texts_are_escaped(self, admin_client, folder):
        held = hold(
            folder,
            edit={"title": f"{HOSTILE} mine", "body": f"{HOSTILE} <script>evil()</script> mine\n"},
            title=f"{HOSTILE} theirs",
            body=f"{HOSTILE} [a](javascript:evil()) theirs\n",
            excerpt=HOSTILE,
        )
        HeldUpdate.objects.update(path=HOSTILE, source_name=HOSTILE)

        for address in (page(held), LIST):
            assert find_active_markup(admin_client.get(address).content.decode()) == []

    def test_too_many_conflicts_become_one_decision(self, admin_client, folder):
        lines = [f"Line {number} of a long text.\n\nKept {number}." for number in range(400)]
        text = "\n\n".join(lines) + "\n"
        held = hold(
            folder,
            before={"body": text},
            edit={"body": text.replace("Line", "Row")},
            body=text.replace("Line", "Verse"),
        )

        html = admin_client.get(page(held)).content.decode()

        assert "400 to decide" in html
        assert 'type="radio"' not in html
        data = form_data(html)
        assert "Some differences still need a decision" in text_of(
            admin_client.post(page(held), data | {"_save": "1"})
        )
        admin_client.post(page(held), data | {"_file": "1"})
        assert "Verse 399" in Article.objects.get().body


class TestPermissions:
    def test_editors_may_decide(self, client, django_user_model, folder, subtests):
        held = hold(folder, body="Other words.\n")
        for role in ROLES:
            with subtests.test(role=role), rolled_back():
                log_in(client, role, django_user_model)
                opened = f"{held.article.lock_version} {held.digest}"

                act(client, "accept", held, follow=False)
                act(client, "decline", held, follow=False)
                for button in ("_decline", "_save", "_file"):
                    client.post(page(held), {"compared": opened, button: "1"})

                may = role in {"Editor", "superuser"}
                assert ("Other" in Article.objects.get().body) == may
                assert HeldUpdate.objects.waiting().exists() != may

    def test_deciding_requires_all_three_permissions(self, client, django_user_model, folder, subtests):
        held = hold(folder, body="Other words.\n")
        for missing in ["change_article", "publish_article", "decide_heldupdate"]:
            with subtests.test(missing=missing), rolled_back():
                user = log_in(client, "Editor", django_user_model)
                user.groups.get().permissions.remove(user.groups.get().permissions.get(codename=missing))

                assert client.get(LIST).status_code == 403
                assert client.get(page(held)).status_code == 403
                assert client.post(page(held), {"_decline": "1"}).status_code == 403
                assert HeldUpdate.objects.waiting().exists()
