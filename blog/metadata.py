"""What a page says about itself to machines: canonical address, cards, structured data, share links.

Addresses are built from SITE_URL, never from the request: a forged Host header must not get into a page.
"""

import itertools
import json
import re
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import quote, urljoin

from django.conf import settings
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from blog.documents import (
    as_html_words,
    clean_excerpt,
    credit_value,
    make_excerpt,
    strip_markdown_inline,
    trim_at_word,
)
from blog.media import share_cards
from blog.models import Article, ArticleCategory, Author, Category, Image, Page, publication

TITLE_LENGTH = 70  # what search engines show of a title before they cut it themselves
DESCRIPTION_LENGTH = 160
SMALLEST_PICTURE = 200  # pixels a side, which the Open Graph's readers ask for
NAMES_IN_DESCRIPTION = 20  # more than fit
# What a work made by a generative system is: schema.org's member for the IPTC's term.
MACHINE_WRITTEN = "https://schema.org/TrainedAlgorithmicMediaDigitalSource"
FEEDS = (("application/rss+xml", "RSS"), ("application/atom+xml", "Atom"), ("application/feed+json", "JSON"))
PLAIN_PATH = re.compile(r"/(?:[\w%~-][\w%~.-]*/)*(?:[\w%~-][\w%~.-]*)?")
LANGUAGE_TAG = re.compile("[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*")
RIGHT_TO_LEFT = {"ar", "arc", "ckb", "dv", "fa", "he", "ps", "sd", "ug", "ur", "yi"}
# A string in JSON may hold these; a script element must not, or the page's HTML begins inside the data.
SCRIPT_ESCAPES = {ord(sign): f"\\u{ord(sign):04x}" for sign in "<>&\u2028\u2029"}


@dataclass(frozen=True, slots=True)
class Picture:
    """The picture that stands for a page where others link to it."""

    address: str
    width: int | None
    height: int | None
    alt: str = ""
    is_large: bool = True

    @property
    def has_size(self) -> bool:
        return bool(self.width and self.height)


@dataclass(frozen=True, slots=True)
class Metadata:
    """The head of a page."""

    title: str
    path: str
    description: str = ""
    picture: Picture | None = None
    article: Article | None = None
    author: Author | None = None
    is_indexed: bool = True
    data: list[dict] = field(default_factory=list)

    @property
    def document_title(self) -> str:
        """The title with the site's name, shortened at a word."""
        name = publication().name
        if self.title == name:
            return self.title
        ending = f" \N{EN DASH} {name}"
        return trim_at_word(self.title, max(TITLE_LENGTH - len(ending), 30)) + ending

    @property
    def canonical(self) -> str:
        return absolute(self.path)

    @property
    def kind(self) -> str:
        """The Open Graph's word for what the page is."""
        return "article" if self.article else "profile" if self.author else "website"

    @property
    def published_at(self) -> str:
        return local_iso(self.article.published_at) if self.article else ""

    @property
    def modified_at(self) -> str:
        return local_iso(modified_at(self.article)) if self.article else ""

    @property
    def author_addresses(self) -> list[str]:
        byline = self.article.byline if self.article else []
        return [address for author in byline if (address := whole_address(author))]

    @property
    def json_ld(self) -> list[SafeString]:
        return [script_json(data) for data in self.data]


def absolute(address: str) -> str:
    """Return an address of this site with its scheme and host; others stay as they are."""
    if PLAIN_PATH.fullmatch(address):
        return settings.SITE_URL + address  # as urljoin() does, which takes twenty times as long
    try:
        return urljoin(f"{settings.SITE_URL}/", address)
    except ValueError:  # such as https://[half-an-address
        return address


def whole_address(row) -> str:
    """Return the whole address of a row's page, or nothing where it has none."""
    path = row.get_absolute_url()
    return absolute(path) if path else ""


def script_json(data) -> SafeString:
    """Return JSON that stays data wherever it stands in HTML."""
    text = json.dumps(data, ensure_ascii=False).translate(SCRIPT_ESCAPES)
    return mark_safe(text)  # noqa: S308 -- no sign that means something in HTML is left


def home_metadata(names=()) -> Metadata:
    site = publication()
    description = site.description or list_description(site.name, names)
    return Metadata(
        title=site.name, path="/", description=description, picture=site_picture(), data=[website()]
    )


def page_metadata(
    title, path, *, description="", names=(), page_number=1, is_indexed=True, trail=()
) -> Metadata:
    """Return the head of a list page. Each page of a list is a page of its own, with its own address.

    names are what it lists, articles or topics: they describe it where nobody has.
    """
    description = plain_description(description) or list_description(title, names)
    title, path = numbered(title, path, page_number)
    data = [collection_page(title, path, description)]
    if trail:
        data.append(breadcrumbs(trail, title, path))
    return Metadata(title, path, description, site_picture(), is_indexed=is_indexed, data=data)


def plain_page_metadata(page: Page) -> Metadata:
    path = page.get_absolute_url()
    description = plain_description(page.meta_description) or make_excerpt(page.body, DESCRIPTION_LENGTH)
    data = page_object("WebPage", page.title, path, description)
    data["dateModified"] = local_iso(page.updated_at)
    if page.language:
        data["inLanguage"] = page.language
    return Metadata(page.title, path, description, site_picture(), data=[data])


def author_metadata(author: Author, *, names=(), page_number=1) -> Metadata:
    title, path = numbered(author.name, author.get_absolute_url(), page_number)
    description = plain_description(author.bio) or list_description(author.name, names)
    data = [profile_page(author, path, description)]
    return Metadata(title, path, description, site_picture(), author=author, data=data)


def article_metadata(article: Article) -> Metadata:
    path = article.get_absolute_url()
    return Metadata(
        title=article.title,
        path=path,
        description=article_description(article),
        picture=article_picture(article),
        article=article,
        data=[blog_posting(article), breadcrumbs(article.trail, article.title, path)],
    )


def numbered(title, path, page_number) -> tuple[str, str]:
    """Return title and path of a page of a list; the first one has the list's own."""
    if page_number == 1:
        return title, path
    title = _("%(title)s, page %(number)s") % {"title": title, "number": page_number}
    return title, f"{path}?page={page_number}"


def plain_description(text: str) -> str:
    return trim_at_word(strip_markdown_inline(text), DESCRIPTION_LENGTH)


def list_description(title: str, names) -> str:
    """Return what a list is of and what stands first in it; nothing for an empty one."""
    first = "; ".join(map(str, itertools.islice(names, NAMES_IN_DESCRIPTION)))
    return trim_at_word(f"{title} \N{EN DASH} {first}", DESCRIPTION_LENGTH) if first else ""


def article_picture(article: Article) -> Picture:
    """Return what stands for the article elsewhere: its share card, so that all articles look like this site.

    Only a card that no typeface here can write gives way to the article's own picture.
    """
    card, hero = share_card(article), shown_hero(article)
    if hero and not card.is_legible:
        return Picture(absolute(hero.url), hero.width, hero.height, article.hero_alt or article.title)
    return card_picture(article, card)


def card_picture(article: Article, card: share_cards.ShareCard) -> Picture:
    address = reverse("blog:share_card", args=[article.uid, card.digest])
    return Picture(absolute(address), *share_cards.SIZE, card.quote or card.title)


def site_icon() -> Picture:
    return Picture(absolute(static("img/icon-512.png")), 512, 512, publication().name, is_large=False)


def site_picture() -> Picture:
    """Return what stands for the site elsewhere: its logo, unless that is too small, or else the icon."""
    logo = publication().logo
    if logo and min(logo.width, logo.height) >= SMALLEST_PICTURE:
        return Picture(absolute(logo.url), logo.width, logo.height, publication().name, is_large=False)
    return site_icon()


def share_card(article: Article) -> share_cards.ShareCard:
    """Return what the article's share card says: its quote without hashtags or, if it has none, its title."""
    return share_cards.ShareCard(
        site_name=publication().name,
        title=article.title,
        quote=article.quote,
        topic=article.primary_category.name if article.primary_category else "",
        label=_("AI-generated text") if disclosure(article) else "",
    )


def shown_hero(article: Article) -> Image | None:
    return article.hero_image if article.hero_image and article.hero_image.url else None


def article_description(article: Article) -> str:
    """Return the editor's words, or else how the text begins."""
    text = strip_markdown_inline(clean_excerpt(article.meta_description)) or article.summary
    return trim_at_word(text, DESCRIPTION_LENGTH) or make_excerpt(article.body, DESCRIPTION_LENGTH)


def text_language(article: Article) -> dict[str, str]:
    """Return lang and dir of the text; nothing where its language is not known, so that the site's holds."""
    if not LANGUAGE_TAG.fullmatch(article.language):
        return {}
    primary = article.language.partition("-")[0].lower()
    return {"lang": article.language, "dir": "rtl" if primary in RIGHT_TO_LEFT else "ltr"}


def modified_at(article: Article) -> datetime:
    """Return when readers last saw something new in the article: never before it was published."""
    return max(article.updated_at, article.published_at)


def shown_update(article: Article) -> datetime | None:
    """Return when the article was updated, if that was on a later day than its publication."""
    changed, published = timezone.localtime(article.updated_at), timezone.localtime(article.published_at)
    return changed if changed.date() > published.date() else None


def disclosure(article: Article) -> str:
    """Return what readers have to know of a machine-written text; empty for all others.

    There are no reviews yet, so nothing more can be said than that none is on record.
    """
    if not article.generated_by:
        return ""
    said = _("Written with %(generator)s; no review of this version is on record.")
    return said % {"generator": article.generated_by}


def blog_posting(article: Article) -> dict:
    """Return the article for search engines. A system that wrote a text is its source, not a person."""
    address = absolute(article.get_absolute_url())
    hero = shown_hero(article)
    card = card_picture(article, share_card(article))
    data = {
        "@context": "https://schema.org",
        "@type": "BlogPosting",
        "@id": f"urn:uuid:{article.uid}",
        "headline": article.title,
        "description": article_description(article),
        "url": address,
        "mainEntityOfPage": address,
        "datePublished": local_iso(article.published_at),
        "dateModified": local_iso(modified_at(article)),
        "author": [person(author) for author in article.byline] or organization(),
        "publisher": organization(),
        "image": [*([image_object(hero)] if hero else []), picture_object(card)],
        "articleSection": [category.name for category in article.trail],
        "keywords": article.keywords,
        "wordCount": article.word_count,
        "timeRequired": f"PT{article.reading_time}M",
        "inLanguage": article.language or settings.LANGUAGE_CODE,
        "digitalSourceType": MACHINE_WRITTEN if article.generated_by else None,
    }
    return without_empty(data)


def website() -> dict:
    site = publication()
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


def collection_page(title: str, path: str, description: str) -> dict:
    return page_object("CollectionPage", title, path, description)


def profile_page(author: Author, path: str, description: str) -> dict:
    own_page = author.url if author.url.startswith(("https://", "http://")) else ""
    about = without_empty({**person(author), "description": author.bio, "sameAs": own_page})
    return page_object("ProfilePage", author.name, path, description) | {"mainEntity": about}


def page_object(kind: str, title: str, path: str, description: str) -> dict:
    data = {
        "@context": "https://schema.org",
        "@type": kind,
        "name": title,
        "url": absolute(path),
        "description": description,
        "inLanguage": settings.LANGUAGE_CODE,
        "isPartOf": {"@type": "WebSite", "name": publication().name, "url": absolute("/")},
    }
    return without_empty(data)


def organization() -> dict:
    """Return who publishes the site, for search engines; without a logo, the icon stands for it."""
    site = publication()
    logo = site_icon()
    if site.logo:
        logo = Picture(absolute(site.logo.url), site.logo.width, site.logo.height)
    data = {
        "@type": "Organization",
        "name": site.publisher,
        "url": site.publisher_url or absolute("/"),
        "logo": without_empty(picture_object(logo)),
        "email": site.email,
        "sameAs": list(site.profiles),
    }
    return without_empty(data)


def person(author) -> dict:
    return without_empty({"@type": "Person", "name": author.name, "url": whole_address(author)})


def image_object(image: Image) -> dict:
    credit = image.credit
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


def picture_object(picture: Picture) -> dict:
    size = {"width": picture.width, "height": picture.height}
    return {"@type": "ImageObject", "url": picture.address, **size}


def breadcrumbs(trail, title: str, path: str) -> dict:
    topics = [(topic.name, address) for topic in trail if (address := topic.get_absolute_url())]
    steps = [(publication().name, "/"), *topics, (title, path)]
    items = [
        {"@type": "ListItem", "position": position, "name": name, "item": absolute(address)}
        for position, (name, address) in enumerate(steps, start=1)
    ]
    return {"@context": "https://schema.org", "@type": "BreadcrumbList", "itemListElement": items}


def without_empty(data: dict) -> dict:
    return {key: value for key, value in data.items() if value not in ("", None, [], {})}


def local_iso(moment: datetime) -> str:
    return timezone.localtime(moment).isoformat(timespec="seconds")


def share_links(article: Article) -> list[tuple[str, str]]:
    """Return name and address of each place where readers may share the article: plain links, no script."""
    plain_address = absolute(article.get_absolute_url())
    address, title = quote(plain_address, safe=""), quote(article.title, safe="")

    def post(limit, address_length=None):
        """Return the quote, as long as fits beside the address in a post of so many characters."""
        room = limit - (address_length or len(plain_address)) - 1
        return quote(trim_at_word(article.share_text or article.title, max(room, 60)), safe="")

    return [
        ("Bluesky", f"https://bsky.app/intent/compose?text={post(300)}%20{address}"),
        ("Mastodon", f"https://share.joinmastodon.org/#text={post(500)}%20{address}"),
        ("LinkedIn", f"https://www.linkedin.com/sharing/share-offsite/?url={address}"),
        ("X", f"https://x.com/intent/post?text={post(280, address_length=23)}&url={address}"),
        ("Facebook", f"https://www.facebook.com/sharer/sharer.php?u={address}"),
        ("WhatsApp", f"https://wa.me/?text={post(700)}%20{address}"),
        ("Reddit", f"https://www.reddit.com/submit?url={address}&title={title}"),
        (_("E-mail"), f"mailto:?subject={title}&body={post(1000)}%20{address}"),
    ]


def markdown_source(article: Article) -> str:
    """Return the article as a file that the importer reads as this article, made of public fields only."""
    image = shown_hero(article)
    fields = {
        "title": as_html_words(article.title),
        "date": local_iso(article.published_at),
        "updated": local_iso(modified_at(article)),
        "slug": article.slug,
        "url": absolute(article.get_absolute_url()),
        "excerpt": article.excerpt,
        "metaDescription": article.meta_description,
        "category": article.primary_category.name if article.primary_category else "",
        "categories": [category_entry(link) for link in article.category_links.all()],
        "image": absolute(image.url) if image else "",
        "imageAlt": image.alt if image else "",
        "imageCredit": credit_value(image.credit) if image else "",
        "keywords": article.keywords,
        "author": [author.name for author in article.byline],
        "socialShare": article.share_quote,
        "readingTime": article.reading_time,
        "language": article.language,
        "generatedBy": article.generated_by,
    }
    lines = (f"{key}: {json.dumps(value, ensure_ascii=False)}\n" for key, value in fields.items() if value)
    return f"---\n{''.join(lines)}---\n\n{article.body.lstrip('\n')}"


def category_entry(link: ArticleCategory) -> str | dict[str, str]:
    if link.level == Category.Level.PLAIN:
        return link.category.name
    return {"type": Category.Level(link.level).name.lower(), "name": link.category.name}


def feed_links(category: Category | None = None) -> list[tuple[str, str, str]]:
    """Return media type, name and path of each feed of the site, or of one category."""
    space, arguments = ("category_feeds", [category.slug]) if category else ("feeds", [])
    return [
        (media_type, name, reverse(f"blog:{space}:{name.lower()}", args=arguments))
        for media_type, name in FEEDS
    ]
