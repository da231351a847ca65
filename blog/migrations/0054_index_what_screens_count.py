import django.db.models.deletion
from django.db import migrations, models

# Indexes of one column that the others make superfluous. On SQLite, altering the field would copy the table.
DROPPED = (("article", "trashed_at"), ("sourcefile", "batch_id"))


def drop_indexes(apps, schema_editor):
    connection = schema_editor.connection
    for name, column in DROPPED:
        table = apps.get_model("blog", name)._meta.db_table
        with connection.cursor() as cursor:
            constraints = connection.introspection.get_constraints(cursor, table)
        for index, found in constraints.items():
            if found["index"] and found["columns"] == [column] and not found["unique"]:
                schema_editor.execute(f"DROP INDEX {schema_editor.quote_name(index)}")


def create_indexes(apps, schema_editor):
    for name, column in DROPPED:
        model = apps.get_model("blog", name)
        index = models.Index(fields=[column.removesuffix("_id")], name=f"blog_{name}_{column}")
        schema_editor.add_index(model, index)


class Migration(migrations.Migration):
    dependencies = [("blog", "0053_similar_articles")]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunPython(drop_indexes, create_indexes)],
            state_operations=[
                migrations.AlterField(
                    "article",
                    "trashed_at",
                    models.DateTimeField(editable=False, null=True, verbose_name="in the trash since"),
                ),
                migrations.AlterField(
                    "sourcefile",
                    "batch",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="source_files",
                        to="blog.importrun",
                    ),
                ),
            ],
        ),
        migrations.RemoveIndex("article", "article_desk"),
        migrations.RemoveIndex("article", "article_names"),
        migrations.RemoveIndex("finding", "finding_of_article"),
        migrations.RemoveIndex("finding", "finding_of_kind"),
        migrations.AddIndex(
            "article",
            models.Index(
                fields=[
                    *("trashed_at", "is_by_machine", "review_state", "status", "published_at"),
                    "words_digest",
                ],
                name="article_desk",
            ),
        ),
        migrations.AddIndex(
            "article",
            models.Index(
                fields=[
                    *("status", "published_at", "provenance", "is_by_machine", "review_state"),
                    "reviewed_digest",
                ],
                name="article_labels",
            ),
        ),
        migrations.AddIndex(
            "article",
            models.Index(fields=["trashed_at", "title", "id", "slug"], name="article_names"),
        ),
        migrations.AddIndex(
            "finding",
            models.Index(fields=["article", "kind", "is_settled", "is_shared"], name="finding_of_article"),
        ),
        migrations.AddIndex(
            "finding", models.Index(fields=["kind", "article", "is_settled"], name="finding_of_kind")
        ),
        migrations.AddIndex(
            "sourcefile", models.Index(fields=["batch", "article"], name="source_file_of_batch")
        ),
    ]
