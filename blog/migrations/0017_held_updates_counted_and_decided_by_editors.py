"""The number of held files of a batch, and who decides on them: Editors."""

from django.db import migrations, models

CODENAME, NAME = "decide_heldupdate", "Can accept and decline held updates"


def let_editors_decide(apps, schema_editor):
    """Give the permission, made here where Django has not: it does so after the last migration."""
    database = schema_editor.connection.alias
    kinds = apps.get_model("contenttypes", "ContentType").objects.using(database)
    rows = apps.get_model("auth", "Permission").objects.using(database)
    kind, _ = kinds.get_or_create(app_label="blog", model="heldupdate")
    row, _ = rows.get_or_create(content_type=kind, codename=CODENAME, defaults={"name": NAME})
    for group in apps.get_model("auth", "Group").objects.using(database).filter(name="Editor"):
        group.permissions.add(row)


def let_nobody_decide(apps, schema_editor):
    rows = apps.get_model("auth", "Permission").objects.using(schema_editor.connection.alias)
    rows.filter(content_type__app_label="blog", codename=CODENAME).delete()


class Migration(migrations.Migration):
    dependencies = [("blog", "0016_editors_named_who_have_an_article_open")]

    operations = [
        migrations.AddField(
            model_name="importbatch",
            name="held",
            field=models.PositiveIntegerField(default=0, verbose_name="held"),
        ),
        migrations.AlterModelOptions(
            name="heldupdate",
            options={
                "default_permissions": (),
                "ordering": ["-held_at", "-pk"],
                "permissions": [("decide_heldupdate", "Can accept and decline held updates")],
                "verbose_name": "held update",
                "verbose_name_plural": "held updates",
            },
        ),
        migrations.RunPython(let_editors_decide, let_nobody_decide),
    ]
