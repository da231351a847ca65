import django.db.models.deletion
import django.db.models.functions.text
import django.utils.timezone
from django.db import migrations, models

MODELS = ("follower", "mailing", "mailingarticle")


def take_over(apps, schema_editor, old="blog", new="followers"):
    """Rename the content types, to which permissions of groups and the activity log refer."""
    types = apps.get_model("contenttypes", "ContentType").objects.using(schema_editor.connection.alias)
    types.filter(app_label=new, model__in=MODELS).delete()
    types.filter(app_label=old, model__in=MODELS).update(app_label=new)


def give_back(apps, schema_editor):
    take_over(apps, schema_editor, old="followers", new="blog")


class Migration(migrations.Migration):
    """The tables exist already: blog created them before followers became an extension."""

    initial = True

    dependencies = [
        ("blog", "0005_followers_leave"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.CreateModel(
                    name="Mailing",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "frequency",
                            models.CharField(
                                choices=[
                                    ("each", "Each article, as it appears"),
                                    ("weekly", "Once a week, all articles in one letter"),
                                ],
                                max_length=10,
                            ),
                        ),
                        ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                        ("due_at", models.DateTimeField()),
                        ("last_follower", models.BigIntegerField(default=0)),
                        ("number", models.PositiveIntegerField(default=0)),
                        ("ended_at", models.DateTimeField(null=True)),
                    ],
                    options={
                        "db_table": "blog_mailing",
                        "default_permissions": (),
                    },
                ),
                migrations.CreateModel(
                    name="Follower",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("address", models.EmailField(max_length=254, verbose_name="e-mail address")),
                        (
                            "frequency",
                            models.CharField(
                                choices=[
                                    ("each", "Each article, as it appears"),
                                    ("weekly", "Once a week, all articles in one letter"),
                                ],
                                max_length=10,
                                verbose_name="letters",
                            ),
                        ),
                        ("key", models.CharField(editable=False, max_length=40, unique=True)),
                        (
                            "confirmed_at",
                            models.DateTimeField(
                                default=django.utils.timezone.now, editable=False, verbose_name="confirmed at"
                            ),
                        ),
                        ("refusals", models.PositiveSmallIntegerField(default=0, editable=False)),
                    ],
                    options={
                        "verbose_name": "follower",
                        "verbose_name_plural": "followers",
                        "db_table": "blog_follower",
                        "ordering": ["-confirmed_at", "-pk"],
                        "default_permissions": ("view", "delete"),
                        "indexes": [models.Index(fields=["frequency", "id"], name="follower_frequency")],
                        "constraints": [
                            models.UniqueConstraint(
                                django.db.models.functions.text.Lower("address"), name="follower_address_once"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="MailingArticle",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "frequency",
                            models.CharField(
                                choices=[
                                    ("each", "Each article, as it appears"),
                                    ("weekly", "Once a week, all articles in one letter"),
                                ],
                                max_length=10,
                            ),
                        ),
                        (
                            "article",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="blog.article",
                            ),
                        ),
                        (
                            "mailing",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="articles",
                                to="followers.mailing",
                            ),
                        ),
                    ],
                    options={
                        "db_table": "blog_mailingarticle",
                        "default_permissions": (),
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("article", "frequency"), name="article_mailed_once"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="MailingLetter",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("to", models.CharField(max_length=320)),
                        ("sender_name", models.CharField(blank=True, max_length=200)),
                        ("subject", models.CharField(max_length=500)),
                        ("text", models.TextField()),
                        ("html", models.TextField(blank=True)),
                        ("headers", models.JSONField(default=dict)),
                        (
                            "state",
                            models.CharField(
                                choices=[("waiting", "Waiting"), ("sending", "Sending")],
                                default="waiting",
                                max_length=10,
                            ),
                        ),
                        ("attempts", models.PositiveSmallIntegerField(default=0)),
                        ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                        ("due_at", models.DateTimeField(default=django.utils.timezone.now)),
                        ("expires_at", models.DateTimeField()),
                        (
                            "follower",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="followers.follower",
                            ),
                        ),
                        (
                            "mailing",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="messages",
                                to="followers.mailing",
                            ),
                        ),
                    ],
                    options={
                        "abstract": False,
                        "default_permissions": (),
                        "indexes": [
                            models.Index(fields=["state", "due_at"], name="mailingletter_due"),
                            models.Index(fields=["expires_at"], name="mailingletter_expiry"),
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("mailing", "follower"), name="mailing_letter_once"
                            )
                        ],
                    },
                ),
            ]
        ),
        migrations.RunPython(take_over, give_back),
    ]
