"""Articles know whether readers may see them while approvals are required.

All that AI wrote and nobody has approved is withheld at first. When the site starts with
GALLEY_REQUIRE_REVIEW on, it releases what readers can see then (blog/articles/review_setting.py).
"""

from django.db import migrations, models
from django.db.models import Q
from django.db.models.functions import Now

VALID = 1  # ReviewState


def withhold(apps, schema_editor):
    articles = apps.get_model("blog", "Article").objects.using(schema_editor.connection.alias)
    by_ai = articles.filter(is_by_machine=True)
    by_ai.filter(review_state=VALID).update(is_ai_drafted=True)
    by_ai.exclude(review_state=VALID).update(is_ai_drafted=True, is_withheld=True)


class Migration(migrations.Migration):
    dependencies = [("blog", "0041_approvals_cover_keywords_and_captions")]

    operations = [
        migrations.CreateModel(
            name="ReviewRequirement",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("is_on", models.BooleanField()),
                ("since", models.DateTimeField(db_default=Now())),
            ],
            options={"default_permissions": ()},
        ),
        migrations.AddField(
            model_name="article",
            name="is_ai_drafted",
            field=models.BooleanField(default=False, editable=False),
        ),
        migrations.AddField(
            model_name="article",
            name="is_withheld",
            field=models.BooleanField(default=False, editable=False),
        ),
        migrations.AddIndex(
            model_name="article",
            index=models.Index(
                fields=["status", "-published_at", "-id"],
                name="article_newest_released",
                condition=Q(is_withheld=False),
            ),
        ),
        migrations.AddIndex(
            model_name="article",
            index=models.Index(
                fields=["status", "published_at"], name="article_withheld", condition=Q(is_withheld=True)
            ),
        ),
        migrations.RunPython(withhold, migrations.RunPython.noop),
    ]
