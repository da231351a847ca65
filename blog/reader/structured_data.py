"""Structured data: JSON-LD in the vocabulary of schema.org."""

import json

from django.conf import settings
from django.db.models import Model
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe

from blog import extend
from blog.articles.authors import Author
from blog.articles.dates import local_iso
from blog.articles.models import Article, modified_at
from blog.articles.series import SeriesPosition
from blog.documents.image_words import Credit
from blog.images.models import Image
from blog.reader.sharing import ShareImage, image_of_article, site_icon
from blog.review.ai_label import ai_label, digital_source_type, work_status
from blog.site.addresses import WEB, absolute, whole_address
from blog.site.identity import site_identity

# Valid in JSON strings, but they could end the script element.
SCRIPT_ESCAPES = {ord(sign): f"\\u{ord(sign):04x}" for sign in "<>&\u2028\u2029"}


def script_json(data) -> SafeString:
    """Return JSON that is safe within a script element."""
    text = json.dumps(data, ensure_ascii=False).translate(SCRIPT_ESCAPES)
    return mark_safe(text)  # noqa: S308 -- all characters with a meaning in HTML are escaped


def blog_posting(article: Article, description: str) -> dict:
    """Return a BlogPosting. Writing by AI is stated as digitalSourceType, not as an author."""
    address = absolute(article.get_absolute_url())
    hero = article.shown_hero
    card = image_of_article(article)
    data = {
        "@context": "https://schema.org",
        "@type": "BlogPosting",
        "@id": f"urn:uuid:{article.uid}",
        "headline": article.plain_title,
        "description": description,
        "url": address,
        "mainEntityOfPage": reviewed_page(article, address),
        "datePublished": local_iso(article.published_at),
        "dateModified": local_iso(modified_at(article)),
        "author": [person(author) for author in article.byline] or organization(),
        "translator": [{"@type": "Person", "name": name} for name in article.translators],
        "publisher": organization(),
        "image": [
            *([image_object(hero, article.hero_words.credit)] if hero else []),
            *([share_image_object(card)] if card else []),
        ],
        "articleSection": [category.name for category in article.trail],
        "keywords": article.keywords,
        "wordCount": article.word_count,
        "timeRequired": f"PT{article.reading_time}M",
        "inLanguage": article.language or settings.LANGUAGE_CODE,
        "digitalSourceType": digital_source_type(article),
        "creativeWorkStatus": work_status(article),
        **part_of_series(article.series_position),
        "correction": [
            {"@type": "CorrectionComment", "text": each.text, "datePublished": local_iso(each.at)}
            for each in article.shown_corrections
        ],
    }
    for more in extend.article_data:
        data |= more(article)
    return without_empty(data)


def reviewed_page(article: Article, address: str) -> dict | str:
    """Return the article's page with its reviewer, or only its URL if nobody reviewed it.

    In schema.org, only pages have reviewers, not articles.
    """
    told = ai_label(article)
    if told is None or told.is_labelled:
        return address
    reviewer = {"@type": "Person", "name": told.reviewer}
    page = {"@type": "WebPage", "@id": address, "url": address, "reviewedBy": reviewer}
    return page | {"lastReviewed": told.reviewed_at.date().isoformat()}


def part_of_series(place: SeriesPosition | None) -> dict:
    if place is None:
        return {}
    series = {"@type": "CreativeWorkSeries", "name": place.series.name, "url": whole_address(place.series)}
    return {"isPartOf": without_empty(series), "position": place.number}


def website() -> dict:
    site = site_identity()
    found = f"{absolute(reverse('blog:search'))}?q={{search_term_string}}"
    data = {
        "@context": "https://schema.org",
        "@type": "WebSite",
        "name": site.name,
        "url": absolute("/"),
        "description": site.description,
        "inLanguage": settings.LANGUAGE_CODE,
        "publisher": organization(),
        "potentialAction": {
            "@type": "SearchAction",
            "target": {"@type": "EntryPoint", "urlTemplate": found},
            "query-input": "required name=search_term_string",
        },
    }
    return without_empty(data)


def profile_page(author: Author, path: str, description: str) -> dict:
    picture = author.picture
    about = {
        **person(author),
        "description": author.bio,
        "image": image_object(picture, picture.credit) if picture and picture.url else {},
        "sameAs": [address for _label, address in author.shown_links if address.startswith(WEB)],
    }
    return page_object("ProfilePage", author.name, path, description) | {"mainEntity": without_empty(about)}


def page_object(kind: str, title: str, path: str, description: str) -> dict:
    data = {
        "@context": "https://schema.org",
        "@type": kind,
        "name": title,
        "url": absolute(path),
        "description": description,
        "inLanguage": settings.LANGUAGE_CODE,
        "isPartOf": {"@type": "WebSite", "name": site_identity().name, "url": absolute("/")},
    }
    return without_empty(data)


def item_list(rows) -> list[dict]:
    """Return [ItemList] of the rows that have a page, or []. Other entries, such as years, are skipped."""
    pages = [whole_address(row) for row in rows if isinstance(row, Model) and row.get_absolute_url()]
    entries = [
        {"@type": "ListItem", "position": position, "url": address}
        for position, address in enumerate(pages, start=1)
    ]
    data = {"@context": "https://schema.org", "@type": "ItemList", "itemListElement": entries}
    return [data] if entries else []


def organization() -> dict:
    """Return the publisher as an Organization, with the site's icon if there is no logo."""
    site = site_identity()
    logo = site_icon()
    if site.logo:
        logo = ShareImage(absolute(site.logo.url), site.logo.width, site.logo.height)
    data = {
        "@type": "Organization",
        "name": site.publisher,
        "url": site.publisher_url or absolute("/"),
        "logo": without_empty(share_image_object(logo)),
        "email": site.email,
        "sameAs": list(site.profiles),
    }
    return without_empty(data)


def person(author) -> dict:
    return without_empty({"@type": "Person", "name": author.name, "url": whole_address(author)})


def image_object(image: Image, credit: Credit) -> dict:
    creator = {"@type": "Person", "name": credit.creator, "url": credit.url} if credit.creator else {}
    data = {
        "@type": "ImageObject",
        "url": absolute(image.url),
        "contentUrl": absolute(image.url),
        "width": image.width,
        "height": image.height,
        "caption": image.caption,
        "creditText": " / ".join(filter(None, [credit.creator, credit.source])),
        "creator": without_empty(creator),
    }
    return without_empty(data)


def share_image_object(image: ShareImage) -> dict:
    size = {"width": image.width, "height": image.height}
    return {"@type": "ImageObject", "url": image.address, **size}


def breadcrumbs(trail, title: str, path: str) -> dict:
    categories = [(category.name, address) for category in trail if (address := category.get_absolute_url())]
    steps = [(site_identity().name, "/"), *categories, (title, path)]
    items = [
        {"@type": "ListItem", "position": position, "name": name, "item": absolute(address)}
        for position, (name, address) in enumerate(steps, start=1)
    ]
    return {"@context": "https://schema.org", "@type": "BreadcrumbList", "itemListElement": items}


def without_empty(data: dict) -> dict:
    return {key: value for key, value in data.items() if value not in ("", None, [], {})}
