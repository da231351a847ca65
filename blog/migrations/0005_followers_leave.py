import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

COLUMNS = (
    'mailing_id, follower_id, "to", sender_name, subject, text, html, headers, state, attempts, '
    "created_at, due_at, expires_at"
)
COPY = f"INSERT INTO followers_mailingletter ({COLUMNS}) SELECT {COLUMNS} FROM blog_message"  # noqa: S608
RETURN = f"INSERT INTO blog_message ({COLUMNS}) SELECT {COLUMNS} FROM followers_mailingletter"  # noqa: S608


class Migration(migrations.Migration):
    """Followers become an extension, whose models take over these tables with their rows.

    Letters of mailings get a table of their own. No constraint refers to articles any more, so that these can
    be deleted while the extension is off.
    """

    dependencies = [("blog", "0004_importrun_permissions")]

    operations = [
        migrations.CreateModel(
            "MailingLetter",
            [
                (
                    "id",
                    models.BigAutoField(
                        primary_key=True, serialize=False, auto_created=True, verbose_name="ID"
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
                    "mailing",
                    models.ForeignKey(
                        "blog.mailing", django.db.models.deletion.CASCADE, related_name="letters"
                    ),
                ),
                (
                    "follower",
                    models.ForeignKey("blog.follower", django.db.models.deletion.CASCADE, related_name="+"),
                ),
            ],
            {
                "db_table": "followers_mailingletter",
                "default_permissions": (),
                "indexes": [
                    models.Index(fields=["state", "due_at"], name="mailingletter_due"),
                    models.Index(fields=["expires_at"], name="mailingletter_expiry"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("mailing", "follower"), name="mailing_letter_once")
                ],
            },
        ),
        migrations.RunSQL(
            [
                f"{COPY} WHERE mailing_id IS NOT NULL ORDER BY id",
                "DELETE FROM blog_message WHERE mailing_id IS NOT NULL",
            ],
            [f"{RETURN} ORDER BY id"],
        ),
        migrations.RemoveConstraint("message", "message_once"),
        migrations.RemoveField("message", "follower"),
        migrations.RemoveField("message", "mailing"),
        migrations.AlterField(
            "mailingarticle",
            "article",
            models.ForeignKey(
                "blog.article", django.db.models.deletion.CASCADE, related_name="+", db_constraint=False
            ),
        ),
        migrations.RunSQL(
            migrations.RunSQL.noop,
            "DELETE FROM blog_mailingarticle WHERE article_id NOT IN (SELECT id FROM blog_article)",
        ),
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.DeleteModel("MailingLetter"),
                migrations.DeleteModel("MailingArticle"),
                migrations.DeleteModel("Mailing"),
                migrations.DeleteModel("Follower"),
            ]
        ),
    ]
