"""Series of articles, redirects to them, and who may change them: as with categories."""

import django.db.models.deletion
from django.db import migrations, models

GROUPS = {"Writer": ("add", "view"), "Editor": ("add", "change", "delete", "view")}


def let_groups(apps, schema_editor):
    """Give the groups their permissions; they may have been renamed or deleted, which is fine."""
    for group, permissions in groups(apps, schema_editor):
        group.permissions.add(*permissions)


def let_groups_no_more(apps, schema_editor):
    for group, permissions in groups(apps, schema_editor):
        group.permissions.remove(*permissions)


def groups(apps, schema_editor):
    """Yield each group with its permissions, made here: Django does so after the last migration."""
    database = schema_editor.connection.alias
    kinds = apps.get_model("contenttypes", "ContentType").objects.using(database)
    rows = apps.get_model("auth", "Permission").objects.using(database)
    kind, _ = kinds.get_or_create(app_label="blog", model="series")
    made = {
        verb: rows.get_or_create(
            content_type=kind, codename=f"{verb}_series", defaults={"name": f"Can {verb} series"}
        )[0]
        for verb in GROUPS["Editor"]
    }
    for group in apps.get_model("auth", "Group").objects.using(database).filter(name__in=GROUPS):
        yield group, [made[verb] for verb in GROUPS[group.name]]


def forget_redirects_to_series(apps, schema_editor):
    """On the way back: nothing else could say where they lead."""
    apps.get_model("blog", "Redirect").objects.filter(series__isnull=False).delete()


class Migration(migrations.Migration):
    dependencies = [
        ("blog", "0034_articles_found_by_their_keywords"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [
        migrations.CreateModel(
            name="Series",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=200, verbose_name="name")),
                (
                    "slug",
                    models.SlugField(
                        allow_unicode=True, blank=True, max_length=255, unique=True, verbose_name="slug"
                    ),
                ),
                ("folded_name", models.CharField(editable=False, max_length=200, unique=True)),
                ("description", models.TextField(blank=True, verbose_name="description")),
            ],
            options={
                "verbose_name": "series",
                "verbose_name_plural": "series",
                "ordering": ["name"],
            },
        ),
        migrations.RemoveConstraint(
            model_name="redirect",
            name="redirect_leads_to_one_thing",
        ),
        migrations.AddField(
            model_name="article",
            name="series_part",
            field=models.PositiveSmallIntegerField(
                blank=True,
                help_text="Empty: ordered by date, after those with a number.",
                null=True,
                verbose_name="part",
            ),
        ),
        migrations.AddField(
            model_name="series",
            name="brought_by",
            field=models.ForeignKey(
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="blog.importbatch",
            ),
        ),
        migrations.AddField(
            model_name="article",
            name="series",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="articles",
                to="blog.series",
                verbose_name="series",
            ),
        ),
        migrations.AddField(
            model_name="redirect",
            name="series",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="redirects",
                to="blog.series",
                verbose_name="series",
            ),
        ),
        migrations.AddIndex(
            model_name="article",
            index=models.Index(
                condition=models.Q(("series__isnull", False)),
                fields=["series", "status", "published_at"],
                name="article_series",
            ),
        ),
        migrations.AddConstraint(
            model_name="redirect",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("article__isnull", True),
                        ("author__isnull", True),
                        ("category__isnull", True),
                        ("is_gone", True),
                        ("page__isnull", True),
                        ("series__isnull", True),
                    ),
                    models.Q(
                        ("article__isnull", False),
                        ("author__isnull", True),
                        ("category__isnull", True),
                        ("is_gone", False),
                        ("page__isnull", True),
                        ("series__isnull", True),
                    ),
                    models.Q(
                        ("article__isnull", True),
                        ("author__isnull", True),
                        ("category__isnull", False),
                        ("is_gone", False),
                        ("page__isnull", True),
                        ("series__isnull", True),
                    ),
                    models.Q(
                        ("article__isnull", True),
                        ("author__isnull", False),
                        ("category__isnull", True),
                        ("is_gone", False),
                        ("page__isnull", True),
                        ("series__isnull", True),
                    ),
                    models.Q(
                        ("article__isnull", True),
                        ("author__isnull", True),
                        ("category__isnull", True),
                        ("is_gone", False),
                        ("page__isnull", True),
                        ("series__isnull", False),
                    ),
                    models.Q(
                        ("article__isnull", True),
                        ("author__isnull", True),
                        ("category__isnull", True),
                        ("is_gone", False),
                        ("page__isnull", False),
                        ("series__isnull", True),
                    ),
                    _connector="OR",
                ),
                name="redirect_leads_to_one_thing",
                violation_error_message="Choose what it leads to, or mark the address as gone.",
            ),
        ),
        migrations.RunPython(migrations.RunPython.noop, forget_redirects_to_series),
        migrations.RunPython(let_groups, let_groups_no_more),
    ]
