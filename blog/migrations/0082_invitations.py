"""Invitations, which Editors may send."""

import django.db.models.deletion
import django.db.models.functions.text
from django.conf import settings
from django.db import migrations, models


def allow_editors(apps, schema_editor):
    """Give the group Editor the permission. The group may have been renamed or deleted."""
    for group, permission in groups(apps, schema_editor):
        group.permissions.add(permission)


def disallow_editors(apps, schema_editor):
    for group, permission in groups(apps, schema_editor):
        group.permissions.remove(permission)


def groups(apps, schema_editor):
    """Yield each group with its permission, created here: Django does so after the last migration."""
    database = schema_editor.connection.alias
    kinds = apps.get_model("contenttypes", "ContentType").objects.using(database)
    kind, _ = kinds.get_or_create(app_label="blog", model="invitation")
    permission, _ = (
        apps.get_model("auth", "Permission")
        .objects.using(database)
        .get_or_create(content_type=kind, codename="add_invitation", defaults={"name": "Can add invitation"})
    )
    for group in apps.get_model("auth", "Group").objects.using(database).filter(name="Editor"):
        yield group, permission


class Migration(migrations.Migration):
    dependencies = [
        ("blog", "0081_followers"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [
        migrations.CreateModel(
            name="Invitation",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("email", models.EmailField(max_length=254, verbose_name="e-mail address")),
                ("key", models.CharField(max_length=32)),
                ("sent_at", models.DateTimeField(verbose_name="sent")),
                (
                    "group",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="auth.group",
                        verbose_name="group",
                    ),
                ),
                (
                    "invited_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="invited by",
                    ),
                ),
            ],
            options={
                "verbose_name": "invitation",
                "verbose_name_plural": "invitations",
                "ordering": ["-sent_at", "-pk"],
                "default_permissions": ("add",),
                "constraints": [
                    models.UniqueConstraint(
                        django.db.models.functions.text.Lower("email"),
                        name="invitation_once_an_address",
                        violation_error_message="This address is invited already. Send it again below.",
                    )
                ],
            },
        ),
        migrations.RunPython(allow_editors, disallow_editors),
    ]
