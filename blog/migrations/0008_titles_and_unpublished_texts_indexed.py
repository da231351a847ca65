from django.db import migrations, models

from blog import search


def index_all(apps, schema_editor):
    """Make the index anew, of what is not published too: editors search it."""
    search.rebuild(apps.get_model("blog", "Article").objects.all())


class Migration(migrations.Migration):
    dependencies = [
        ("blog", "0007_generators_and_topics_indexed"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="article",
            index=models.Index(fields=["title"], name="article_title"),
        ),
        migrations.RunPython(index_all, migrations.RunPython.noop, elidable=True),
    ]
