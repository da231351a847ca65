from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("blog", "0068_tags"),
    ]

    operations = [
        migrations.AddField(
            model_name="stagedimport",
            name="found_categories",
            field=models.JSONField(default=dict),
        ),
    ]
