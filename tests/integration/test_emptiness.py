"""What an empty text is, and that none of it takes an article's words away or reaches readers."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from blog.articles.models import EmptyArticleError
from blog.documents.rendering.markdown import render_markdown
from blog.documents.rendering.values import ResolvedImage
from blog.documents.text import is_empty
from blog.imports.report import ConflictRule, StatusRule
from blog.models import Article, Image, SourceFile
from tests.support.admin_pages import post_action, post_action_confirmed, text_of
from tests.support.changes import publish, trash, unpublish
from tests.support.factories import create_article, create_page
from tests.support.images import image_bytes
from tests.support.import_files import outcomes, run, write

NOTHING = [
    *("", " \n\t\n", "\ufeff", "\u200b\u00a0", "&nbsp;", "&#8203;", "\u2800"),
    *("<!-- more -->", "<!-- a\n\nb -->\n", "---\n\n***", "<br><br>", "#", "> ", "```\n\n```", "<p></p>"),
    *("<script>words()</script>", "<style>p { }</style>", "[a]: https://a.example", "[^1]: A note."),
    *('<div class="reading-progress-container"></div>', "{% comment %}words{% endcomment %}", "{:toc}"),
    *("# Tides", "[IMAGE]", "**Social Snippet:**", "<form><input value=words></form>"),
]
SOMETHING = [
    *("A", "7", "…", "\\", "😀", "$$x$$", "`x`", "> a", "| a |\n|---|\n| |", "# Another heading", "汉"),
    *("![](sea.png)", "![Sea](sea.png)", '<img src="sea.png">', "[](https://a.example)"),
    '<iframe src="https://a.example"></iframe>',
]


class TestIsEmpty:
    def test_is_what_shows_neither_words_nor_an_image(self):
        assert [text for text in NOTHING if not self.is_empty(text)] == []
        assert [text for text in SOMETHING if self.is_empty(text)] == []

    def is_empty(self, text):
        return is_empty(render_markdown(text, title="Tides", resolve_image=ResolvedImage).html)

    def test_words_in_place_of_a_missing_image_are_something(self):
        assert is_empty(render_markdown("![](sea.png)").html)
        assert not is_empty(render_markdown("![Sea](sea.png)").html)

    def test_it_holds_no_word_that_is_counted(self):
        """ArticleQuerySet.empty() looks only at articles without any."""
        for text in (*NOTHING, *SOMETHING):
            article = Article(title="Tides", body=text)
            article.derive()

            assert article.word_count == 0 or not article.is_empty, text


@pytest.mark.django_db
class TestImport:
    EMPTIED = (
        *(b"", b" \n\n", b"\xef\xbb\xbf", b"\xff\xfe", b"---\n---\n", b"+++\n+++\n", b"{}"),
        *(b'---\ntitle: "Tides"\n---', b'---\ntitle: "Tides"\nslug: tides\n---\n\n \n', b"<br>"),
        *(b'---\ntitle: "Tides"\n---\n<!-- more -->\n', b"---\ntitle: A\n---\n&nbsp;\n***\n"),
    )

    def test_an_emptied_file_takes_nothing_from_its_article(self, folder):
        names = [f"{number:02}.md" for number in range(len(self.EMPTIED))]
        for name in names:
            write(folder, name, slug=name[:2])
        originals = [(folder / name).read_bytes() for name in names]
        run(folder, status=StatusRule.PUBLISHED)
        for name, data in zip(names, self.EMPTIED, strict=True):
            (folder / name).write_bytes(data)

        for rule in ConflictRule:
            reports = run(folder, status=StatusRule.PUBLISHED, on_conflict=rule)

            assert outcomes(reports) == ["rejected"] * len(names), rule
            assert [report.file for report in reports if "stays as it is" not in report.message] == []
        articles = Article.objects.published().order_by("slug").select_related("source_file")
        assert {article.body.strip() for article in articles} == {"Water comes and goes."}
        assert [bytes(article.source_file.original) for article in articles] == originals
        for name, data in zip(names, originals, strict=True):
            (folder / name).write_bytes(data)
        assert set(outcomes(run(folder))) == {"unchanged"}

    @pytest.mark.parametrize(
        ("data", "reason"),
        [
            (b"", "the file is empty."),
            (b"---\ntitle: A\n---\n", "there is no text below the front matter."),
            (b"---\ntitle: A\n---\n<!-- a -->\n", "nothing of the text would be shown"),
        ],
    )
    def test_the_reason_is_given(self, folder, data, reason):
        (folder / "a.md").write_bytes(data)

        (report,) = run(folder)

        assert report.message.startswith(reason)
        assert not Article.objects.exists()

    def test_the_others_are_imported(self, folder):
        (folder / "a.md").touch()
        (folder / "b.md").touch()
        write(folder, "c.md")

        assert outcomes(run(folder)) == ["rejected", "rejected", "created"]

    def test_a_heading_alone_is_a_beginning_but_nothing_to_publish(self, folder):
        (folder / "a.md").write_text("---\ntitle: Tides\ndate: 2026-03-01\n---\n# Tides\n")
        write(folder, "b.md", slug="b")

        reports = run(folder, status=StatusRule.PUBLISHED)
        (folder / "b.md").write_text("# Tides\n")

        assert outcomes(reports) == ["created", "created"]
        assert Article.objects.published().get().slug == "b"
        assert outcomes(run(folder)) == ["unchanged", "rejected"]

    def test_an_image_alone_is_a_text(self, folder):
        write(folder, body="![](sea.png)\n")
        (folder / "sea.png").write_bytes(image_bytes())

        run(folder, status=StatusRule.PUBLISHED)

        assert Article.objects.published().get().body_images.count() == 1

    def test_one_whose_only_image_is_not_there_stays_new(self, folder):
        write(folder, body="![](sea.png)\n")

        (report,) = run(folder, status=StatusRule.PUBLISHED)

        assert Article.objects.get().status == "new"
        assert "not published: the article would be empty." in report.warnings

    def test_a_published_one_is_not_replaced_by_an_image_that_is_not_there(self, folder):
        write(folder)
        run(folder, status=StatusRule.PUBLISHED)
        write(folder, body="![](sea.png)\n", category="New", image="https://a.example/x.jpg")

        (report,) = run(folder)

        assert outcomes([report]) == ["rejected"]
        assert "The file would leave" in report.message
        assert "Water" in Article.objects.published().get().body
        assert b"Water" in bytes(SourceFile.objects.get().original)
        assert outcomes(run(folder)) == ["rejected"]

    def test_an_empty_one_from_before_stays_as_it_is(self, folder):
        path = write(folder)
        run(folder, status=StatusRule.PUBLISHED)
        empty_in_place()

        reports = run(folder)
        path.write_text(path.read_text() + "More words.\n")

        assert outcomes(reports) == ["unchanged"]
        rules = {"status": StatusRule.PUBLISHED, "on_conflict": ConflictRule.FILE}
        assert outcomes(run(folder, **rules)) == ["updated"]


def empty_in_place():
    """Make every article empty as one could be before that was refused."""
    Article.objects.update(body="", body_html="", plain_text="", word_count=0)


@pytest.mark.django_db
class TestPublish:
    def test_an_empty_article_is_refused_by_name(self):
        article = create_article(status="new", title="Tides", body="<!-- later -->")

        with pytest.raises(EmptyArticleError, match="“Tides” has no visible text"):
            publish(article)

        assert Article.objects.get().status == "new"

    def test_a_refused_one_can_be_published_once_it_has_a_text(self):
        create_article(status="new", body="")
        with pytest.raises(EmptyArticleError):
            publish(Article.objects.get())
        article = Article.objects.get()
        article.body = "Words."
        article.save()

        publish(article)

        assert Article.objects.published().get() == article

    @pytest.mark.parametrize("days", [-1, 1])
    def test_a_published_or_scheduled_one_is_not_emptied(self, days):
        moment = timezone.now() + timedelta(days=days)
        article = create_article(published_at=moment)
        article.body = " \n"

        with pytest.raises(EmptyArticleError):
            article.save()

        assert Article.objects.get().body == "Some words to read."

    @pytest.mark.both_databases
    def test_of_many_those_with_a_text_are_published(self):
        for body in ("", "<!-- a -->", "…", "Words."):
            create_article(status="new", body=body)

        assert publish(Article.objects) == 2
        assert {article.body for article in Article.objects.published()} == {"…", "Words."}

    def test_one_that_is_published_and_empty_from_before_may_stay_and_be_edited(self):
        create_article()
        empty_in_place()
        article = Article.objects.get()
        article.title = "Another title"

        article.save()
        publish(article)

        assert Article.objects.published().get().title == "Another title"

    def test_but_it_is_not_published_again(self):
        create_article()
        empty_in_place()
        article = Article.objects.get()
        unpublish(article)

        with pytest.raises(EmptyArticleError):
            publish(article)

        assert publish(Article.objects) == 0


@pytest.mark.django_db
class TestAdmin:
    def save(self, client, article, **values):
        address = reverse("admin:blog_article_change", args=[article.pk])
        form = client.get(address).context["adminform"].form
        data = {name: "" if value is None else value for name, value in form.initial.items()}
        data |= {"keywords": "", "published_at_0": "2026-01-01", "published_at_1": "10:00:00"}
        for prefix in ("category_links", "author_links"):
            data |= {f"{prefix}-TOTAL_FORMS": 0, f"{prefix}-INITIAL_FORMS": 0}
        return client.post(address, data | {"version": article.lock_version} | values)

    def test_publishing_an_empty_text_is_refused_and_nothing_is_saved(self, admin_client):
        article = create_article(status="new", body="Words.")

        answer = self.save(admin_client, article, body="<!-- later -->", _publish="1")

        assert answer.status_code == 200
        assert "A published article cannot be empty" in answer.content.decode()
        article.refresh_from_db()
        assert (article.status, article.body) == ("new", "Words.")

    @pytest.mark.parametrize("button", ["_save", "_unpublish"])
    def test_emptying_a_published_article_is_refused(self, admin_client, button):
        article = create_article()

        answer = self.save(admin_client, article, body=" ", **{button: "1"})

        assert "A published article cannot be empty" in answer.content.decode()
        assert Article.objects.published().get().body == "Some words to read."

    def test_a_draft_may_be_empty(self, admin_client):
        article = create_article(status="new")

        assert self.save(admin_client, article, body="").status_code == 302
        assert Article.objects.get().body == ""

    def test_an_empty_one_from_before_may_get_another_title(self, admin_client):
        create_article()
        empty_in_place()

        answer = self.save(admin_client, Article.objects.get(), title="Another title")

        assert answer.status_code == 302
        assert Article.objects.published().get().title == "Another title"

    def test_a_text_with_a_stored_image_alone_is_published(self, admin_client):
        article = create_article(status="new", body="![](sea.png)")
        image = Image.objects.create(file="images/aa/sea.png", width=9, height=9)
        article.body_image_links.create(image=image, source="sea.png")

        self.save(admin_client, article, _publish="1")

        assert Article.objects.published().exists()

    def test_the_list_publishes_the_others_and_says_so(self, admin_client):
        empty, other = create_article(status="new", body=""), create_article(status="new")

        question = text_of(post_action(admin_client, "publish", empty, other))
        page = text_of(post_action_confirmed(admin_client, "publish", empty, other))

        assert "no visible content" in question
        assert "1 article was published." in page
        assert list(Article.objects.published()) == [other]

    def test_a_plain_page_is_not_published_empty_either(self, admin_client):
        page = create_page(body="Words.")
        address = reverse("admin:blog_page_change", args=[page.pk])
        data = {"title": "About", "slug": page.slug, "version": page.lock_version, "is_published": "on"}

        answer = admin_client.post(address, data | {"body": "<!-- later -->"})

        assert "A published page cannot be empty" in answer.content.decode()
        assert admin_client.post(address, data | {"body": "Other words."}).status_code == 302

    def test_what_is_restored_is_new(self, admin_client):
        create_article()
        empty_in_place()
        trash(Article.objects)

        admin_client.post(reverse("admin:blog_article_restore", args=[Article.objects.get().pk]))

        assert Article.objects.in_use().get().status == "new"
