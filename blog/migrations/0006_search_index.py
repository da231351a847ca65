from django.db import migrations

from blog import search


def create(apps, schema_editor):
    """Make the index of all that is published. It is derived data, so it has whatever form it has today."""
    search.rebuild(apps.get_model("blog", "Article").objects.filter(status="published"))


def drop(apps, schema_editor):
    search.drop()


class Migration(migrations.Migration):
    dependencies = [
        ("blog", "0005_topics_counted_and_lists_indexed"),
    ]

    operations = [
        migrations.RunPython(create, drop),
    ]
