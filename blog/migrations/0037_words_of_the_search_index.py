from django.db import migrations

from blog import search


class Migration(migrations.Migration):
    dependencies = [
        ("blog", "0036_pictures_and_links_of_authors"),
    ]

    operations = [
        migrations.RunPython(
            lambda apps, schema_editor: search.add_words(), migrations.RunPython.noop, elidable=True
        ),
    ]
