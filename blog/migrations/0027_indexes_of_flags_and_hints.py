from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("blog", "0026_flags_of_files_are_hints"),
    ]

    operations = [
        migrations.RemoveIndex(model_name="article", name="article_featured"),
        migrations.RemoveIndex(model_name="article", name="article_trending"),
        migrations.AddIndex(
            model_name="article",
            index=models.Index(
                condition=models.Q(("is_featured", True), ("status", "published")),
                fields=["featured_is_hint", "-published_at", "-id"],
                name="article_featured",
            ),
        ),
        migrations.AddIndex(
            model_name="article",
            index=models.Index(
                condition=models.Q(("is_trending", True), ("status", "published")),
                fields=["trending_is_hint", "-published_at", "-id"],
                name="article_trending",
            ),
        ),
    ]
