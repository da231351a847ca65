from django.db import migrations, models

ACTIONS = [
    ("first", "First recorded version"),
    ("imported", "Imported"),
    ("saved", "Saved"),
    ("published", "Published"),
    ("unpublished", "Unpublished"),
    ("scheduled", "Scheduled"),
    ("bulk", "Bulk change"),
    ("fixed", "Bulk fix"),
    ("fix_undone", "Bulk fix undone"),
    ("restored", "Restored"),
    ("merged", "Merged"),
    ("accepted", "Update accepted"),
    ("undone", "Undone"),
    ("submitted", "Submitted"),
    ("returned", "Returned"),
]


class Migration(migrations.Migration):
    dependencies = [
        ("blog", "0047_opened_lists"),
    ]

    operations = [
        migrations.AlterField(
            model_name="version",
            name="action",
            field=models.CharField(choices=ACTIONS, max_length=12, verbose_name="what"),
        ),
        migrations.AlterField(
            model_name="stagedimport",
            name="on_conflict",
            field=models.CharField(blank=True, max_length=5),
        ),
        migrations.AddField(
            model_name="stagedimport",
            name="is_source_given",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="stagedimport",
            name="same_files",
            field=models.JSONField(default=dict),
        ),
        migrations.AddField(
            model_name="importrun",
            name="file_name",
            field=models.CharField(blank=True, max_length=255, verbose_name="file"),
        ),
        migrations.AddField(
            model_name="image",
            name="upload_name",
            field=models.CharField(blank=True, editable=False, max_length=255, verbose_name="uploaded file"),
        ),
    ]
