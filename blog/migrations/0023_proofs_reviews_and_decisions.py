"""What is found in articles, and what editors decide of it: marks, people, reviews, corrections."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

# {codename: (model, name)}: new abilities, which Editors get
PERMISSIONS = {
    "review_article": ("article", "Can approve articles"),
    "settle_mark": ("settlement", "Can settle the marks in articles"),
    "decide_person": ("person", "Can decide on people named in articles"),
    "add_correction": ("correction", "Can add corrections to articles"),
}


def let_editors_decide(apps, schema_editor):
    """Give the permissions, made here where Django has not: it does so after the last migration."""
    database = schema_editor.connection.alias
    kinds = apps.get_model("contenttypes", "ContentType").objects.using(database)
    rows = apps.get_model("auth", "Permission").objects.using(database)
    groups = list(apps.get_model("auth", "Group").objects.using(database).filter(name="Editor"))
    for codename, (model, name) in PERMISSIONS.items():
        kind, _ = kinds.get_or_create(app_label="blog", model=model)
        row, _ = rows.get_or_create(content_type=kind, codename=codename, defaults={"name": name})
        for group in groups:
            group.permissions.add(row)


def let_nobody_decide(apps, schema_editor):
    rows = apps.get_model("auth", "Permission").objects.using(schema_editor.connection.alias)
    rows.filter(content_type__app_label="blog", codename__in=PERMISSIONS).delete()


class Migration(migrations.Migration):
    dependencies = [
        ("blog", "0022_words_of_the_uses_of_images"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="article",
            options={
                "ordering": ["-pk"],
                "permissions": [
                    ("publish_article", "Can publish and unpublish articles"),
                    ("change_provenance", "Can change who an article says wrote it"),
                    ("review_article", "Can approve articles"),
                ],
                "verbose_name": "article",
                "verbose_name_plural": "articles",
            },
        ),
        migrations.AddField(
            model_name="article",
            name="reviewed_digest",
            field=models.CharField(blank=True, editable=False, max_length=64),
        ),
        migrations.AddField(
            model_name="article",
            name="words_digest",
            field=models.CharField(blank=True, editable=False, max_length=64),
        ),
        migrations.AddField(
            model_name="deskaction",
            name="added",
            field=models.JSONField(default=list),
        ),
        migrations.AddField(
            model_name="deskaction",
            name="rewritten",
            field=models.JSONField(default=dict),
        ),
        migrations.CreateModel(
            name="Person",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.CharField(max_length=200, unique=True)),
                ("name", models.CharField(max_length=200, verbose_name="name")),
                ("decision", models.CharField(blank=True, max_length=10, verbose_name="decision")),
                ("source", models.TextField(blank=True, verbose_name="source")),
            ],
            options={
                "verbose_name": "person",
                "verbose_name_plural": "people",
                "ordering": ["name", "pk"],
                "permissions": [("decide_person", "Can decide on people named in articles")],
                "default_permissions": (),
                "indexes": [models.Index(fields=["decision"], name="person_decision")],
            },
        ),
        migrations.CreateModel(
            name="Proof",
            fields=[
                (
                    "article",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="proof",
                        serialize=False,
                        to="blog.article",
                        verbose_name="article",
                    ),
                ),
                ("rules_version", models.PositiveIntegerField(default=0)),
                ("words_digest", models.CharField(blank=True, max_length=64)),
                ("claims", models.JSONField(default=list)),
                ("title_print", models.CharField(blank=True, max_length=16)),
                ("excerpt_print", models.CharField(blank=True, max_length=16)),
                ("opening_print", models.CharField(blank=True, max_length=16)),
                ("body_print", models.CharField(blank=True, max_length=16)),
                ("open_blocking", models.PositiveIntegerField(default=0)),
                ("open_claims", models.PositiveIntegerField(default=0)),
                ("grave_findings", models.PositiveIntegerField(default=0)),
                ("slight_findings", models.PositiveIntegerField(default=0)),
                ("worst", models.JSONField(default=list)),
                ("risk", models.PositiveIntegerField(default=0)),
            ],
            options={
                "verbose_name": "proof",
                "verbose_name_plural": "proofs",
                "default_permissions": (),
                "indexes": [
                    models.Index(fields=["risk", "article"], name="proof_risk"),
                    models.Index(
                        condition=models.Q(("title_print", ""), _negated=True),
                        fields=["title_print"],
                        name="proof_title",
                    ),
                    models.Index(
                        condition=models.Q(("excerpt_print", ""), _negated=True),
                        fields=["excerpt_print"],
                        name="proof_excerpt",
                    ),
                    models.Index(
                        condition=models.Q(("opening_print", ""), _negated=True),
                        fields=["opening_print"],
                        name="proof_opening",
                    ),
                    models.Index(
                        condition=models.Q(("body_print", ""), _negated=True),
                        fields=["body_print"],
                        name="proof_body",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Correction",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="when")),
                ("by_name", models.CharField(blank=True, max_length=310, verbose_name="name")),
                ("text", models.TextField(verbose_name="text")),
                (
                    "article",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="corrections",
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
                (
                    "takes_back",
                    models.OneToOneField(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="taken_back_by",
                        to="blog.correction",
                    ),
                ),
            ],
            options={
                "verbose_name": "correction",
                "verbose_name_plural": "corrections",
                "ordering": ["-at", "-pk"],
                "permissions": [("add_correction", "Can add corrections to articles")],
                "default_permissions": (),
                "indexes": [models.Index(fields=["-at", "-id"], name="correction_newest")],
            },
        ),
        migrations.CreateModel(
            name="Finding",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("kind", models.CharField(max_length=32, verbose_name="kind")),
                ("start", models.IntegerField(null=True)),
                ("end", models.IntegerField(null=True)),
                ("words", models.CharField(blank=True, max_length=300)),
                ("key", models.CharField(blank=True, max_length=32)),
                ("is_grave", models.BooleanField(default=False)),
                ("is_shared", models.BooleanField(default=False)),
                ("is_settled", models.BooleanField(default=False)),
                (
                    "article",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="findings",
                        to="blog.article",
                    ),
                ),
            ],
            options={
                "verbose_name": "finding",
                "verbose_name_plural": "findings",
                "ordering": ["article", "pk"],
                "default_permissions": (),
                "indexes": [
                    models.Index(fields=["article", "kind"], name="finding_of_article"),
                    models.Index(fields=["kind", "article"], name="finding_of_kind"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Mention",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("kind", models.CharField(max_length=32)),
                ("key", models.CharField(max_length=32)),
                ("start", models.PositiveIntegerField()),
                ("end", models.PositiveIntegerField()),
                ("name", models.CharField(max_length=200)),
                ("role", models.CharField(blank=True, max_length=300)),
                ("words", models.TextField()),
                (
                    "article",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="mentions",
                        to="blog.article",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="mentions",
                        to="blog.person",
                    ),
                ),
            ],
            options={
                "verbose_name": "mention",
                "verbose_name_plural": "mentions",
                "ordering": ["person", "article", "start"],
                "default_permissions": (),
                "indexes": [models.Index(fields=["person", "article"], name="mention_of_person")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("end__gt", models.F("start"))), name="mention_has_words"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="PersonDecision",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="when")),
                ("by_name", models.CharField(blank=True, max_length=310, verbose_name="name")),
                (
                    "outcome",
                    models.CharField(
                        choices=[("invented", "Invented"), ("real", "Real"), ("open", "Open again")],
                        max_length=10,
                        verbose_name="outcome",
                    ),
                ),
                ("note", models.TextField(blank=True, verbose_name="note")),
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
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="decisions",
                        to="blog.person",
                        verbose_name="person",
                    ),
                ),
            ],
            options={
                "verbose_name": "decision on a person",
                "verbose_name_plural": "decisions on people",
                "ordering": ["pk"],
                "default_permissions": (),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("outcome__in", ["invented", "real", "open"])),
                        name="person_decision_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("outcome", "real"), _negated=True),
                            models.Q(("note", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="person_real_by_source",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Review",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="when")),
                ("by_name", models.CharField(blank=True, max_length=310, verbose_name="name")),
                (
                    "kind",
                    models.CharField(
                        choices=[("approved", "Approved"), ("withdrawn", "Withdrawn")],
                        default="approved",
                        max_length=10,
                        verbose_name="kind",
                    ),
                ),
                ("digest", models.CharField(max_length=64)),
                ("statement", models.TextField(verbose_name="what was checked")),
                ("sources", models.JSONField(default=list, verbose_name="sources")),
                ("note", models.TextField(blank=True, verbose_name="note")),
                ("is_own_text", models.BooleanField(default=False, verbose_name="of one's own text")),
                (
                    "article",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="reviews",
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
                (
                    "version",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="blog.version",
                        verbose_name="version",
                    ),
                ),
            ],
            options={
                "verbose_name": "review",
                "verbose_name_plural": "reviews",
                "ordering": ["pk"],
                "default_permissions": (),
                "indexes": [models.Index(fields=["article", "-id"], name="review_of_article")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["approved", "withdrawn"])), name="review_kind_known"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Settlement",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="when")),
                ("by_name", models.CharField(blank=True, max_length=310, verbose_name="name")),
                ("key", models.CharField(max_length=32)),
                ("kind", models.CharField(max_length=32, verbose_name="kind")),
                ("words", models.TextField(verbose_name="words")),
                ("speaker", models.CharField(blank=True, max_length=200)),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("source", "Source"),
                            ("rewritten", "Rewritten"),
                            ("taken_out", "Taken out"),
                            ("no_claim", "No claim"),
                            ("open", "Open again"),
                        ],
                        max_length=10,
                        verbose_name="outcome",
                    ),
                ),
                ("note", models.TextField(blank=True, verbose_name="note")),
                (
                    "article",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="settlements",
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
                "verbose_name": "settled mark",
                "verbose_name_plural": "settled marks",
                "ordering": ["pk"],
                "permissions": [("settle_mark", "Can settle the marks in articles")],
                "default_permissions": (),
                "indexes": [models.Index(fields=["article", "key"], name="settlement_of_mark")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("outcome__in", ["source", "rewritten", "taken_out", "no_claim", "open"])
                        ),
                        name="settlement_outcome_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("outcome", "source"), _negated=True),
                            models.Q(("note", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="settlement_source_said",
                    ),
                ],
            },
        ),
        migrations.RunPython(let_editors_decide, let_nobody_decide),
    ]
