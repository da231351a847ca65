"""Articles have stored writers. Those of imports that were started in the browser are known already."""

import itertools

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

ROWS_AT_ONCE = 500


def store_importers(apps, schema_editor):
    database = schema_editor.connection.alias
    entries = apps.get_model("blog", "ImportEntry").objects.using(database)
    writers = apps.get_model("blog", "ArticleWriter").objects.using(database)
    written = entries.filter(outcome__in=["created", "updated"], article__isnull=False)
    pairs = written.filter(batch__started_by__isnull=False).order_by()
    pairs = pairs.values_list("article", "batch__started_by").distinct()
    for some in itertools.batched(pairs.iterator(), ROWS_AT_ONCE):
        rows = [writers.model(article_id=article, user_id=user) for article, user in some]
        writers.bulk_create(rows, ignore_conflicts=True)


class Migration(migrations.Migration):
    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("blog", "0042_articles_withheld_until_approved"),
    ]

    operations = [
        migrations.CreateModel(
            name="ArticleWriter",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "article",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="writers",
                        to="blog.article",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "default_permissions": (),
                "constraints": [
                    models.UniqueConstraint(fields=("article", "user"), name="article_writer_once")
                ],
            },
        ),
        migrations.RunPython(store_importers, migrations.RunPython.noop),
    ]
