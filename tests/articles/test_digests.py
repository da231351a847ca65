"""The digest of the content that readers see: equal content, equal digest."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from blog.articles.digests import TEXTS
from blog.documents.image_words import Credit, ImageWords
from blog.images.models import store_image
from blog.models import Article, Image
from blog.site import text_model
from tests.support.factories import create_article, create_category, create_image
from tests.support.images import image_bytes
from tests.support.import_files import run, write

pytestmark = pytest.mark.django_db


def digest():
    return Article.objects.values_list("words_digest", flat=True).get()


class TestWhoeverComputesIt:
    """An import, a later save, and deriving all articles."""

    PICTURES = {
        "none": {},
        "remote": {"image": "https://pictures.example/pier.jpg", "imageAlt": "A pier"},
        "beside the file": {
            "image": "pier.png",
            "imageCredit": "Photo by Tove",
            "body": "![Quay](quay.png)\n",
        },
        "remote in the text": {"body": "![Quay](https://pictures.example/quay.jpg) and words\n"},
    }

    @pytest.mark.parametrize("kind", PICTURES)
    def test_it_is_the_same(self, kind, tmp_path):
        for name in ("pier.png", "quay.png"):
            (tmp_path / name).write_bytes(image_bytes(size=(30, len(name) + len(kind))))
        run(write(tmp_path, **self.PICTURES[kind]))
        imported = digest()

        Article.objects.get().save()
        saved = digest()
        Article.objects.all().derive()
        derived = digest()
        Article.objects.all().digest_words()

        assert imported.startswith("2:")
        assert {imported, saved, derived, digest()} == {imported}

    @pytest.mark.both_databases
    def test_it_is_the_same_where_a_text_has_just_got_a_stored_image(self):
        image = store_image(image_bytes())
        Image.objects.update(alt="A quay", credit_creator="Tove")
        article = create_article(body=f"Words.\n\n![]({image.url})\n")
        created = digest()

        Article.objects.get().save()
        article = Article.objects.get()
        article.body += "\n"
        article.save()
        changed = digest()
        Article.objects.get().save()

        assert changed == digest() != created

    def test_an_article_without_pictures_takes_no_query(self, django_assert_num_queries):
        article = Article(title="Tides", body="Words.", pk=1, lock_version=1)
        rendering = text_model.render_text("Words.", title="")

        with django_assert_num_queries(0):
            article.derive(rendering)

        assert article.words_digest.startswith("2:")


class TestChange:
    @pytest.mark.parametrize("name", [*TEXTS, "hero_alt", "keywords"])
    def test_changed_text_changes_the_digest(self, name):
        article = create_article(hero_image=create_image(), body="Words.", excerpt="Short.")
        before = digest()

        setattr(article, name, ["moon"] if name == "keywords" else "Other words.")
        article.save()

        assert digest() != before

    def test_changed_credit_or_decorative_changes_the_digest(self):
        image = store_image(image_bytes())
        article = create_article(hero_image=image, body=f"![Quay]({image.url})\n")
        digests = {digest()}

        article.hero_credit = Credit("Bo")
        article.save()
        digests.add(digest())
        article.image_text_overrides = {image.url: ImageWords(is_decorative=True)}
        article.save()
        digests.add(digest())

        assert len(digests) == 3

    def test_other_changes_keep_the_digest(self):
        article = create_article(body="Words.")
        before = digest()

        article.slug, article.language, article.is_featured = "elsewhere", "de", True
        article.primary_category = create_category()
        article.save()

        assert digest() == before

    def test_changed_renderer_keeps_the_digest(self, monkeypatch):
        create_article(body="Words -- and *more* of them.")
        before = digest()
        rendering = text_model.render_text("Other HTML altogether.", title="")
        monkeypatch.setattr(text_model, "RENDER_VERSION", text_model.RENDER_VERSION + 1)
        monkeypatch.setattr(text_model, "render_text", lambda *args, **kwargs: rendering)

        Article.objects.all().derive()

        assert "Other HTML" in Article.objects.get().body_html
        assert digest() == before


class TestImage:
    """A changed image changes the digests of all articles that show it."""

    @pytest.fixture
    def image(self):
        return store_image(image_bytes())

    @pytest.fixture(params=["hero", "text"])
    def before(self, request, image):
        uses = {"hero": {"hero_image": image}, "text": {"body": f"Words.\n\n![]({image.url})\n"}}
        create_article(**uses[request.param])
        return digest()

    @pytest.mark.parametrize("name", ["alt", "credit_creator"])
    def test_changed_alt_text_or_credit_changes_digests(self, image, before, name):
        setattr(image, name, "Tove")
        image.save()
        changed = digest()
        Article.objects.get().save()

        assert before != changed == digest()

    def test_changed_file_changes_digests(self, image, before):
        image.file = store_image(image_bytes(size=(40, 20))).file.name
        image.save()

        assert digest() != before

    def test_change_that_readers_do_not_see_keeps_digests(self, image, before):
        image.focal_x = 10
        image.save()

        assert digest() == before


class TestMirroredImage:
    """Mirroring an image does not change the digest."""

    ADDRESS = "https://pictures.example/quay.jpg"

    @pytest.fixture
    def image(self):
        create_article(
            hero_image=create_image(source=self.ADDRESS, caption="A caption."),
            body=f"Words.\n\n![A quay]({self.ADDRESS})\n",
        )
        return Image.objects.get()

    def mirror(self, image):
        stored = store_image(image_bytes())
        Image.objects.filter(pk=image.pk).update(file=stored.file.name, width=12, height=8)
        article = Article.objects.get()
        article.body_image_links.create(image=image, source=self.ADDRESS)

    def test_changes_nothing(self, image):
        before = digest()

        self.mirror(image)
        Article.objects.all().digest_words()
        mirrored = digest()
        Article.objects.get().save()

        assert before == mirrored == digest()

    def test_changes_nothing_above_a_text_where_an_editor_has_worded_it(self, image, admin_client):
        Article.objects.update(body="Words.")
        self.save(admin_client, image, credit_creator="Bo")
        before = digest()

        Image.objects.filter(pk=image.pk).update(file=store_image(image_bytes()).file.name)
        Article.objects.get().save()

        assert before == digest()

    def test_replaced_file_of_a_mirrored_image_changes_the_digest(self, image, admin_client):
        self.mirror(image)
        Article.objects.all().digest_words()
        before = digest()
        upload = SimpleUploadedFile("quay.png", image_bytes(size=(40, 20)))

        self.save(admin_client, image, upload=upload)

        assert Image.objects.get(pk=image.pk).is_replaced
        assert digest() != before

    def save(self, client, image, **values):
        data = {"source": self.ADDRESS, "focal_x": 50, "focal_y": 50} | values
        assert client.post(f"/admin/blog/image/{image.pk}/change/", data).status_code == 302
