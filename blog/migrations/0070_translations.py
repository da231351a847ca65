"""The groups of translations, found in the paths and keys of imported files."""

import uuid

from django.conf import settings
from django.db import migrations, models

from blog.documents.fields.translations import Text, find_groups


def fill(apps, schema_editor):
    """Link the translations in each source, as imports do."""
    articles = apps.get_model("blog", "Article").objects
    files = apps.get_model("blog", "SourceFile").objects.order_by()
    for source_name in list(files.values_list("source_name", flat=True).distinct()):
        rows = files.filter(source_name=source_name)
        texts = [
            Text(key, path, (language or settings.LANGUAGE_CODE).lower(), extra)
            for key, path, language, extra in rows.values_list(
                "article", "path", "article__language", "extra"
            ).iterator()
        ]
        for found in find_groups(texts):
            articles.filter(pk__in=[text.key for text in found]).update(translation_group=uuid.uuid4())


class Migration(migrations.Migration):
    dependencies = [
        ("blog", "0069_found_categories_of_staged_import"),
    ]

    operations = [
        migrations.AddField(
            model_name="article",
            name="translation_group",
            field=models.UUIDField(editable=False, null=True),
        ),
        migrations.AddIndex(
            model_name="article",
            index=models.Index(
                condition=models.Q(("translation_group__isnull", False)),
                fields=["translation_group", "language", "status", "published_at"],
                name="article_translations",
            ),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop, elidable=True),
    ]
