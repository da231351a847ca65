"""Digests of articles with keywords, captions of hero images, and the words of fetched images in the text.

Approvals and checks of an article's current content stay valid: they get its new digest. Such an approval
keeps a record of the content that its old digest did not cover.
"""

import hashlib
import json
from dataclasses import astuple

from django.db import migrations, models
from django.db.models import Prefetch

TEXTS = ("title", "excerpt", "meta_description", "share_quote", "body")
WEB = ("https://", "http://", "//")
ARTICLES_AT_ONCE = 50  # each may be some MB


def digest_articles(apps, schema_editor):
    """Compute digests as the first release with this prefix does. Later releases use another prefix."""
    database = schema_editor.connection.alias
    articles = apps.get_model("blog", "Article").objects.using(database)
    links = apps.get_model("blog", "BodyImage").objects.using(database).select_related("image")
    fields = (*TEXTS, "keywords", "hero_alt", "hero_credit", "hero_is_decorative", "hero_image")
    rows = articles.select_related("hero_image").prefetch_related(Prefetch("body_image_links", links))
    rows = rows.only(*fields, "words_digest", "reviewed_digest").order_by("pk")
    checks = apps.get_model("blog", "ArticleCheck").objects.using(database)
    approvals = apps.get_model("blog", "Approval").objects.using(database)
    last = 0
    while some := list(rows.filter(pk__gt=last)[:ARTICLES_AT_ONCE]):
        last = some[-1].pk
        keys = [article.pk for article in some]
        before = {article.pk: article.words_digest for article in some}
        for article in some:
            article.words_digest = digest_of(article)
            if article.reviewed_digest and article.reviewed_digest == before[article.pk]:
                article.reviewed_digest = article.words_digest
        articles.bulk_update(some, ["words_digest", "reviewed_digest"])
        now = {article.pk: article for article in some}
        found = [
            row
            for row in checks.filter(pk__in=keys)
            if row.words_digest and row.words_digest == before[row.pk]
        ]
        for row in found:
            row.words_digest = now[row.pk].words_digest
        checks.bulk_update(found, ["words_digest"])
        given = [
            row
            for row in approvals.filter(article__in=keys)
            if row.digest and row.digest == before[row.article_id]
        ]
        for row in given:
            row.digest = now[row.article_id].words_digest
            row.uncovered = uncovered_of(now[row.article_id])
        approvals.bulk_update(given, ["digest", "uncovered"])


def uncovered_of(article):
    """Return the parts of an article that the digest of earlier releases did not cover."""
    parts = {
        "keywords": bool(article.keywords),
        "caption": bool(article.hero_image and article.hero_image.caption.strip()),
        "fetched": any(map(is_newly_covered, article.body_image_links.all())),
    }
    return [name for name, is_there in parts.items() if is_there]


def is_newly_covered(link):
    image = link.image
    is_only_fetched = stands_for_its_source(image) and not image.is_edited
    return is_only_fetched and bool(image.alt.strip() or image.credit_creator or image.credit_source)


def digest_of(article):
    said = [of_text(getattr(article, name)) for name in TEXTS]
    said.append([str(keyword) for keyword in article.keywords])
    said.append(hero(article))
    said.append(sorted(filter(None, map(picture, article.body_image_links.all()))))
    return "2:" + of_text(json.dumps(said))[:62]


def of_text(text):
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def hero(article):
    image = article.hero_image
    if image is None:
        return None
    words = words_of(image, article.hero_alt, article.hero_credit, article.hero_is_decorative)
    return [content(image), *words, image.caption]


def picture(link):
    image = link.image
    words = words_of(image, "", link.credit, link.is_decorative)
    if stands_for_its_source(image) and words == ["", "", "", "", False]:
        return None
    return [link.source, content(image), *words]


def words_of(image, alt, credit, is_decorative):
    alt = "" if is_decorative else alt if alt.strip() else image.alt
    own = [image.credit_creator, image.credit_url, image.credit_source]
    return [alt, *(astuple(credit) if credit else own), is_decorative]


def content(image):
    return image.source if stands_for_its_source(image) else image.file.name or image.source


def stands_for_its_source(image):
    return image.source.startswith(WEB) and not image.is_replaced


class Migration(migrations.Migration):
    dependencies = [("blog", "0040_proposed_changes_of_authors")]

    operations = [
        migrations.AddField(
            model_name="approval",
            name="uncovered",
            field=models.JSONField(default=list, verbose_name="not covered"),
        ),
        migrations.RunPython(digest_articles, migrations.RunPython.noop),
    ]
