"""Approvals: who may approve, and for which content they are valid."""

import pytest
from django.contrib.auth.models import Permission
from django.utils.html import strip_tags

from blog.articles.actions.rewrite import edit_articles
from blog.articles.actions.undo import undo
from blog.articles.versions.retention import prune_versions
from blog.base.models import AppendOnlyError
from blog.images.models import store_image
from blog.imports.held import accept
from blog.models import Approval, Article, HeldUpdate, UndoableAction
from blog.review.ai_label import LabelState, ai_label, approval_in_force, label_state
from blog.review.approval import ReviewRefusedError, approve, withdraw
from blog.review.marks import list_marks
from tests.support.changes import record_version, trash
from tests.support.factories import create_article
from tests.support.images import image_bytes
from tests.support.import_files import run, write
from tests.support.proofs import FIGURE, QUOTED, resolve
from tests.support.roles import log_in

pytestmark = pytest.mark.django_db
SAID = "All figures and names."


@pytest.fixture
def editor(client, django_user_model):
    user = log_in(client, "Editor", django_user_model)
    user.first_name, user.last_name = "Mara", "Lindqvist"
    user.save()
    return user


@pytest.fixture
def article():
    return create_article(title="Tides", generated_by="Gemini")


def approved(article, user, **said):
    article = Article.objects.get(pk=article.pk)
    return approve(article, user, article.words_digest, **{"statement": SAID} | said)


def state(article):
    return label_state(Article.objects.get(pk=article.pk))


def undo_last(user):
    return undo(user, UndoableAction.objects.undoable_by(user).first().pk)


class TestApproval:
    def test_records_reviewer_and_statement_for_this_content(self, article, editor):
        review = approved(article, editor, note="Asked the harbour.")

        stored = Article.objects.get()
        assert (review.by_name, review.statement, review.note) == (
            *("Mara Lindqvist", SAID),
            "Asked the harbour.",
        )
        assert review.digest == stored.reviewed_digest == stored.words_digest
        assert review.version == stored.versions.first()
        assert stored.versions.first().is_approved
        assert ai_label(stored).sentence.startswith("Drafted with Gemini, reviewed by Mara Lindqvist on ")

    def test_is_no_edit_ends_with_one_and_returns_with_the_old_content(self, article, editor):
        before = Article.objects.values("lock_version", "updated_at").get()
        read_before = Article.objects.get()
        approved(article, editor)
        assert Article.objects.values("lock_version", "updated_at").get() == before
        read_before.is_featured = True
        read_before.save()
        assert state(article) == LabelState.REVIEWED
        article = Article.objects.get()

        article.excerpt = "Another one."
        article.save()
        changed = state(article)
        article.excerpt = ""
        article.save()

        assert (changed, state(article)) == (LabelState.CHANGED, LabelState.REVIEWED)

    @pytest.mark.both_databases
    def test_is_never_changed_or_deleted(self, article, editor):
        review = approved(article, editor)

        for act in (review.save, Approval.objects.all().delete, lambda: Approval.objects.update(note="x")):
            with pytest.raises(AppendOnlyError):
                act()


class TestWhatWasChecked:
    BODY = f"{QUOTED}\n\n{FIGURE}\n\n![A drill.](https://a.example/drill.png)"

    @pytest.fixture
    def quoting(self, editor):
        article = create_article(generated_by="Gemini", body=self.BODY)
        with pytest.raises(ReviewRefusedError, match="A quotation or a person is still unresolved"):
            approved(article, editor)
        for mark in list_marks(article):
            if mark.is_blocking:
                resolve(article, mark.key, "source", "Tide Gazette, page 3", editor)
        return article

    def test_is_what_was_ticked_of_what_the_article_has(self, quoting, article, editor):
        full = approved(quoting, editor, checked=["images", "read", "people"])
        plain = approved(article, editor, checked=["read", "people", "figures", "images", "nonsense"])

        assert (full.checked, full.unchecked, full.is_unquoted) == (
            ["read", "people", "images"],
            ["figures"],
            False,
        )
        assert (plain.checked, plain.unchecked, plain.is_unquoted) == (["read"], [], True)
        assert {source for _words, source in full.sources} == {"Tide Gazette, page 3"}

    def test_is_kept_through_withdrawal_and_undo(self, quoting, editor):
        approved(quoting, editor, checked=["read", "figures"])

        withdrawal = withdraw(quoting, editor)
        undo_last(editor)

        renewed = Approval.objects.last()
        assert withdrawal.checked == renewed.checked == ["read", "figures"]
        assert renewed.unchecked == ["people", "images"]

    def test_readers_see_exactly_that(self, quoting, editor, client):
        approved(quoting, editor, checked=["read", "people"], statement="Asked the harbour.")

        page = " ".join(strip_tags(client.get(quoting.get_absolute_url()).content.decode()).split())

        assert ": read to the end, people and quotations looked up Review details" in page
        assert "Asked the harbour." in page
        assert "Figures were not looked up.Images were not looked at." in page
        assert "Nobody is quoted" not in page


class TestRefusal:
    def refusal(self, article, user, seen_digest=None, **options):
        with pytest.raises(ReviewRefusedError) as refused:
            approve(article, user, seen_digest or article.words_digest, **options)
        assert not Approval.objects.exists()
        return str(refused.value)

    def test_without_permission(self, article, client, django_user_model):
        writer = log_in(client, "Writer", django_user_model)

        assert self.refusal(article, writer) == "You do not have permission to approve articles."

    def test_of_an_article_changed_since(self, article, editor):
        other = Article.objects.get()
        other.excerpt = "Another one."
        other.save()

        assert "changed after you opened it" in self.refusal(article, editor)

    def test_of_an_image_that_was_replaced_since(self, editor):
        image = store_image(image_bytes())
        article = create_article(generated_by="Gemini", hero_image=image)

        image.file = store_image(image_bytes(size=(40, 20))).file.name
        image.save()

        assert Article.objects.get().lock_version == article.lock_version
        assert "changed after you opened it" in self.refusal(article, editor)

    def test_of_an_article_not_read_to_the_end(self, article, editor):
        assert "Read the article to the end first" in self.refusal(article, editor, checked=["figures"])

    def test_of_a_trashed_or_empty_article(self, article, editor):
        trash(article)
        empty = create_article(status="new", body="")

        assert "in the trash" in self.refusal(article, editor)
        assert "nothing to approve" in self.refusal(empty, editor)


class TestOwnText:
    def written_by(self, user, article):
        record_version(article)
        article.body = "Other words."
        article.save()
        record_version(article, by=user)

    def test_is_not_own_text_if_only_flags_changed(self, article, editor):
        record_version(article)
        article.is_featured = True
        article.save()
        record_version(article, by=editor)

        assert not approved(article, editor).is_own_text

    def test_readers_are_told_only_of_edits_by_hand(self, article, editor, tmp_path):
        write(tmp_path, generatedBy="Gemini")
        run(tmp_path, started_by=editor)
        imported = Article.objects.exclude(pk=article.pk).get()
        record_version(article)
        seen = {article.pk: article.lock_version}
        edit_articles(editor, seen, {article.pk: {"body": "By a rule."}}, "{} changed".format)

        assert not approved(imported, editor).is_own_text
        assert not approved(article, editor).is_own_text
        self.written_by(editor, Article.objects.get(pk=article.pk))
        assert approved(article, editor).is_own_text

    def test_is_known_after_its_versions_were_pruned(self, article, editor, settings):
        settings.REVIEW_BY_OTHERS = True
        self.written_by(editor, article)
        for number in range(2):
            article.is_featured = not number
            article.save()
            record_version(article)

        assert list(prune_versions(keep_last=1))
        with pytest.raises(ReviewRefusedError, match="someone else must approve it"):
            approved(article, editor)
        settings.REVIEW_BY_OTHERS = False
        assert approved(article, editor).is_own_text

    @pytest.mark.parametrize("first", ["none", "nobody"])
    def test_is_one_that_the_user_s_import_has_created_or_updated(self, editor, settings, tmp_path, first):
        settings.REVIEW_BY_OTHERS = True
        for words, user in (("Old", None), ("New", editor)):
            if user or first == "nobody":
                write(tmp_path, generatedBy="Gemini", body=f"{words} words.\n")
                run(tmp_path, started_by=user)

        with pytest.raises(ReviewRefusedError, match="someone else must approve it"):
            approved(Article.objects.get(), editor)

    def test_is_one_whose_held_update_came_with_the_user_s_import(
        self, editor, django_user_model, settings, tmp_path
    ):
        write(tmp_path)
        run(tmp_path, status="published")
        write(tmp_path, body="Other words.\n")
        run(tmp_path, started_by=editor)
        accept(HeldUpdate.objects.get(), by=django_user_model.objects.create_superuser("ines"))
        settings.REVIEW_BY_OTHERS = True

        with pytest.raises(ReviewRefusedError, match="someone else must approve it"):
            approved(Article.objects.get(), editor)


class TestTakingBack:
    def test_is_a_further_row(self, article, editor):
        approved(article, editor)

        withdrawal = withdraw(article, editor, "Asked again.")

        assert [review.kind for review in Approval.objects.all()] == ["approved", "withdrawn"]
        assert withdrawal.note == "Asked again."
        assert state(article) == LabelState.UNREVIEWED
        with pytest.raises(ReviewRefusedError, match="no approval to withdraw"):
            withdraw(article, editor)

    @pytest.mark.both_databases
    def test_undo_of_an_approval_withdraws_it_and_keeps_the_previous_one(self, article, editor):
        approved(article, editor)
        undo_last(editor)
        assert [review.kind for review in Approval.objects.all()] == ["approved", "withdrawn"]
        assert state(article) == LabelState.UNREVIEWED
        approved(article, editor)
        article.excerpt = "Another one."
        article.save()
        approved(article, editor)

        undo_last(editor)

        assert state(article) == LabelState.CHANGED

    def test_undo_of_a_withdrawal_restores_the_approval(self, article, editor):
        first = approved(article, editor)
        withdraw(article, editor)

        undo_last(editor)

        again = approval_in_force(Approval.objects.all())
        assert state(article) == LabelState.REVIEWED
        assert (again.pk == first.pk, again.at, again.by, again.version) == (
            *(False, first.at, editor),
            first.version,
        )

    def test_needs_the_review_permission(self, article, editor):
        approved(article, editor)
        editor.groups.clear()
        editor.user_permissions.set(Permission.objects.filter(codename="change_article"))
        editor = type(editor).objects.get(pk=editor.pk)

        with pytest.raises(ReviewRefusedError, match="do not have permission to withdraw"):
            withdraw(article, editor)
