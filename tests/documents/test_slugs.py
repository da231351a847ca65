"""Slugs: a name in any script becomes a slug, and its page stands at that address."""

import sys
import unicodedata
from urllib.parse import quote, unquote

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import resolve, reverse
from django.utils import timezone
from hypothesis import example, given, settings
from hypothesis import strategies as st

from blog.documents.slugs import normalize_slug, slugify_name
from blog.imports.redirects import create_redirects
from blog.models import Article, Author, Category, Page
from blog.reader.views.categories import by_letter
from blog.site.pages import reserved_slugs
from blog.site.slugs import validate_slug
from tests.support.admin_pages import ADD, shown_form, text_of
from tests.support.durations import IS_LONG
from tests.support.factories import create_article, create_author, create_category, create_page

# Each category of Unicode as likely as any other: drawn evenly over all characters, most would be Han.
GENERAL_CATEGORIES = (
    *("Lu", "Ll", "Lt", "Lm", "Lo", "Mn", "Mc", "Me", "Nd", "Nl", "No"),
    *("Pc", "Pd", "Ps", "Pe", "Pi", "Pf", "Po", "Sm", "Sc", "Sk", "So", "Zs", "Zl", "Zp", "Cf", "Cn", "Co"),
)
CHARACTERS = st.sampled_from(GENERAL_CATEGORIES).flatmap(lambda name: st.characters(categories=[name]))
WORDS = st.sampled_from(
    (
        *("हिन्दी", "தமிழ்", "حياةٍ", "ข่าวสาร", "संदीप", "ශ්\u200dරී", "ភាសាខ្មែរ", "မြန်မာ", "བོད་", "שָׁלוֹם"),
        *("Việt", "e\u0301", "می\u200cخواهم"),  # noqa: RUF001 -- letters of Arabic script
    )
)
NAMES = st.lists(CHARACTERS | WORDS | st.sampled_from(" -_'/"), min_size=1, max_size=20).map("".join)
# Beyond the last plane with letters, a sample is enough.
LETTERS_END = 0x34000
SIGNS = [*map(chr, range(LETTERS_END)), *map(chr, range(LETTERS_END, sys.maxunicode + 1, 97))]
VIEWS = ("article_detail", "article_markdown", "category_detail", "author_detail", "page_detail")


def is_slug(text):
    try:
        validate_slug(text)
    except ValidationError:
        return False
    return True


class TestRule:
    def test_holds_all_letters_digits_and_marks_and_nothing_else(self):
        allowed = {sign for sign in SIGNS if is_slug(sign)}
        wanted = {
            sign for sign in SIGNS if sign in "-_" or sign.isalnum() or unicodedata.category(sign)[0] == "M"
        }

        assert allowed == wanted

    @pytest.mark.parametrize("text", ["", "a b", "a/b", "a.md", "a\n", "\u200d", "a\u200cb", "x" * 256])
    def test_refuses_what_is_no_piece_of_an_address(self, text):
        assert not is_slug(text)

    @given(NAMES.map(normalize_slug).filter(is_slug))
    def test_every_slug_is_an_address_on_every_page(self, slug):
        for view in VIEWS:
            address = reverse(f"blog:{view}", args=[slug])

            assert address.isascii()
            assert resolve(unquote(address)).kwargs == {"slug": slug}
            assert resolve(unquote(address)).url_name == view or slug in reserved_slugs()


class TestNames:
    @given(NAMES)
    @example("ශ්\u200dරී ලංකාව")
    @example("\u3164")
    @example("\u0301a")
    def test_become_slugs_in_one_spelling(self, name):
        slug = slugify_name(name)

        assert is_slug(slug[:255])
        assert slug == normalize_slug(slug) == unicodedata.normalize("NFC", slug)
        assert slug == slugify_name(unicodedata.normalize("NFD", name))

    @given(NAMES)
    def test_stand_under_a_letter_that_has_a_page(self, name):
        for letter in by_letter([Category(name=name)]):
            address = reverse("blog:category_letter", args=[letter])

            assert unicodedata.normalize("NFC", letter) == letter
            assert address == f"/categories/a-z/{quote(letter)}/"


@pytest.mark.django_db
class TestPages:
    """From what somebody types or imports to the page, through the real addresses."""

    @settings(max_examples=100 if IS_LONG else 1)  # besides those below; 20 requests each
    @given(NAMES)
    @example("ข่าวสาร")
    @example("ශ්\u200dරී ලංකාව")
    @example("\u0958 e\u0301" * 60)
    def test_stand_where_their_slug_says(self, name):
        client = Client()
        for model in (Article, Author, Category, Page):
            model.objects.all().delete()
        category, author = create_category(name[:200]), create_author(name[:200])
        slug = slugify_name(name)[:255]
        article = create_article(slug=slug, title=name[:300], categories=[category], authors=[author])
        page = create_page(slug=f"x{slug}"[:255])

        for row in (article, category, author, page):
            assert client.get(row.get_absolute_url()).status_code == 200
        for address in (
            article.get_markdown_url(),
            f"{category.get_absolute_url()}feeds/atom.xml",
            "/",
            "/sitemap.xml",
        ):
            assert client.get(address).status_code == 200

    def test_lead_on_from_the_other_spelling_of_their_address(self, client):
        create_article(slug="日本でé")

        response = client.get(unicodedata.normalize("NFD", "/articles/日本でé/"))

        assert (response.status_code, response["Location"]) == (301, quote("/articles/日本でé/"))
        assert client.get(unicodedata.normalize("NFD", "/でé/でé/")).status_code == 404

    def test_lead_on_from_old_addresses_in_either_spelling(self, client):
        article = create_article(slug="でé")
        article.slug = "new"
        article.save()
        create_redirects([(article, [unicodedata.normalize("NFD", "https://blog.example/で/old/")], [])])

        for old in (
            "/articles/でé/",
            unicodedata.normalize("NFD", "/articles/でé/"),
            unicodedata.normalize("NFD", "/で/old/"),
        ):
            assert client.get(old)["Location"] == "/articles/new/"

    def test_have_one_spelling_however_they_are_saved(self):
        create_article(slug=unicodedata.normalize("NFD", "でé"))
        Article.objects.bulk_create([Article(title="A", slug="हि\u200dन्\u200dदी", updated_at=timezone.now())])

        assert set(Article.objects.values_list("slug", flat=True)) == {"でé", "हिन्दी"}

    def test_are_typed_by_editors_as_they_are(self, admin_client):
        data = shown_form(admin_client, ADD) | {"title": "हिन्दी", "slug": "हि\u200dन्दी", "body": "Words."}

        admin_client.post(ADD, data)
        refused = admin_client.post(ADD, data | {"slug": "a/b"})

        assert Article.objects.get().slug == "हिन्दी"
        assert "Use letters and digits of any script" in text_of(refused)
