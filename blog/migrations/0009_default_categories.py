from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("blog", "0008_ways_of_imports")]

    operations = [
        migrations.AddField(
            "stagedimport",
            "default_category",
            models.CharField(blank=True, db_default="", max_length=200),
        ),
        migrations.AddField(
            "stagedimport",
            "requires_category",
            models.BooleanField(db_default=False, default=False),
        ),
    ]
