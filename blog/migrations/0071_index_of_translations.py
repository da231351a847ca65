from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("blog", "0070_translations"),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name="article",
            name="article_translations",
        ),
        migrations.AddIndex(
            model_name="article",
            index=models.Index(
                condition=models.Q(("translation_group__isnull", False)),
                fields=["translation_group", "status", "published_at", "is_withheld", "language"],
                name="article_translations",
            ),
        ),
    ]
