"""What becomes of a text or an image that the sandbox refuses, wherever it is met."""

import io
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from blog.images import renditions
from blog.images.files import store_file
from blog.models import Article, Image, Page
from blog.sandbox import calls
from blog.sandbox.refusal_messages import image_refusal, text_refusal
from blog.sandbox.refusals import Refusal, RefusedError
from tests.support.admin_pages import shown_form
from tests.support.factories import create_article
from tests.support.images import image_bytes
from tests.support.import_files import run, write

TOO_LONG = RefusedError(Refusal.TIME, {"seconds": 2})


@pytest.fixture
def refuse(monkeypatch):
    """Return a function: from now on, texts that hold these words are refused."""

    def begin(words):
        render = calls.render

        def refusing(text, **options):
            if words in text:
                raise TOO_LONG
            return render(text, **options)

        monkeypatch.setattr(calls, "render", refusing)

    return begin


class TestWords:
    @pytest.mark.parametrize("code", Refusal)
    def test_there_are_some_for_every_refusal(self, code):
        values = dict.fromkeys(
            [
                "seconds",
                "megabytes",
                "cause",
                "width",
                "height",
                "side",
                "megapixels",
                "format",
                "frames",
                "limit",
                "pixels",
            ],
            7,
        )
        for sentence in (text_refusal(RefusedError(code, values)), image_refusal(RefusedError(code, values))):
            assert sentence.endswith((".", "7"))
            assert "%(" not in sentence

    @pytest.mark.parametrize("code", [Refusal.BUSY, Refusal.NO_START])
    def test_that_pass_say_so(self, code):
        assert "Try again in a moment." in text_refusal(RefusedError(code))
        assert "Try again in a moment." in image_refusal(RefusedError(code))


@pytest.mark.django_db
class TestTexts:
    def test_derive_articles_goes_on_and_names_those_that_keep_what_they_have(self, refuse):
        slow, quick = create_article(title="Slow", body="hostile"), create_article(body="mild")
        Article.objects.update(body_html="old", render_version=0)
        refuse("hostile")
        said = StringIO()

        with pytest.raises(CommandError, match="1 texts could not be re-rendered"):
            call_command("derive_articles", stderr=said, stdout=StringIO())

        assert f"article {slow.pk}, “Slow”: The text takes longer than 2 seconds" in said.getvalue()
        slow.refresh_from_db()
        quick.refresh_from_db()
        assert (slow.body_html, slow.render_version) == ("old", 0)
        assert "mild" in quick.body_html

    def test_deriving_raises_a_refusal_that_nobody_takes(self, refuse):
        create_article(body="hostile")
        refuse("hostile")

        with pytest.raises(RefusedError):
            Article.objects.derive()

    def test_a_save_changes_nothing(self, refuse):
        article = create_article(body="mild")
        refuse("hostile")
        article.body = "hostile"

        with pytest.raises(RefusedError):
            article.save()

        article.refresh_from_db()
        assert (article.body, article.lock_version) == ("mild", 1)

    def test_the_form_of_a_plain_page_says_so_and_keeps_it(self, admin_client, refuse):
        address = reverse("admin:blog_page_add")
        data = shown_form(admin_client, address) | {"title": "About", "slug": "about", "body": "hostile"}
        refuse("hostile")

        page = admin_client.post(address, data)

        assert page.status_code == 200
        assert "takes longer than 2 seconds" in page.content.decode()
        assert page.context["adminform"].form["body"].value() == "hostile"
        assert not Page.objects.exists()

    def test_the_page_of_an_article_says_why_nothing_is_found(self, admin_client, monkeypatch):
        article = create_article()
        monkeypatch.setattr(calls._texts, "ask", lambda *given, **more: (_ for _ in ()).throw(TOO_LONG))

        page = admin_client.get(reverse("admin:blog_article_change", args=[article.pk]))

        assert page.status_code == 200
        assert "takes too much time or memory to check" in page.content.decode()

    def test_an_import_refuses_the_file_and_goes_on(self, folder, refuse):
        (folder / "a.png").write_bytes(image_bytes())
        write(folder, name="b.md", title="B", body="mild ![A](a.png)\n")
        run(folder)
        Image.objects.update(credit_creator="Ann")  # only known after a worker has rendered the text
        write(folder, name="a.md", title="A", body="hostile ![A](a.png)\n")
        write(folder, name="b.md", title="B", body="very mild ![A](a.png)\n")
        refuse("hostile")

        outcomes = {report.file: (report.outcome, report.message) for report in run(folder)}

        assert outcomes["a.md"][0] == "rejected"
        assert "takes longer than 2 seconds to read and render." in outcomes["a.md"][1]
        assert outcomes["b.md"][0] == "updated"

    def test_a_new_file_of_an_image_is_stored_and_the_article_that_cannot_follow_is_named(
        self, admin_client, refuse
    ):
        stored = store_file(image_bytes())
        image = Image.objects.create(file=stored.name, width=stored.width, height=stored.height)
        article = create_article(title="Slow", body="![](a.png)\n\nhostile")
        article.body_image_links.create(image=image, source="a.png")
        refuse("hostile")
        data = {"upload": io.BytesIO(image_bytes(size=(9, 9))), "focal_x": 50, "focal_y": 50}

        page = admin_client.post(reverse("admin:blog_image_change", args=[image.pk]), data, follow=True)

        image.refresh_from_db()
        assert image.width == 9
        assert "Slow</a> could not be rendered again and still shows the old file" in page.content.decode()
        assert "takes longer than 2 seconds" in page.content.decode()


@pytest.mark.django_db
class TestImages:
    def test_one_that_cannot_be_made_smaller_now_is_shown_as_it_is_and_kept_by_nobody(
        self, client, monkeypatch
    ):
        name = store_file(image_bytes(size=(800, 400))).name.rpartition("/")[2]
        monkeypatch.setattr(renditions, "LOCK_TIMEOUT_SECONDS", 0.01)

        with renditions._ONE_AT_A_TIME.turn(1):
            answer = client.get(f"/pictures/{name}/400.avif")

        assert answer.status_code == 302
        assert answer.url == f"/media/images/{name[:2]}/{name}"
        assert "immutable" not in answer.get("Cache-Control", "")
        assert client.get(f"/pictures/{name}/400.avif").status_code == 200
