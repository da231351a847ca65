"""The site identity on pages, in feeds, in structured data and in the admin."""

import json
import re

import feedparser
import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from blog import page_cache
from blog.articles.actions.category_merge import merge_categories
from blog.models import Category, FooterLink, NavigationCategory, SiteIdentity
from blog.site.identity import site_identity, site_identity_cached
from tests.support.admin_pages import shown_form, text_of
from tests.support.factories import (
    create_article,
    create_articles,
    create_author,
    create_category,
    create_image,
    create_page,
)
from tests.support.roles import log_in

pytestmark = pytest.mark.django_db

FORM = reverse("admin:blog_siteidentity_change", args=[1])
LIST = reverse("admin:blog_siteidentity_changelist")


def text(response) -> str:
    return response.content.decode()


def masthead(client) -> list[str]:
    nav = re.search(r'<nav class="site-nav".*?</nav>', text(client.get("/archive/")), re.DOTALL)[0]
    return re.findall(r'<a href="/categories/([-\w]+)/', nav)


def footer(client) -> list[tuple[str, str]]:
    part = re.search(r'<footer class="colophon".*?</footer>', text(client.get("/")), re.DOTALL)[0]
    return re.findall(r'<li><a href="([^"]+)">([^<]*)</a></li>', part)


def json_ld(client, path) -> list[dict]:
    scripts = re.findall(r'<script type="application/ld\+json">(.*?)</script>', text(client.get(path)))
    return [json.loads(script) for script in scripts]


def save(client, **changes):
    """Save the displayed form with the given changes."""
    return client.post(FORM, shown_form(client, FORM) | {"_continue": "1"} | changes, follow=True)


@pytest.fixture
def identity():
    return SiteIdentity.objects.create(name="The Tide Table", tagline="News from the shore")


class TestPublication:
    def test_blank_values_come_from_the_settings(self, settings):
        settings.SITE_NAME, settings.SITE_TAGLINE, settings.SITE_PUBLISHER = "Galley", "Words", "Ida Aas"
        SiteIdentity.objects.create(tagline="News from the shore")

        found = site_identity()

        assert (found.name, found.tagline, found.publisher) == ("Galley", "News from the shore", "Ida Aas")

    def test_all_values_come_from_the_settings_without_a_row(self, settings):
        settings.SITE_NAME, settings.SITE_TAGLINE = "Galley", "Words"

        found = site_identity()

        assert (found.name, found.tagline, found.description, found.links) == ("Galley", "Words", "Words", ())

    def test_site_name_is_the_default_publisher(self, settings, identity):
        settings.SITE_PUBLISHER = ""

        assert site_identity().publisher == identity.name

    def test_a_change_is_seen_at_once(self, identity):
        before = site_identity().name

        SiteIdentity.objects.update(name="Ebb")  # as another process would

        assert (before, site_identity().name) == ("The Tide Table", "Ebb")

    def test_request_costs_one_query_for_any_number_of_links(self, identity, django_assert_num_queries):
        for number in range(5):
            FooterLink.objects.create(page=create_page(), label=str(number))

        with django_assert_num_queries(1), site_identity_cached():
            links = site_identity().links + site_identity().links

        assert [link.label for link in links] == [*"01234", *"01234"]

    @pytest.mark.parametrize("path", ["/", "/feeds/atom.xml", "/nowhere/", "/categories/sea/"])
    def test_page_costs_one_query(self, client, identity, path):
        create_articles(3, categories=[create_category("Sea")])

        with CaptureQueriesContext(connection) as queries:
            client.get(path)

        assert sum('FROM "blog_siteidentity"' in query["sql"] for query in queries) == 1

    def test_next_request_queries_again(self, client, identity):
        client.get("/")
        identity.name = "Ebb"
        identity.save()

        assert "Ebb" in text(client.get("/"))

    @pytest.mark.both_databases
    def test_the_database_holds_one_row(self, identity):
        with pytest.raises(IntegrityError), transaction.atomic():
            SiteIdentity.objects.create(pk=2)


class TestWhereItShows:
    def test_on_the_front_page(self, client, identity):
        page = text(client.get("/"))

        assert re.search(
            r'<h1 class="name [^"]*">.*<span class="name-text">The Tide Table</span>\s*</h1>', page
        )
        assert '<p class="tagline">News from the shore</p>' in page
        assert "<title>The Tide Table</title>" in page
        assert '<meta name="description" content="News from the shore">' in page

    def test_a_description_is_for_search_engines(self, client, identity):
        identity.description = "All about tides."
        identity.save()

        page = text(client.get("/"))

        assert '<meta name="description" content="All about tides.">' in page
        assert '<p class="tagline">News from the shore</p>' in page

    def test_shown_on_every_page_and_on_404(self, client, identity):
        for path in ("/archive/", "/nowhere/"):
            assert "– The Tide Table</title>" in text(client.get(path))  # noqa: RUF001 -- between two titles

    @pytest.mark.parametrize("name", ["rss.xml", "atom.xml"])
    def test_in_feeds(self, client, identity, name):
        SiteIdentity.objects.update(publisher="Shore Press", publisher_url="https://shore.example/")
        create_article()

        feed = feedparser.parse(client.get(f"/feeds/{name}").content).feed

        assert (feed.title, feed.subtitle) == ("The Tide Table", "News from the shore")
        if name == "atom.xml":
            assert (feed.author_detail.name, feed.author_detail.href) == (
                "Shore Press",
                "https://shore.example/",
            )

    def test_in_structured_data(self, client, identity):
        identity.publisher, identity.publisher_url = "Shore Press", "https://shore.example/"
        identity.email, identity.profiles = "desk@shore.example", ["https://social.example/@shore"]
        identity.logo = create_image(file="images/ab/logo.png", width=320, height=80)
        identity.save()

        posting = json_ld(client, create_article().get_absolute_url())[0]

        assert posting["publisher"] == {
            "@type": "Organization",
            "name": "Shore Press",
            "url": "https://shore.example/",
            "logo": {
                "@type": "ImageObject",
                "url": "https://blog.example/media/images/ab/logo.png",
                "width": 320,
                "height": 80,
            },
            "email": "desk@shore.example",
            "sameAs": ["https://social.example/@shore"],
        }

    def test_in_the_admin(self, admin_client, identity):
        page = text_of(admin_client.get(reverse("admin:index")))

        assert page.count("The Tide Table") >= 2  # the title and the head of the page


@pytest.fixture(scope="class")
def categories(rows_of_class):
    categories = {name: create_category(name) for name in ("Sea", "Ice", "Fog")}
    for number, category in enumerate(categories.values(), start=1):
        create_articles(number, categories={category: Category.Level.GENERAL})
    return categories


class TestMasthead:
    def test_shows_the_most_used_categories_where_none_is_chosen(self, client, identity, categories):
        assert masthead(client) == ["fog", "ice", "sea"]

    def test_shows_the_chosen_ones_in_their_order(self, client, identity, categories):
        NavigationCategory.objects.create(category=categories["Ice"])
        NavigationCategory.objects.create(category=categories["Sea"])
        NavigationCategory.objects.create(category=categories["Fog"], position=0)

        assert masthead(client) == ["fog", "ice", "sea"]

    def test_leaves_out_a_category_without_a_page(self, client, identity, categories):
        for category in (categories["Sea"], create_category("Empty")):
            NavigationCategory.objects.create(category=category)
        create_article(status="new", categories=[Category.objects.get(name="Empty")])

        assert masthead(client) == ["sea"]

    def test_a_chosen_category_that_is_merged_gives_its_place_to_the_other(
        self, client, identity, categories
    ):
        for name in ("Ice", "Sea"):
            NavigationCategory.objects.create(category=categories[name])

        merge_categories([categories["Ice"]], categories["Fog"])

        assert masthead(client) == ["fog", "sea"]

    def test_a_merged_category_beside_the_other_leaves_one(self, client, identity, categories):
        for name in ("Ice", "Sea"):
            NavigationCategory.objects.create(category=categories[name])

        merge_categories([categories["Ice"]], categories["Sea"])

        assert masthead(client) == ["sea"]


class TestFooter:
    def test_lists_the_topics_of_the_masthead_this_site_and_ways_to_follow_it(self, client, identity):
        create_article(
            categories=[create_category(name) for name in ("Fog", "Ice", "Sea")], authors=[create_author()]
        )

        with CaptureQueriesContext(connection) as queries:
            part = text(client.get("/corrections/")).partition("<footer")[2]

        lists = {
            heading: re.findall('<a href="([^"]+)"', rest)
            for heading, rest in re.findall("<h2>([^<]+)</h2>(.*?)</ul>", part, re.DOTALL)
        }
        assert lists == {
            "Topics": [*(f"/categories/{name}/" for name in ("fog", "ice", "sea")), "/categories/"],
            "This site": ["/authors/", "/archive/", "/corrections/"],
            "Follow": ["/feeds/rss.xml"],
        }
        counted = [query for query in queries if "blog_categorycount" in query["sql"]]
        assert len(counted) == 1  # for the masthead, which has them anyway

    def test_footer_has_current_topics(self, client, identity):
        for name in ("Fog", "Ice"):
            create_article(categories=[create_category(name)])

            assert f"<bdi>{name}</bdi>" in text(client.get("/")).partition("<footer")[2]

    def test_footer_links_are_in_order_and_external_ones_next_to_the_feed(self, client, identity):
        about = create_page(title="About us", slug="about")
        FooterLink.objects.create(label="Source", address="https://code.example/?a=1&b=2", position=2)
        FooterLink.objects.create(page=about, position=1)
        FooterLink.objects.create(page=about, label="Who", position=3)

        links = footer(client)

        assert links[:2] == [("/about/", "About us"), ("/about/", "Who")]
        assert links[-2:] == [
            ("/feeds/rss.xml", "Feed"),
            ("https://code.example/?a=1&amp;b=2", "Source"),
        ]

    def test_does_not_name_a_page_that_is_a_draft(self, client, identity):
        FooterLink.objects.create(page=create_page(title="Secret", is_published=False), label="Hush")

        page = text(client.get("/"))

        assert "Secret" not in page
        assert "Hush" not in page

    def test_shows_the_address_to_write_to(self, client, identity):
        SiteIdentity.objects.update(email="desk@shore.example")

        assert ("mailto:desk@shore.example", "E-mail") in footer(client)

    @pytest.mark.parametrize(
        "fields", [{}, {"label": "A"}, {"address": "/a/"}, {"label": "A", "address": "/a/", "page": True}]
    )
    def test_a_link_leads_to_one_thing(self, identity, fields):
        fields = fields | {"page": create_page()} if "page" in fields else fields

        with pytest.raises(IntegrityError), transaction.atomic():
            FooterLink.objects.create(**fields)


class TestForm:
    def test_an_editor_changes_all_of_it(self, client, django_user_model, identity):
        log_in(client, "Editor", django_user_model)
        category, page = create_category("Sea"), create_page()
        create_article(categories=[category])
        changes = {
            "name": "Ebb",
            "tagline": "Low",
            "profiles": "https://a.example/\r\nhttps://b.example/",
            "navigation_categories-TOTAL_FORMS": "1",
            "navigation_categories-0-category": category.pk,
            "navigation_categories-0-position": "",
            "footer_links-TOTAL_FORMS": "2",
            "footer_links-0-page": page.pk,
            "footer_links-1-label": "Archive",
            "footer_links-1-address": "/archive/",
        }

        save(client, **changes)

        found = site_identity()
        assert (found.name, found.tagline) == ("Ebb", "Low")
        assert found.profiles == ("https://a.example/", "https://b.example/")
        assert [link.address for link in found.links] == [page.get_absolute_url(), "/archive/"]
        assert masthead(client) == ["sea"]

    def test_chooses_up_to_three_networks(self, admin_client):
        SiteIdentity.objects.create()

        save(admin_client, networks=["email", "x"])
        refused = text(save(admin_client, networks=["email", "x", "reddit", "linkedin"]))

        assert set(site_identity().networks) == {"x", "email"}
        assert "Choose three networks at most." in refused

    def test_its_list_leads_to_the_row_or_to_making_it(self, admin_client):
        without = admin_client.get(LIST).url
        SiteIdentity.objects.create()

        assert (without, admin_client.get(LIST).url) == (reverse("admin:blog_siteidentity_add"), FORM)

    def test_the_first_save_makes_the_row(self, admin_client):
        add = reverse("admin:blog_siteidentity_add")

        admin_client.post(add, shown_form(admin_client, add) | {"name": "Ebb"})

        assert SiteIdentity.objects.get().name == "Ebb"
        assert admin_client.get(add).status_code == 403

    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("publisher_url", "javascript:evil()"),
            ("profiles", "https://a.example/\r\njavascript:evil()"),
            ("email", "nobody"),
            ("footer_links-0-address", "javascript:evil()"),
            ("footer_links-0-address", "//evil.example/"),
        ],
    )
    def test_invalid_url_is_rejected(self, admin_client, identity, field, value):
        row = {"footer_links-TOTAL_FORMS": "1", "footer_links-0-label": "A"} if "-" in field else {}

        page = save(admin_client, **row, **{field: value})

        assert "errornote" in text(page)
        assert (site_identity().links, site_identity().profiles) == ((), ())

    def test_saved_form_expires_cached_pages_once(
        self, admin_client, identity, monkeypatch, django_capture_on_commit_callbacks
    ):
        told = []
        form = shown_form(admin_client, FORM)
        monkeypatch.setattr(page_cache, "invalidate", lambda: told.append(site_identity().name))

        with django_capture_on_commit_callbacks(execute=True):
            admin_client.post(FORM, form | {"name": "Ebb"})

        assert set(told) == {"Ebb"}
