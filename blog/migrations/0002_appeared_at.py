from django.conf import settings
from django.db import migrations, models
from django.db.models import F


def fill(apps, schema_editor):
    """Articles that readers can find have appeared at their dates. Withheld ones have not."""
    articles = apps.get_model("blog", "Article").objects.filter(status="published")
    if settings.REQUIRE_REVIEW:
        articles = articles.filter(is_withheld=False)
    articles.update(appeared_at=F("published_at"))


class Migration(migrations.Migration):
    dependencies = [("blog", "0001_initial")]

    operations = [
        migrations.AddField("article", "appeared_at", models.DateTimeField(editable=False, null=True)),
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.AddIndex("article", models.Index(fields=["appeared_at"], name="article_appeared")),
    ]
