from django.db import migrations, models

from blog import search


def index_all(apps, schema_editor):
    """Make the index anew, of what is not published too: editors search it."""
    search.rebuild(apps.get_model("blog", "Article").objects.all())


class Migration(migrations.Migration):
    dependencies = [
        ("blog", "0009_pictures_linked_to_what_shows_them"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="article",
            index=models.Index(fields=["title", "slug", "id"], name="article_names"),
        ),
        migrations.AddIndex(
            model_name="article",
            index=models.Index(
                fields=["-id"], name="article_in_use", condition=models.Q(trashed_at__isnull=True)
            ),
        ),
        migrations.RunPython(index_all, migrations.RunPython.noop, elidable=True),
    ]
