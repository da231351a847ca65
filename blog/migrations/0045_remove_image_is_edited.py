"""Remove Image.is_edited, which nothing reads since approvals cover alt texts and credits."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("blog", "0044_reword_labels"),
    ]

    operations = [
        migrations.RemoveField(model_name="image", name="is_edited"),
    ]
