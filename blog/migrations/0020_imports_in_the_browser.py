"""What was uploaded to be imported in the browser, and who may do that: Editors."""

import uuid

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

CODENAME, NAME = "add_stagedimport", "Can import files in the browser"


def let_editors_import(apps, schema_editor):
    """Give the permission, made here where Django has not: it does so after the last migration."""
    database = schema_editor.connection.alias
    kinds = apps.get_model("contenttypes", "ContentType").objects.using(database)
    rows = apps.get_model("auth", "Permission").objects.using(database)
    kind, _ = kinds.get_or_create(app_label="blog", model="stagedimport")
    row, _ = rows.get_or_create(content_type=kind, codename=CODENAME, defaults={"name": NAME})
    for group in apps.get_model("auth", "Group").objects.using(database).filter(name="Editor"):
        group.permissions.add(row)


def let_nobody_import(apps, schema_editor):
    rows = apps.get_model("auth", "Permission").objects.using(schema_editor.connection.alias)
    rows.filter(content_type__app_label="blog", codename=CODENAME).delete()


class Migration(migrations.Migration):
    dependencies = [
        ("blog", "0019_entry_for_every_file_and_undo_of_imports"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="StagedImport",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("uid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "created_at",
                    models.DateTimeField(
                        db_index=True, default=django.utils.timezone.now, verbose_name="started"
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("receiving", "Being received"),
                            ("received", "Received"),
                            ("checking", "Being checked"),
                            ("checked", "Checked"),
                            ("importing", "Being imported"),
                            ("imported", "Imported"),
                            ("failed", "Failed"),
                            ("stopped", "Stopped"),
                            ("discarded", "Thrown away"),
                            ("expired", "Expired"),
                        ],
                        default="receiving",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                ("name", models.CharField(max_length=255, verbose_name="name")),
                ("size", models.PositiveBigIntegerField(verbose_name="size")),
                ("manifest", models.JSONField(default=list)),
                ("source_name", models.CharField(max_length=255, verbose_name="source")),
                ("checked_digest", models.CharField(blank=True, max_length=64)),
                ("written_by", models.CharField(default="file", max_length=300, verbose_name="written by")),
                ("status", models.CharField(default="new", max_length=10)),
                ("on_conflict", models.CharField(default="keep", max_length=5)),
                (
                    "check_job",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="blog.job",
                    ),
                ),
                (
                    "import_job",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="blog.job",
                    ),
                ),
                (
                    "batch",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="staged_imports",
                        to="blog.importbatch",
                    ),
                ),
                (
                    "created_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "import in the browser",
                "verbose_name_plural": "imports in the browser",
                "ordering": ["-pk"],
                "permissions": [("add_stagedimport", "Can import files in the browser")],
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="StagedFile",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("position", models.PositiveIntegerField()),
                ("path", models.CharField(max_length=4096, verbose_name="file")),
                ("outcome", models.CharField(max_length=10, verbose_name="outcome")),
                ("title", models.TextField(blank=True, verbose_name="title")),
                ("slug", models.CharField(blank=True, max_length=255)),
                ("reason", models.TextField(blank=True, verbose_name="reason")),
                ("warnings", models.JSONField(default=list, verbose_name="warnings")),
                (
                    "article",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="blog.article",
                    ),
                ),
                (
                    "staged_import",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="files",
                        to="blog.stagedimport",
                    ),
                ),
            ],
            options={
                "verbose_name": "staged file",
                "verbose_name_plural": "staged files",
                "ordering": ["position"],
                "default_permissions": (),
                "indexes": [
                    models.Index(fields=["staged_import", "outcome", "position"], name="staged_file_outcome")
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("staged_import", "position"), name="staged_file_position")
                ],
            },
        ),
        migrations.RunPython(let_editors_import, let_nobody_import),
    ]
