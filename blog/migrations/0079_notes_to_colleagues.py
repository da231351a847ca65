import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("blog", "0078_linked_files_of_pages"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Note",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("by_name", models.CharField(blank=True, max_length=310, verbose_name="name")),
                ("at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="when")),
                ("text", models.TextField(max_length=5000, verbose_name="text")),
                ("paragraph", models.TextField(blank=True, verbose_name="paragraph")),
                ("words", models.CharField(blank=True, max_length=500, verbose_name="words")),
                ("resolved_at", models.DateTimeField(null=True, verbose_name="resolved")),
                (
                    "resolved_by_name",
                    models.CharField(blank=True, max_length=310, verbose_name="resolved by"),
                ),
                (
                    "answers",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="replies",
                        to="blog.note",
                    ),
                ),
                (
                    "article",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="notes",
                        to="blog.article",
                        verbose_name="article",
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="by",
                    ),
                ),
            ],
            options={
                "verbose_name": "note to colleagues",
                "verbose_name_plural": "notes to colleagues",
                "ordering": ["pk"],
                "default_permissions": (),
                "indexes": [
                    models.Index(
                        condition=models.Q(("answers", None), ("resolved_at", None)),
                        fields=["article"],
                        name="note_open",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("answers", None),
                            models.Q(("paragraph", ""), ("resolved_at", None), ("words", "")),
                            _connector="OR",
                        ),
                        name="note_reply_has_no_state",
                    )
                ],
            },
        ),
    ]
