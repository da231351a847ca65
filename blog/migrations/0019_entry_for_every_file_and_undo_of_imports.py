"""An entry for every file of an import, what its undo needs, and who may undo: Editors."""

import itertools

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

CODENAME, NAME = "undo_importbatch", "Can undo imports"
ENTRIES_AT_ONCE = 1000
UNTOUCHED = 1  # what an article's version is when an import has made it


def give_created_articles_an_entry(apps, schema_editor):
    """Give batches entries for what they created, which was found by its source file until now."""
    database = schema_editor.connection.alias
    entries = apps.get_model("blog", "ImportEntry").objects.using(database)
    files = apps.get_model("blog", "SourceFile").objects.using(database)
    entries.filter(outcome="created").update(article_version=UNTOUCHED)
    listed = entries.filter(
        batch=models.OuterRef("batch"), article=models.OuterRef("article"), outcome="created"
    )
    rows = files.exclude(batch=None).exclude(models.Exists(listed)).order_by("pk")
    rows = rows.values_list("batch_id", "article_id", "path", "article__title", "article__slug")
    for some in itertools.batched(rows.iterator(chunk_size=ENTRIES_AT_ONCE), ENTRIES_AT_ONCE):
        entries.bulk_create(
            entries.model(
                batch_id=batch,
                article_id=article,
                file=path,
                outcome="created",
                title=title,
                slug=slug,
                article_version=UNTOUCHED,
            )
            for batch, article, path, title, slug in some
        )


def let_editors_undo(apps, schema_editor):
    """Give the permission, made here where Django has not: it does so after the last migration."""
    database = schema_editor.connection.alias
    kinds = apps.get_model("contenttypes", "ContentType").objects.using(database)
    rows = apps.get_model("auth", "Permission").objects.using(database)
    kind, _ = kinds.get_or_create(app_label="blog", model="importbatch")
    row, _ = rows.get_or_create(content_type=kind, codename=CODENAME, defaults={"name": NAME})
    for group in apps.get_model("auth", "Group").objects.using(database).filter(name="Editor"):
        group.permissions.add(row)


def let_nobody_undo(apps, schema_editor):
    rows = apps.get_model("auth", "Permission").objects.using(schema_editor.connection.alias)
    rows.filter(content_type__app_label="blog", codename=CODENAME).delete()


class Migration(migrations.Migration):
    dependencies = [
        ("blog", "0018_jobs"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="importbatch",
            options={
                "ordering": ["-pk"],
                "permissions": [("undo_importbatch", "Can undo imports")],
                "verbose_name": "import batch",
                "verbose_name_plural": "import batches",
            },
        ),
        migrations.AddField(
            model_name="author",
            name="brought_by",
            field=models.ForeignKey(
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="blog.importbatch",
            ),
        ),
        migrations.AddField(
            model_name="category",
            name="brought_by",
            field=models.ForeignKey(
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="blog.importbatch",
            ),
        ),
        migrations.AddField(
            model_name="image",
            name="brought_by",
            field=models.ForeignKey(
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="blog.importbatch",
            ),
        ),
        migrations.AddField(
            model_name="importbatch",
            name="files_to_delete",
            field=models.JSONField(default=list, editable=False),
        ),
        migrations.AddField(
            model_name="importbatch",
            name="started_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="started by",
            ),
        ),
        migrations.AddField(
            model_name="importbatch",
            name="started_by_name",
            field=models.CharField(blank=True, max_length=310, verbose_name="started by"),
        ),
        migrations.AddField(
            model_name="importbatch",
            name="undone_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="undone"),
        ),
        migrations.AddField(
            model_name="importbatch",
            name="undone_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="undone by",
            ),
        ),
        migrations.AddField(
            model_name="importbatch",
            name="undone_by_name",
            field=models.CharField(blank=True, max_length=310, verbose_name="undone by"),
        ),
        migrations.AddField(
            model_name="importentry",
            name="article_version",
            field=models.PositiveIntegerField(null=True),
        ),
        migrations.AddField(
            model_name="importentry",
            name="kept_because",
            field=models.CharField(
                blank=True,
                choices=[
                    ("edited", "It was changed since."),
                    ("published", "It was published, unpublished or scheduled since."),
                    ("submitted", "It was submitted for publication since."),
                    ("trashed", "It was moved to the trash."),
                    ("decided", "Somebody decided on the file."),
                    ("imported", "A later import brought its file again."),
                    ("not_known", "What it was before is not kept."),
                    ("impossible", "What it was before cannot be stored any more."),
                ],
                max_length=10,
            ),
        ),
        migrations.AddField(
            model_name="importentry",
            name="redirects_ended",
            field=models.JSONField(default=list),
        ),
        migrations.AddField(
            model_name="importentry",
            name="seconds",
            field=models.FloatField(default=0),
        ),
        migrations.AddField(
            model_name="importentry",
            name="slug",
            field=models.CharField(blank=True, max_length=255),
        ),
        migrations.AddField(
            model_name="importentry",
            name="title",
            field=models.CharField(blank=True, max_length=300, verbose_name="title"),
        ),
        migrations.AddField(
            model_name="importentry",
            name="undo",
            field=models.CharField(
                blank=True,
                choices=[
                    ("deleted", "deleted by the undo"),
                    ("restored", "as before the import"),
                    ("withdrawn", "withdrawn"),
                    ("kept", "kept"),
                ],
                max_length=10,
                verbose_name="undone",
            ),
        ),
        migrations.CreateModel(
            name="ReplacedFile",
            fields=[
                (
                    "entry",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="replaced",
                        serialize=False,
                        to="blog.importentry",
                    ),
                ),
                ("original", models.BinaryField()),
                ("columns", models.JSONField(default=dict)),
                ("article_version", models.PositiveIntegerField()),
                ("redirects_made", models.JSONField(default=list)),
                (
                    "version",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="blog.version",
                    ),
                ),
            ],
            options={
                "default_permissions": (),
            },
        ),
        migrations.RunPython(give_created_articles_an_entry, migrations.RunPython.noop),
        migrations.RunPython(let_editors_undo, let_nobody_undo),
    ]
