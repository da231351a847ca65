"""Articles know whether their text says their share quote; derive_articles finds out for those that exist."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("blog", "0032_excerpts_that_many_articles_share"),
    ]

    operations = [
        migrations.AddField(
            model_name="article",
            name="says_quote",
            field=models.BooleanField(default=False, editable=False),
        ),
    ]
