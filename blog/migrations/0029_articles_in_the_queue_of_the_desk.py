from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("blog", "0028_what_was_mended_in_many_articles"),
    ]

    operations = [
        migrations.AddField(
            model_name="article",
            name="is_by_machine",
            field=models.GeneratedField(
                db_persist=True,
                expression=models.Case(
                    models.When(provenance="machine", then=models.Value(True)),
                    models.When(
                        models.Q(("provenance", "file"), models.Q(("generated_by", ""), _negated=True)),
                        then=models.Value(True),
                    ),
                    default=models.Value(False),
                ),
                output_field=models.BooleanField(),
            ),
        ),
        migrations.AddField(
            model_name="article",
            name="review_state",
            field=models.GeneratedField(
                db_persist=True,
                expression=models.Case(
                    models.When(reviewed_digest="", then=models.Value(0)),
                    models.When(reviewed_digest=models.F("words_digest"), then=models.Value(1)),
                    default=models.Value(2),
                ),
                output_field=models.PositiveSmallIntegerField(),
            ),
        ),
        migrations.AddIndex(
            model_name="article",
            index=models.Index(
                fields=["trashed_at", "is_by_machine", "review_state", "status", "published_at"],
                name="article_desk",
            ),
        ),
    ]
