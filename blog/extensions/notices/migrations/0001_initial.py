import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


def take_over(apps, schema_editor, old="blog", new="notices"):
    types = apps.get_model("contenttypes", "ContentType").objects.using(schema_editor.connection.alias)
    types.filter(app_label=new, model="notice").delete()
    types.filter(app_label=old, model="notice").update(app_label=new)


def give_back(apps, schema_editor):
    take_over(apps, schema_editor, old="notices", new="blog")


class Migration(migrations.Migration):
    """The table exists already: blog created it before notices became an extension."""

    initial = True

    dependencies = [
        ("blog", "0006_notices_leave"),
        ("contenttypes", "0002_remove_content_type_name"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.CreateModel(
                    name="Notice",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("submitted", "An article is submitted, and I may approve it"),
                                    ("returned", "An article that I submitted is returned to me"),
                                    ("held", "A file is held, and I may decide about it"),
                                    ("imported", "An import that I started is done, or has failed"),
                                    ("failed", "A job has failed"),
                                ],
                                max_length=10,
                            ),
                        ),
                        ("key", models.PositiveBigIntegerField()),
                        (
                            "by",
                            models.ForeignKey(
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                    ],
                    options={
                        "db_table": "blog_notice",
                        "default_permissions": (),
                        "constraints": [models.UniqueConstraint(fields=("kind", "key"), name="notice_once")],
                    },
                ),
            ]
        ),
        migrations.RunPython(take_over, give_back),
    ]
