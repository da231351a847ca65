"""Rows whose slug is no address, from SQL or an older release: no page that names them fails for it."""

import re

import pytest
from django.urls import reverse

from blog.articles.previews import preview_link
from blog.models import Article, Author, Category, FooterLink, Page, Redirect, SiteIdentity
from blog.site.redirect_lists import export_redirects
from tests.support.admin_pages import page_of, text_of
from tests.support.factories import create_article, create_author, create_category, create_page

pytestmark = pytest.mark.django_db

ODD = "a b/../c?d#e"
LISTS = [
    *("/", "/categories/", "/categories/a-z/O/", "/categories/sea/", "/authors/ida/", "/articles/good/"),
    *("/archive/", "/archive/2025/", "/archive/2025/01/", "/search/?q=odd", "/about/"),
]
NAMING_NONE = {"/archive/", "/about/"}
WITHOUT_LINK = re.compile(r"<a(?: class=\"[\w-]+\")?><bdi[^>]*>(?:<mark>)?Odd")


@pytest.fixture(scope="class")
def odd(rows_of_class):
    """An article, a category, an author and a page that have no address, among others that have one."""
    sea, category = create_category("Sea", slug="sea"), create_category("Odd topic")
    ida, author = create_author("Ida", slug="ida"), create_author("Odd author")
    held = {sea: Category.Level.GENERAL, category: Category.Level.MEDIUM}
    for slug in ("early", "good", "odd", "late", "later", "last"):
        article = create_article(
            title=f"{slug.title()} odd article",
            slug=slug,
            categories=held,
            authors=[ida, author],
            primary_category=category,
            is_featured=slug == "odd",
        )
    page = create_page(slug="odd-page", title="Odd page")
    create_page(slug="about", title="About")
    site = SiteIdentity.objects.create(name="Site")
    FooterLink.objects.create(site=site, page=page)
    for model, row in (
        (Article, {"slug": "odd"}),
        (Category, {"pk": category.pk}),
        (Author, {"pk": author.pk}),
    ):
        model.objects.filter(**row).update(slug=ODD)
    Page.objects.filter(pk=page.pk).update(slug=ODD)
    article = Article.objects.get(slug=ODD)
    return {"article": article, "topic": category, "author": author, "page": page}


class TestOddSlugs:
    def test_stand_without_a_link_on_pages(self, client, odd):
        for address in LISTS:
            response = client.get(address)

            html = response.content.decode()
            assert response.status_code == 200, address
            assert bool(WITHOUT_LINK.search(html)) == (address not in NAMING_NONE), address
            assert not re.search(r'href="(?:|https://blog.example/?)"', html.partition("</head>")[2]), address
            assert "c%3Fd" not in html, address

    def test_stand_in_no_feed(self, client, odd):
        feeds = ("/feeds/", "/categories/sea/feeds/")
        for address in (f"{feed}{name}" for feed in feeds for name in ("rss.xml", "atom.xml", "feed.json")):
            response = client.get(address)

            text = response.content.decode()
            assert response.status_code == 200, address
            assert "/articles/good/" in text, address
            assert str(odd["article"].uid) not in text, address

    def test_stand_in_no_sitemap(self, client, odd):
        text = client.get("/sitemap.xml").content.decode()

        assert "/articles/good/" in text
        assert text.count("<loc>https://blog.example/</loc>") == 1
        assert "c%3Fd" not in text

    def test_are_not_proposed(self, client, odd):
        found = re.findall('data-url="([^"]*)"', client.get("/search/suggestions/?q=odd").text)

        assert "/articles/good/" in found
        assert all(found)

    @pytest.mark.parametrize("model", [Article, Category, Author, Page])
    def test_are_found_and_set_right_in_the_admin(self, admin_client, odd, model):
        row = model.objects.get(slug=ODD)

        found = admin_client.get(reverse(f"admin:blog_{model._meta.model_name}_changelist"))
        page = admin_client.get(page_of(row))
        row.slug = "set-right"
        row.save()

        assert str(row) in text_of(found)
        assert ODD in page.content.decode()
        assert "View on site" not in page.content.decode()
        assert admin_client.get(row.get_absolute_url()).status_code == 200
        assert not Redirect.objects.exists()

    def test_lead_nowhere(self, client, odd):
        for name in ("article", "page"):
            Redirect.objects.create(path=f"/old/{name}/", **{name: odd[name]})
        Redirect.objects.create(path="/old/topic/", category=odd["topic"])

        for path in ("/old/article/", "/old/page/", "/old/topic/", "/old/topic/feeds/rss.xml"):
            assert client.get(path).status_code == 404
        assert export_redirects(Redirect.objects.all()).split() == ["old,new"]

    def test_articles_have_a_preview(self, client, odd):
        assert (
            client.get(preview_link(odd["article"]).removeprefix("https://blog.example")).status_code == 200
        )
