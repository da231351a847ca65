"""A page for each keyword of articles: the tags, with the slugs that Tag.objects.add() gives them."""

import itertools

from django.db import migrations, models

from blog.documents.names import fold_name
from blog.documents.slugs import SLUG_LENGTH, slugify_name

AT_ONCE = 500
MOST, LENGTH = 50, 200


def fill(apps, schema_editor):
    """Make the tags of the articles that exist, batch by batch. The first spelling wins."""
    articles = apps.get_model("blog", "Article").objects.exclude(keywords=[]).order_by("pk")
    tags = apps.get_model("blog", "Tag").objects
    known, slugs = set(), set()
    rows = articles.values_list("keywords", flat=True).iterator(chunk_size=AT_ONCE)
    for some in itertools.batched(rows, AT_ONCE):
        names = {}
        for keywords in some:
            names = fold(keywords) | names
        missing = {key: name for key, name in names.items() if key not in known}
        known.update(missing)
        tags.bulk_create(
            [
                tags.model(name=name[:LENGTH], slug=free_slug(name, slugs), folded_name=key)
                for key, name in missing.items()
            ],
            batch_size=AT_ONCE,
        )


def fold(keywords):
    folded = {}
    for keyword in map(str, keywords):
        folded.setdefault(fold_name(keyword)[:LENGTH], keyword)
    return dict(itertools.islice(((key, name) for key, name in folded.items() if key), MOST))


def free_slug(name, taken):
    slug = slugify_name(name)[:SLUG_LENGTH]
    suffixes = itertools.chain([""], (f"-{number}" for number in itertools.count(2)))
    free = next(
        each for suffix in suffixes if (each := slug[: SLUG_LENGTH - len(suffix)] + suffix) not in taken
    )
    taken.add(free)
    return free


class Migration(migrations.Migration):
    dependencies = [
        ("blog", "0067_index_visible_articles"),
    ]

    operations = [
        migrations.CreateModel(
            name="Tag",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=200)),
                ("slug", models.SlugField(allow_unicode=True, max_length=255, unique=True)),
                ("folded_name", models.CharField(editable=False, max_length=200, unique=True)),
            ],
            options={
                "default_permissions": (),
            },
        ),
        migrations.RunPython(fill, migrations.RunPython.noop, elidable=True),
    ]
