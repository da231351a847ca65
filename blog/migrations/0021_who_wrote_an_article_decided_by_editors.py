"""Who wrote an article: as its file says, a machine or people. Editors decide on it."""

from django.db import migrations, models

CODENAME, NAME = "change_provenance", "Can change who an article says wrote it"


def let_editors_decide(apps, schema_editor):
    """Give the permission, made here where Django has not: it does so after the last migration."""
    database = schema_editor.connection.alias
    kinds = apps.get_model("contenttypes", "ContentType").objects.using(database)
    rows = apps.get_model("auth", "Permission").objects.using(database)
    kind, _ = kinds.get_or_create(app_label="blog", model="article")
    row, _ = rows.get_or_create(content_type=kind, codename=CODENAME, defaults={"name": NAME})
    for group in apps.get_model("auth", "Group").objects.using(database).filter(name="Editor"):
        group.permissions.add(row)


def let_nobody_decide(apps, schema_editor):
    rows = apps.get_model("auth", "Permission").objects.using(schema_editor.connection.alias)
    rows.filter(content_type__app_label="blog", codename=CODENAME).delete()


class Migration(migrations.Migration):
    dependencies = [
        ("blog", "0020_imports_in_the_browser"),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="article",
            options={
                "ordering": ["-pk"],
                "permissions": [
                    ("publish_article", "Can publish and unpublish articles"),
                    ("change_provenance", "Can change who an article says wrote it"),
                ],
                "verbose_name": "article",
                "verbose_name_plural": "articles",
            },
        ),
        migrations.RemoveIndex(
            model_name="article",
            name="article_generator",
        ),
        migrations.AddField(
            model_name="article",
            name="machine",
            field=models.CharField(blank=True, max_length=200, verbose_name="name of the machine"),
        ),
        migrations.AddField(
            model_name="article",
            name="provenance",
            field=models.CharField(
                choices=[("file", "As the file says"), ("machine", "A machine"), ("people", "People")],
                default="file",
                max_length=10,
                verbose_name="written by",
            ),
        ),
        migrations.AddField(
            model_name="heldupdate",
            name="written_by",
            field=models.CharField(default="file", max_length=208),
        ),
        migrations.AddField(
            model_name="sourcefile",
            name="written_by",
            field=models.CharField(default="file", max_length=208),
        ),
        migrations.AddIndex(
            model_name="article",
            index=models.Index(
                fields=["generated_by", "provenance", "trashed_at"], name="article_written_by"
            ),
        ),
        migrations.AddConstraint(
            model_name="article",
            constraint=models.CheckConstraint(
                condition=models.Q(("provenance__in", ["file", "machine", "people"])),
                name="article_provenance_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="article",
            constraint=models.CheckConstraint(
                condition=models.Q(("machine", ""), ("provenance", "machine"), _connector="OR"),
                name="article_machine_wrote_it",
            ),
        ),
        migrations.RunPython(let_editors_decide, let_nobody_decide),
    ]
