"""The digest of every article's words, by which reviews and proofs hold for them."""

import hashlib
import json
from dataclasses import astuple

from django.db import migrations, models
from django.db.models import Prefetch, Q

TEXTS = ("title", "excerpt", "meta_description", "share_quote", "body")
WEB = ("https://", "http://", "//")
ARTICLES_AT_ONCE = 50  # each may be some MB


def mark_edited_images(apps, schema_editor):
    """A file for what is on the web was given by an editor: until now, nothing else did."""
    images = apps.get_model("blog", "Image").objects.using(schema_editor.connection.alias)
    on_the_web = Q(*(("source__startswith", beginning) for beginning in WEB), _connector=Q.OR)
    images.filter(on_the_web).exclude(file="").update(is_edited=True, is_replaced=True)


def digest_articles(apps, schema_editor):
    """As the first release with digests makes them, for ever: another way has another prefix."""
    articles = apps.get_model("blog", "Article").objects.using(schema_editor.connection.alias)
    links = apps.get_model("blog", "BodyImage").objects.select_related("image")
    rows = articles.select_related("hero_image").prefetch_related(Prefetch("body_image_links", links))
    rows = rows.only(*TEXTS, "hero_alt", "hero_credit", "hero_is_decorative", "hero_image").order_by("pk")
    last = 0
    while some := list(rows.filter(pk__gt=last)[:ARTICLES_AT_ONCE]):
        last = some[-1].pk
        for article in some:
            article.words_digest = digest_of(article)
        articles.bulk_update(some, ["words_digest"])


def digest_of(article):
    said = [of_text(getattr(article, name)) for name in TEXTS]
    said.append(hero(article))
    said.append(sorted(filter(None, map(picture, article.body_image_links.all()))))
    return "1:" + of_text(json.dumps(said))[:62]


def of_text(text):
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def hero(article):
    image = article.hero_image
    if image is None:
        return None
    words = words_of(image, article.hero_alt, article.hero_credit, article.hero_is_decorative)
    return [content(image), *words]


def picture(link):
    image = link.image
    if stands_for_its_source(image) and not image.is_edited:
        if not (link.credit or link.is_decorative):
            return None
        return [link.source, content(image), "", *astuple(link.credit), link.is_decorative]
    return [link.source, content(image), *words_of(image, "", link.credit, link.is_decorative)]


def words_of(image, alt, credit, is_decorative):
    alt = "" if is_decorative else alt if alt.strip() else image.alt
    own = [image.credit_creator, image.credit_url, image.credit_source]
    return [alt, *(astuple(credit) if credit else own), is_decorative]


def content(image):
    return image.source if stands_for_its_source(image) else image.file.name or image.source


def stands_for_its_source(image):
    return image.source.startswith(WEB) and not image.is_replaced


class Migration(migrations.Migration):
    dependencies = [("blog", "0023_proofs_reviews_and_decisions")]

    operations = [
        migrations.AddField(
            model_name="image",
            name="is_edited",
            field=models.BooleanField(default=False, editable=False),
        ),
        migrations.AddField(
            model_name="image",
            name="is_replaced",
            field=models.BooleanField(default=False, editable=False),
        ),
        migrations.RunPython(mark_edited_images, migrations.RunPython.noop),
        migrations.RunPython(digest_articles, migrations.RunPython.noop),
    ]
