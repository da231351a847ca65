"""Flags of files are hints. What readers see already keeps its flags as set."""

from django.db import migrations, models


def take_as_hints(apps, schema_editor):
    """Nobody can have seen a flag of an article that came from a file and is not published."""
    articles = apps.get_model("blog", "Article").objects.using(schema_editor.connection.alias)
    unseen = articles.filter(status="new", source_file__isnull=False).order_by()
    keys = unseen.values("pk")
    articles.filter(pk__in=keys, is_featured=True).update(featured_is_hint=True)
    articles.filter(pk__in=keys, is_trending=True).update(trending_is_hint=True)


class Migration(migrations.Migration):
    dependencies = [
        ("blog", "0025_what_articles_have_in_common"),
    ]

    operations = [
        migrations.AddField(
            model_name="article",
            name="featured_is_hint",
            field=models.BooleanField(default=False, editable=False),
        ),
        migrations.AddField(
            model_name="article",
            name="trending_is_hint",
            field=models.BooleanField(default=False, editable=False),
        ),
        migrations.RunPython(take_as_hints, migrations.RunPython.noop, elidable=True),
    ]
