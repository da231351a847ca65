"""What a dry run has read is known by its digest, so that an import takes exactly that."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("blog", "0019_imports_in_the_browser"),
        ("blog", "0019_entry_for_every_file_and_undo_of_imports"),
    ]

    operations = [
        migrations.AddField("stagedimport", "checked_digest", models.CharField(blank=True, max_length=64)),
    ]
