"""The keywords of articles, folded, in rows by which others with the same keywords are found."""

import itertools

import django.db.models.deletion
from django.db import migrations, models

from blog.documents.names import fold_name

AT_ONCE = 500
MOST, LENGTH = 50, 200


def fill(apps, schema_editor):
    """Make the rows of the articles that exist, batch by batch."""
    articles = apps.get_model("blog", "Article").objects.exclude(keywords=[]).order_by("pk")
    rows = articles.values_list("pk", "status", "published_at", "keywords")
    for some in itertools.batched(rows.iterator(chunk_size=AT_ONCE), AT_ONCE):
        insert(apps.get_model("blog", "ArticleKeyword"), some)


def insert(model, rows):
    model.objects.bulk_create(
        [
            model(article_id=key, keyword=keyword, listed_at=moment if status == "published" else None)
            for key, status, moment, keywords in rows
            for keyword in fold(keywords)
        ],
        batch_size=AT_ONCE,
    )


def fold(keywords):
    folded = dict.fromkeys(fold_name(str(keyword))[:LENGTH] for keyword in keywords)
    return itertools.islice(filter(None, folded), MOST)


class Migration(migrations.Migration):
    dependencies = [
        ("blog", "0033_share_quotes_that_texts_say"),
    ]

    operations = [
        migrations.CreateModel(
            name="ArticleKeyword",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("keyword", models.CharField(max_length=200)),
                ("listed_at", models.DateTimeField(editable=False, null=True)),
                (
                    "article",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="keyword_rows",
                        to="blog.article",
                    ),
                ),
            ],
            options={
                "default_permissions": (),
                "indexes": [
                    models.Index(
                        condition=models.Q(("listed_at__isnull", False)),
                        fields=["keyword", "-listed_at", "-article"],
                        name="keyword_newest",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("article", "keyword"), name="article_keyword_once")
                ],
            },
        ),
        migrations.RunPython(fill, migrations.RunPython.noop, elidable=True),
    ]
