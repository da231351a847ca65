from django.db import migrations

VERBS = ("add", "change", "delete", "view", "undo")


def rename_permissions(apps, schema_editor, old="importbatch", new="importrun", noun="import"):
    permissions = apps.get_model("auth", "Permission").objects.filter(
        content_type__app_label="blog", content_type__model="importrun"
    )
    for verb in VERBS:
        name = "Can undo imports" if verb == "undo" else f"Can {verb} {noun}"
        permissions.filter(codename=f"{verb}_{old}").update(codename=f"{verb}_{new}", name=name)


def restore_permissions(apps, schema_editor):
    rename_permissions(apps, schema_editor, "importrun", "importbatch", "import batch")


class Migration(migrations.Migration):
    """The permissions of imports have the name of their model. Groups and users keep them."""

    dependencies = [("blog", "0003_jobs_without_tasks")]

    operations = [
        migrations.AlterModelOptions(
            "importrun",
            {
                "ordering": ["-pk"],
                "permissions": [("undo_importrun", "Can undo imports")],
                "verbose_name": "import",
                "verbose_name_plural": "imports",
            },
        ),
        migrations.RunPython(rename_permissions, restore_permissions),
    ]
