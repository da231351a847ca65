"""Articles know whether others share their excerpt, and the first sentences of their text to show instead.

No excerpt counts as shared at first, so pages stay as they are; the sentences come with the next rendering.
"""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("blog", "0031_pictures_fetched_from_other_sites"),
    ]

    operations = [
        migrations.AddField(
            model_name="article",
            name="excerpt_is_template",
            field=models.BooleanField(default=False, editable=False),
        ),
        migrations.AddField(
            model_name="article",
            name="opening",
            field=models.TextField(blank=True, editable=False),
        ),
    ]
