"""JSON-LD against what schema.org and the search engines ask of each type, written as tables."""

import json
import re
from datetime import datetime
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.db import transaction
from django.test import Client, override_settings

from blog.models import Category
from tests.support.factories import (
    create_article,
    create_articles,
    create_author,
    create_category,
    create_image,
    create_page,
)

pytestmark = pytest.mark.django_db


def is_text(value) -> bool:
    return isinstance(value, str) and value.strip() != ""


def is_number(value) -> bool:
    return isinstance(value, int) and value > 0


def is_address(value) -> bool:
    return is_text(value) and urlsplit(value).scheme == "https" and bool(urlsplit(value).netloc)


def is_moment(value) -> bool:
    """Whether it is a date with time and offset."""
    return datetime.fromisoformat(value).tzinfo is not None


def is_language(value) -> bool:
    return re.fullmatch("[a-z]{2,3}(-[A-Za-z0-9]+)*", value) is not None


def is_duration(value) -> bool:
    return re.fullmatch("PT[1-9][0-9]*M", value) is not None


def is_query(value) -> bool:
    return is_address(value) and value.endswith("?q={search_term_string}")


# What each type must have, and what it should: where, and what has to stand there; a step over a list asks
# each member. From Google's pages on articles, breadcrumbs, profile pages, images, logos and site names.
REQUIRED = {
    "BlogPosting": {"headline": is_text, "mainEntityOfPage": is_address},
    "BreadcrumbList": {
        "itemListElement.position": is_number,
        "itemListElement.name": is_text,
        "itemListElement.item": is_address,
    },
    "WebSite": {
        "name": is_text,
        "url": is_address,
        "potentialAction.target.urlTemplate": is_query,
        "potentialAction.query-input": is_text,
    },
    "CollectionPage": {"name": is_text, "url": is_address},
    "ItemList": {"itemListElement.position": is_number, "itemListElement.url": is_address},
    "ProfilePage": {"mainEntity.name": is_text},
    "WebPage": {"name": is_text, "url": is_address},
}
RECOMMENDED = {
    "BlogPosting": {
        "author.name": is_text,
        "author.url": is_address,
        "datePublished": is_moment,
        "dateModified": is_moment,
        "description": is_text,
        "image.url": is_address,
        "image.width": is_number,
        "image.height": is_number,
        "inLanguage": is_language,
        "keywords": is_text,
        "articleSection": is_text,
        "publisher.name": is_text,
        "publisher.url": is_address,
        "publisher.logo.url": is_address,
        "timeRequired": is_duration,
        "wordCount": is_number,
    },
    "BreadcrumbList": {},
    "ItemList": {},
    "WebSite": {"description": is_text, "inLanguage": is_language, "publisher.name": is_text},
    "CollectionPage": {"description": is_text, "inLanguage": is_language, "isPartOf.url": is_address},
    "WebPage": {
        "dateModified": is_moment,
        "description": is_text,
        "inLanguage": is_language,
        "isPartOf.url": is_address,
    },
    "ProfilePage": {
        "mainEntity.url": is_address,
        "mainEntity.sameAs": is_address,
        "mainEntity.image.url": is_address,
        "mainEntity.description": is_text,
        "isPartOf.name": is_text,
    },
}
TYPES = {
    "publisher": "Organization",
    "author": "Person",
    "image": "ImageObject",
    "mainEntity": "Person",
    "itemListElement": "ListItem",
    "potentialAction": "SearchAction",
}


def values_at(data, place) -> list:
    """Return what stands at a place such as author.name: a value for each member of the lists on the way."""
    values = [data]
    for name in place.split("."):
        values = [value.get(name) for value in values]
        values = [member for value in values for member in (value if isinstance(value, list) else [value])]
    return values


def faults(data, table) -> list[str]:
    found = []
    for place, is_right in table.items():
        values = values_at(data, place)
        found += [f"{place}: {value!r}" for value in values or [None] if value is None or not is_right(value)]
    return found


def json_ld(page) -> dict[str, dict]:
    scripts = re.findall(
        r'<script type="application/ld\+json">(.*?)</script>', page.content.decode(), re.DOTALL
    )
    return {data["@type"]: data for data in map(json.loads, scripts)}


@pytest.fixture(scope="module")
def pages(django_db_setup, django_db_blocker):
    """What a page of each kind says, with all that it can say of itself. No row is left behind."""
    overrides = override_settings(
        SITE_URL="https://blog.example",
        SITE_TAGLINE="Notes on water",
        STATIC_ROOT=None,
        STORAGES=settings.STORAGES
        | {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}},
    )
    with django_db_blocker.unblock(), overrides, transaction.atomic():
        found = json_ld_of_pages()
        transaction.set_rollback(True)
    return found


def json_ld_of_pages():
    general = create_category("Earth Science", description="Rocks and water.")
    niche = create_category("Tides", description="Ebb and flow.")
    author = create_author(
        "Ida Aas",
        bio="Writes on the sea.",
        url="https://ida.example/",
        picture=create_image(width=800, height=1000),
    )
    author.links.create(label="Notes", address="https://notes.example/@ida")
    author.links.create(label="E-mail", address="mailto:ida@example.org")
    article = create_article(
        excerpt="How the tide keeps time.",
        keywords=["sea"],
        categories={general: Category.Level.GENERAL, niche: Category.Level.NICHE},
        primary_category=niche,
        authors=[author],
        language="en-GB",
        hero_image=create_image(width=1200, height=800, credit_creator="Bo", credit_source="Photos"),
    )
    create_articles(25, categories=[general], authors=[author])
    addresses = {
        "home": "/",
        "article": article.get_absolute_url(),
        "topic": general.get_absolute_url(),
        "topic, page 2": f"{general.get_absolute_url()}?page=2",
        "author": author.get_absolute_url(),
        "plain": create_page(meta_description="Who writes here.").get_absolute_url(),
        "categories": "/categories/",
        "month": "/archive/2025/01/",
    }
    return {name: json_ld(Client().get(address)) for name, address in addresses.items()}


KINDS = [
    ("home", "WebSite"),
    ("article", "BlogPosting"),
    ("article", "BreadcrumbList"),
    ("topic", "CollectionPage"),
    ("topic", "ItemList"),
    ("topic, page 2", "CollectionPage"),
    ("author", "ProfilePage"),
    ("author", "ItemList"),
    ("plain", "WebPage"),
    ("categories", "CollectionPage"),
    ("categories", "ItemList"),
    ("month", "CollectionPage"),
]


class TestEachType:
    @pytest.mark.parametrize(("page", "kind"), KINDS)
    def test_has_what_is_required_and_recommended_in_parts_of_their_types(self, pages, page, kind):
        data = pages[page][kind]
        parts = [(name, part) for name in TYPES if name in data for part in values_at(data, name)]

        assert data["@context"] == "https://schema.org"
        assert faults(data, REQUIRED[kind] | RECOMMENDED[kind]) == []
        assert [(name, part) for name, part in parts if part["@type"] != TYPES[name]] == []

    def test_nothing_in_it_is_empty(self, pages):
        def empty(value):
            if isinstance(value, dict):
                return any(map(empty, value.values()))
            if isinstance(value, list):
                return not value or any(map(empty, value))
            return value in ("", None)

        assert [name for name, found in pages.items() if any(map(empty, found.values()))] == []


class TestArticle:
    def test_its_images_are_the_hero_with_its_credit_and_the_card(self, pages):
        hero, card = pages["article"]["BlogPosting"]["image"]

        assert hero["contentUrl"] == hero["url"]
        assert (hero["creditText"], hero["creator"]["name"]) == ("Bo / Photos", "Bo")
        assert (card["width"], card["height"]) == (1200, 630)
