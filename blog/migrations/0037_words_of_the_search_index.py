from django.db import migrations

from blog import search


class Migration(migrations.Migration):
    dependencies = [
        ("blog", "0033_share_quotes_that_texts_say"),
    ]

    operations = [
        migrations.RunPython(
            lambda apps, schema_editor: search.add_words(), migrations.RunPython.noop, elidable=True
        ),
    ]
