"""Reword the help text of Page.is_published."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("blog", "0056_compressed_texts"),
    ]

    operations = [
        migrations.AlterField(
            model_name="page",
            name="is_published",
            field=models.BooleanField(
                default=False,
                help_text="Readers can see the page, and the footer links to it.",
                verbose_name="published",
            ),
        ),
    ]
