"""Alt text and credit of images, edited for one article."""

import re

import pytest
from django.urls import reverse

from blog.desk.articles.images import PICTURES_SHOWN
from blog.documents.image_words import Credit, ImageWords
from blog.images.models import store_image
from blog.models import Article, BodyImage, Image, Version
from tests.support.admin_pages import ADD, create_article, page_of, shown_form, text_of
from tests.support.factories import create_image
from tests.support.images import image_bytes
from tests.support.injected_markup import HOSTILE, find_active_markup

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("users_read_once")]


@pytest.fixture
def image():
    return create_image(alt="A pier", credit_creator="Tove", credit_url="https://tove.example")


def save(client, article, **typed):
    return client.post(page_of(article), shown_form(client, page_of(article)) | typed)


class TestHero:
    @pytest.fixture
    def article(self, image):
        return create_article(title="Tides", hero_image=image)

    def test_texts_are_saved_with_a_version(self, admin_client, article, image):
        save(admin_client, article, hero_alt="A quay", hero_credit="By [Bo](https://bo.example) on Quays")

        told = Article.objects.get().hero_words
        assert told == ImageWords("A quay", Credit("Bo", "https://bo.example", "Quays"))
        assert Image.objects.get().words == image.words
        assert Version.objects.count() == 2  # as it was before, and this one

    def test_decorative_image_has_no_alt_text(self, admin_client, article):
        save(admin_client, article, hero_is_decorative="on")

        assert Article.objects.get().hero_words.alt == ""
        assert shown_form(admin_client, page_of(article))["hero_is_decorative"] == "on"

    def test_unchanged_form_changes_nothing(self, admin_client, image):
        credit = Credit("Bo, by the way", "", "Quays on Sea")
        article = create_article(hero_image=image, hero_alt=" A\n\nquay ", hero_credit=credit)

        save(admin_client, article)

        stored = Article.objects.get()
        assert (stored.hero_alt, stored.hero_credit) == (" A\n\nquay ", credit)
        assert not Version.objects.filter(action=Version.Action.SAVED).exclude(number=1).exists()

    def test_alt_text_of_a_decorative_image_is_a_form_error(self, admin_client, article):
        page = save(admin_client, article, hero_alt="A quay", hero_is_decorative="on")

        assert page.status_code == 200
        assert 'href="#id_hero_alt"' in page.content.decode()
        assert shown_form(admin_client, page_of(article))["hero_alt"] == ""

    def test_new_image_does_not_get_the_previous_texts(self, admin_client, article):
        save(admin_client, article, hero_alt="A quay", hero_credit="Bo")
        other = create_image(alt="A bridge")

        save(admin_client, article, hero_image=other.pk, hero_credit="Ida")

        assert Article.objects.get().hero_words == ImageWords("A bridge", Credit("Ida"))

    def test_shows_the_defaults_of_the_image(self, admin_client, article):
        assert "A pier" in text_of(admin_client.get(page_of(article)))
        save(admin_client, article, hero_alt="A quay")

        page = admin_client.get(page_of(article)).content.decode()

        assert '<p class="credit">A pier</p>' not in page
        assert '<p class="credit">Photo by [Tove](https://tove.example)</p>' in page

    def test_changes_of_two_editors_are_merged(self, admin_client, article):
        mine = shown_form(admin_client, page_of(article)) | {"hero_credit": "Bo"}
        save(admin_client, article, hero_alt="A quay")

        admin_client.post(page_of(article), mine)

        assert Article.objects.get().hero_words == ImageWords("A quay", Credit("Bo"))

    def test_conflicting_texts_are_compared(self, admin_client, article):
        mine = shown_form(admin_client, page_of(article)) | {"hero_alt": "A harbour"}
        save(admin_client, article, hero_alt="A quay")

        page = admin_client.post(page_of(article), mine)

        assert {"harbour", "quay"} <= set(re.findall(r"\w+", text_of(page)))
        assert Article.objects.get().hero_alt == "A quay"

    def test_new_article_is_saved_with_its_texts(self, admin_client, image):
        typed = {"title": "Tides", "slug": "tides", "body": "Words.", "hero_image": image.pk}

        admin_client.post(ADD, shown_form(admin_client, ADD) | typed | {"hero_alt": "A quay"})

        assert Article.objects.get().hero_words.alt == "A quay"

    def test_preview_shows_typed_texts(self, admin_client, article):
        data = shown_form(admin_client, page_of(article)) | {"hero_alt": "A quay", "hero_credit": "Bo"}

        page = admin_client.post(reverse("admin:blog_article_preview", args=[article.pk]), data)

        assert 'alt="A quay"' in page.content.decode()
        assert "<bdi>Bo</bdi>" in page.content.decode()
        assert Article.objects.get().hero_alt == ""


class TestImagesInTheBody:
    @pytest.fixture
    def stored(self):
        return store_image(image_bytes(size=(30, 20)))

    @pytest.fixture
    def article(self, stored):
        return create_article(
            body=f"![A quay]({stored.url})\n\nWords.\n\n![A bridge](https://pictures.example/b.jpg)\n"
        )

    def fields(self, client, article):
        names = [name for name in shown_form(client, page_of(article)) if name.startswith("picture_")]
        return {name.rpartition("_")[2]: name for name in names}

    def test_are_listed_with_alt_text(self, admin_client, article):
        text = text_of(admin_client.get(page_of(article)))

        listed = text.partition("Images in the text")[2]
        assert 0 < listed.index("A quay") < listed.index("A bridge")

    def test_stored_image_has_fields_for_credit_and_decorative(self, admin_client, article):
        credit = self.fields(admin_client, article)["credit"]
        decorative = credit.replace("credit", "decorative")

        save(admin_client, article, **{credit: "Photo by [Bo](https://bo.example)", decorative: "on"})

        link, html = BodyImage.objects.get(), Article.objects.get().body_html
        assert link.image_text_overrides == ImageWords(
            credit=Credit("Bo", "https://bo.example"), is_decorative=True
        )
        assert 'alt=""' in html
        assert '<a href="https://bo.example" rel="noopener nofollow ugc">Bo</a>' in html
        assert shown_form(admin_client, page_of(article))[decorative] == "on"

    def test_unchanged_form_keeps_texts(self, admin_client, article):
        BodyImage.objects.update(credit=Credit("Bo, on his way"), is_decorative=True)

        save(admin_client, article, excerpt="Other words.")

        assert BodyImage.objects.get().image_text_overrides == ImageWords(
            credit=Credit("Bo, on his way"), is_decorative=True
        )

    def test_form_opened_before_the_image_was_added_keeps_texts(self, admin_client, stored):
        article = create_article(body="Words.")
        mine = shown_form(admin_client, page_of(article)) | {"excerpt": "Mine."}
        save(admin_client, article, body=f"![A quay]({stored.url})")
        BodyImage.objects.update(credit=Credit("Bo"))

        admin_client.post(page_of(article), mine)

        assert Article.objects.get().excerpt == "Mine."
        assert BodyImage.objects.get().credit == Credit("Bo")

    def test_changes_of_two_editors_are_merged(self, admin_client, article):
        credit = self.fields(admin_client, article)["credit"]
        mine = shown_form(admin_client, page_of(article)) | {"excerpt": "Mine."}
        save(admin_client, article, **{credit: "Bo"})

        admin_client.post(page_of(article), mine)

        assert Article.objects.get().excerpt == "Mine."
        assert BodyImage.objects.get().credit == Credit("Bo")

    def test_invalid_credit_links_to_its_field(self, admin_client, article):
        credit = self.fields(admin_client, article)["credit"]

        page = save(admin_client, article, **{credit: "x" * 4000})

        assert f'href="#id_{credit}"' in page.content.decode()
        assert "Credit for image 1" in text_of(page)

    def test_preview_shows_typed_texts(self, admin_client, article):
        credit = self.fields(admin_client, article)["credit"]
        data = shown_form(admin_client, page_of(article)) | {credit: "Bo"}

        page = admin_client.post(reverse("admin:blog_article_preview", args=[article.pk]), data)

        assert '<span class="credit">Bo</span>' in page.content.decode()

    def test_excess_images_are_skipped(self, admin_client):
        body = "\n\n".join(f"![{number}](https://pictures.example/{number}.jpg)" for number in range(60))

        page = admin_client.get(page_of(create_article(body=body))).content.decode()

        assert page.count('class="told"') == PICTURES_SHOWN

    def test_hostile_texts_are_escaped(self, admin_client, stored):
        article = create_article(body=f"![x]({stored.url})", hero_image=stored, hero_alt=HOSTILE)
        BodyImage.objects.update(credit=Credit(HOSTILE, "javascript:alert(1)", HOSTILE))
        Article.objects.derive()

        for address in (page_of(article), page_of(stored)):
            assert find_active_markup(admin_client.get(address).content.decode()) == []


class TestUsesOfAnImage:
    def test_are_listed_with_their_texts(self, admin_client):
        stored = store_image(image_bytes(size=(30, 20)))
        Image.objects.update(alt="A pier", credit_creator="Tove")
        one = create_article(title="Tides", hero_image=stored, hero_alt="A quay", body="Words.")
        other = create_article(title="Ebb", body=f"![A bridge]({stored.url})")
        BodyImage.objects.update(credit=Credit("Bo", "", "Quays"))
        plain = create_article(title="Neap", hero_image=stored, hero_is_decorative=True)

        page = admin_client.get(page_of(stored))

        text = text_of(page)
        assert "Tides above the text A quay Tove" in text
        assert "Ebb in the text A bridge Bo / Quays" in text
        assert "Neap above the text Decorative Tove" in text
        html = page.content.decode()
        for row, anchor in ((one, "#id_hero_alt"), (other, "#panel-pictures"), (plain, "#id_hero_alt")):
            assert f'href="{page_of(row)}{anchor}"' in html

    def test_changed_defaults_appear_in_all_uses(self, admin_client):
        stored = store_image(image_bytes(size=(30, 20)))
        create_article(body=f"![]({stored.url})")

        admin_client.post(page_of(stored), shown_form(admin_client, page_of(stored)) | {"alt": "A pier"})

        assert 'alt="A pier"' in Article.objects.get().body_html
