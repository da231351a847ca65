"""Every picture that a text, a page or the site shows is linked: permissions ask these links."""

import itertools
import re
from html import unescape
from urllib.parse import urlsplit

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

TEXTS_AT_ONCE = 25  # each may be some MB


def link_pictures(apps, schema_editor):
    """Link what the stored HTML shows of our files; the texts are not rendered for that.

    One pass over texts that name such a file, a few at a time; every save makes the links anew.
    """
    for name, link in (("article", "BodyImage"), ("page", "PageImage")):
        link_texts(apps, schema_editor.connection.alias, name, apps.get_model("blog", link))
    link_logo(apps, schema_editor.connection.alias)
    if schema_editor.connection.vendor == "postgresql":  # which alters no table with checks to come
        schema_editor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def link_texts(apps, database, name, link):
    shown = address_pattern()
    texts = apps.get_model("blog", name).objects.using(database).order_by("pk")
    texts = texts.filter(body_html__contains=f"{settings.MEDIA_URL}images/").values_list("pk", "body_html")
    last = 0
    while rows := list(texts.filter(pk__gt=last)[:TEXTS_AT_ONCE]):
        last = rows[-1][0]
        asked = {pk: {unescape(found[1]): found[2] for found in shown.finditer(html)} for pk, html in rows}
        images = images_by_name(apps, database, {file for files in asked.values() for file in files.values()})
        known = link.objects.using(database).filter(**{f"{name}__in": asked})
        linked = set(known.values_list(f"{name}_id", "image_id"))
        new = [
            link(**{f"{name}_id": pk}, image_id=images[file], source=address)
            for pk, files in asked.items()
            for address, file in files.items()
            if file in images and len(address.encode()) <= 2000 and (pk, images[file]) not in linked
        ]
        link.objects.using(database).bulk_create(new)


def address_pattern():
    """Return what finds the pictures of ours in HTML: each address, and the name of its file."""
    host, media = (re.escape(part) for part in (urlsplit(settings.SITE_URL).netloc, settings.MEDIA_URL))
    name = r"images/[0-9a-f]{2}/[0-9a-f]{40}\.[a-z]{3,4}"
    return re.compile(rf' src="((?:(?:https?:)?//{host})?{media}({name})(?:[?#][^"]*)?)"')


def images_by_name(apps, database, names):
    """Return the key of the oldest image that has each of the files."""
    found = {}
    images = apps.get_model("blog", "Image").objects.using(database).order_by("-pk")
    for some in itertools.batched(names, 500):
        found |= dict(images.filter(file__in=some).values_list("file", "pk"))
    return found


def link_logo(apps, database):
    images = apps.get_model("blog", "Image").objects.using(database)
    for site in apps.get_model("blog", "SiteIdentity").objects.using(database).exclude(logo_file=""):
        name = site.logo_file.name
        site.logo = images.filter(file=name).order_by("pk").first() or images.create(
            file=name,
            width=site.logo_width,
            height=site.logo_height,
            digest="",
        )
        site.save(update_fields=["logo"])


def unlink_logo(apps, schema_editor):
    database = schema_editor.connection.alias
    for site in apps.get_model("blog", "SiteIdentity").objects.using(database).exclude(logo=None):
        site.logo_file = site.logo.file.name
        site.logo_width, site.logo_height = site.logo.width, site.logo.height
        site.save(update_fields=["logo_file", "logo_width", "logo_height"])
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("SET CONSTRAINTS ALL IMMEDIATE")


class Migration(migrations.Migration):
    dependencies = [
        ("blog", "0008_redirects_of_authors"),
    ]

    operations = [
        migrations.CreateModel(
            name="PageImage",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("source", models.CharField(max_length=2000)),
                (
                    "image",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="page_image_links",
                        to="blog.image",
                    ),
                ),
                (
                    "page",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="body_image_links",
                        to="blog.page",
                    ),
                ),
            ],
            options={
                "default_permissions": (),
                "constraints": [
                    models.UniqueConstraint(fields=("page", "source"), name="page_image_once_a_source")
                ],
            },
        ),
        migrations.RenameField(model_name="siteidentity", old_name="logo", new_name="logo_file"),
        migrations.AddField(
            model_name="siteidentity",
            name="logo",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="logo_of",
                to="blog.image",
                verbose_name="logo",
            ),
        ),
        migrations.RunPython(link_pictures, unlink_logo),
        migrations.RemoveField(model_name="siteidentity", name="logo_file"),
        migrations.RemoveField(model_name="siteidentity", name="logo_width"),
        migrations.RemoveField(model_name="siteidentity", name="logo_height"),
    ]
