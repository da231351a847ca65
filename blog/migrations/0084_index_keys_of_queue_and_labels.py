from django.db import migrations, models

INDEXES = {
    "article_desk": [
        *("trashed_at", "is_by_machine", "review_state", "status", "published_at"),
        *("words_digest", "id"),
    ],
    "article_labels": [
        *("status", "published_at", "provenance", "is_by_machine", "review_state"),
        *("reviewed_digest", "id"),
    ],
}


class Migration(migrations.Migration):
    dependencies = [
        ("blog", "0083_notices"),
    ]

    operations = [
        operation
        for name, fields in INDEXES.items()
        for operation in (
            migrations.RemoveIndex(model_name="article", name=name),
            migrations.AddIndex(model_name="article", index=models.Index(fields=fields, name=name)),
        )
    ]
