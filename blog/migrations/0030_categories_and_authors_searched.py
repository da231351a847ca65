from django.db import migrations

from blog import search


def index_all(apps, schema_editor):
    """Make the index anew, with the names of categories and authors and the ends of titles."""
    search.rebuild(apps.get_model("blog", "Article").objects.all())


class Migration(migrations.Migration):
    dependencies = [
        ("blog", "0029_articles_in_the_queue_of_the_desk"),
    ]

    operations = [
        migrations.RunPython(index_all, migrations.RunPython.noop, elidable=True),
    ]
