"""Restore a version of an article, which creates a new version.

Related rows are found by primary key, then by name, so a version can be restored after its categories were
merged into another category.
"""

from django.utils.translation import gettext as _

from blog.articles.authors import Author
from blog.articles.categories import Category
from blog.articles.changes import changing
from blog.articles.flags import SUGGESTION_FIELDS
from blog.articles.links import ArticleAuthor, ArticleCategory
from blog.articles.models import Article
from blog.articles.names import folded
from blog.articles.series import Series
from blog.articles.versions.contents import DATES, FLAGS, PROVENANCE, TEXTS, read_date, words_in
from blog.articles.versions.history import version_contents
from blog.articles.versions.models import Version
from blog.images.models import Image
from blog.site.slugs import free_slug

STATE = ("status", "published_at")


def restore(
    article: Article, version: Version, *, by=None, note="", action=Version.Action.RESTORED, left=()
) -> tuple[Version, list[str]]:
    """Restore text, links and images of one of the article's versions; store the result as a new version.

    Return the new version, and messages about images that could not be restored.

    left: names of texts and flags to leave unchanged. Status and publication date do not change.

    Raises DamagedVersionError, and the exceptions of save(), such as StaleArticleError.
    """
    if version.article_id != article.pk:
        raise ValueError("The version belongs to another article.")
    contents = version_contents(version) | {name: getattr(article, name) for name in left}
    return write_contents(article, contents, by=by, note=note, action=action)


def write_contents(
    article: Article, contents: dict, *, by=None, note="", action=Version.Action.MERGED, with_state=False
) -> tuple[Version, list[str]]:
    """Write contents to the article and store a version, also for merges and undo.

    with_state: also write status and publication date. A slug that another article has taken gets a number.
    Deleted categories, authors and series are found by name, or created again.
    """
    missing = []
    with changing([article], by=by, action=action, note=note) as change:
        _write_fields(article, contents, with_state)
        article.set_hero_image(_image(contents["hero_image"], missing), words_in(contents["hero_image"]))
        article.primary_category = next(iter(_rows(Category, [contents["primary_category"]])), None)
        article.series = next(iter(_rows(Series, [contents["series"]])), None)
        images = {entry["address"]: _image(entry, missing) for entry in contents["body_images"]}
        article.images_by_address = {address: image for address, image in images.items() if image}
        article.image_text_overrides = {
            entry["address"]: words_in(entry) for entry in contents["body_images"]
        }
        change.save(article)
        _write_links(article, contents)
    return article.versions.newest_first().first(), missing


def _write_fields(article, contents, with_state):
    kept = set() if with_state else {*STATE}
    for name, suggestion in SUGGESTION_FIELDS.items():
        if contents[name] != getattr(article, name):
            setattr(article, suggestion, name in contents.get("suggested_flags", ()))
    for name in {*TEXTS, *PROVENANCE, *FLAGS, "body"} - kept - {"slug"}:
        setattr(article, name, contents[name])
    for name in {*DATES} - kept:
        setattr(article, name, read_date(contents[name]))
    article.keywords, article.translators = list(contents["keywords"]), list(contents["translators"])
    article.series_part = contents["series_part"]
    if article.slug != contents["slug"]:
        article.slug = free_slug(Article.objects.exclude(pk=article.pk), contents["slug"])


def _write_links(article, contents):
    levels = [Category.Level[entry["level"].upper() or "PLAIN"] for entry in contents["categories"]]
    categories = zip(_rows(Category, contents["categories"]), levels, strict=True)
    article.category_links.replace_all(
        [
            ArticleCategory(article=article, category=category, level=level, position=position)
            for position, (category, level) in enumerate(dict.fromkeys(categories))
        ],
    )
    authors = dict.fromkeys(_rows(Author, contents["authors"]))
    article.author_links.replace_all(
        [
            ArticleAuthor(article=article, author=author, position=position)
            for position, author in enumerate(authors)
        ],
    )


def _rows(model, entries):
    """Return the category, author or series of each entry: found by primary key or name, or created."""
    entries = [entry for entry in entries if entry]
    if not entries:
        return []
    by_key = model.objects.in_bulk([entry["id"] for entry in entries if entry["id"]])
    lost = {folded(entry["name"]): entry["name"] for entry in entries if entry["id"] not in by_key}
    by_name = model.objects.by_folded_name(lost) if lost else {}
    for name in lost.keys() - by_name.keys():
        by_name[name] = model.objects.create(name=lost[name])
    return [by_key.get(entry["id"]) or by_name[folded(entry["name"])] for entry in entries]


def _image(entry, missing):
    """Return the image of an entry, found by primary key, file or URL. Create a missing remote one."""
    if entry is None:
        return None
    image = _known_image(entry)
    if image is None and not entry["file"] and "://" in entry["address"]:
        image = _remote_image(entry)
    if image is None:
        missing.append(_("the image %(address)s, which no longer exists") % entry)
    return image


def _remote_image(entry):
    words = words_in(entry)
    return Image.objects.create(
        source=entry["address"],
        alt=words.alt,
        credit_creator=words.credit.creator,
        credit_url=words.credit.url,
        credit_source=words.credit.source,
    )


def _known_image(entry):
    images = Image.objects.order_by("pk")
    by_key = images.filter(pk=entry["id"]).first()
    if by_key or not (entry["file"] or entry["address"]):
        return by_key
    named = {"file": entry["file"]} if entry["file"] else {"source": entry["address"]}
    return images.filter(**named).first()
