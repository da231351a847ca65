"""What the site says of itself, its plain pages, and who may change them: Editors."""

import django.db.models.deletion
from django.db import migrations, models

import blog.images.files
import blog.site.identity
import blog.site.pages

EDITOR = {"siteidentity": ("add", "change", "view"), "page": ("add", "change", "delete", "view")}


def let_editors(apps, schema_editor):
    """Give the group Editor its permissions; it may have been renamed or deleted, which is fine."""
    for group in editors(apps, schema_editor):
        group.permissions.add(*permissions(apps, schema_editor))


def let_editors_no_more(apps, schema_editor):
    for group in editors(apps, schema_editor):
        group.permissions.remove(*permissions(apps, schema_editor))


def editors(apps, schema_editor):
    groups = apps.get_model("auth", "Group").objects.using(schema_editor.connection.alias)
    return groups.filter(name="Editor")


def permissions(apps, schema_editor):
    """Return the permissions, made here where Django has not: it does so after the last migration."""
    database = schema_editor.connection.alias
    kinds = apps.get_model("contenttypes", "ContentType").objects.using(database)
    rows = apps.get_model("auth", "Permission").objects.using(database)
    found = []
    for model, verbs in EDITOR.items():
        kind, _ = kinds.get_or_create(app_label="blog", model=model)
        for verb in verbs:
            name = f"Can {verb} {apps.get_model('blog', model)._meta.verbose_name}"
            row, _ = rows.get_or_create(
                content_type=kind, codename=f"{verb}_{model}", defaults={"name": name}
            )
            found.append(row)
    return found


class Migration(migrations.Migration):
    dependencies = [
        ("blog", "0003_trash_and_other_names_of_categories"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [
        migrations.CreateModel(
            name="Page",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("title", models.CharField(max_length=300, verbose_name="title")),
                (
                    "slug",
                    models.SlugField(
                        allow_unicode=True,
                        help_text="The page's address: “about” stands at /about/.",
                        max_length=255,
                        unique=True,
                        validators=[blog.site.pages.validate_free_address],
                        verbose_name="slug",
                    ),
                ),
                ("body", models.TextField(blank=True, verbose_name="text")),
                ("meta_description", models.TextField(blank=True, verbose_name="meta description")),
                (
                    "language",
                    models.CharField(
                        blank=True,
                        help_text="A tag such as en or pt-BR; empty: the site's.",
                        max_length=35,
                        verbose_name="language",
                    ),
                ),
                (
                    "is_published",
                    models.BooleanField(
                        default=False,
                        help_text="Readers see it, and footer links to it are shown.",
                        verbose_name="published",
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(editable=False, verbose_name="last change")),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("body_html", models.TextField(blank=True, editable=False)),
                ("render_version", models.PositiveIntegerField(default=0, editable=False)),
                ("content_digest", models.CharField(blank=True, editable=False, max_length=64)),
            ],
            options={
                "verbose_name": "page",
                "verbose_name_plural": "pages",
                "ordering": ["title", "pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("title", ""), _negated=True), models.Q(("slug", ""), _negated=True)
                        ),
                        name="page_has_title_and_slug",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="SiteIdentity",
            fields=[
                (
                    "id",
                    models.PositiveSmallIntegerField(
                        default=1, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "name",
                    models.CharField(
                        blank=True,
                        help_text="Empty: what GALLEY_SITE_NAME says.",
                        max_length=200,
                        verbose_name="name",
                    ),
                ),
                (
                    "tagline",
                    models.CharField(
                        blank=True,
                        help_text="A line under the name. Empty: what GALLEY_SITE_TAGLINE says.",
                        max_length=300,
                        verbose_name="tagline",
                    ),
                ),
                (
                    "description",
                    models.TextField(
                        blank=True,
                        help_text="For search engines. Empty: the tagline.",
                        verbose_name="description",
                    ),
                ),
                (
                    "logo",
                    models.ImageField(
                        blank=True,
                        max_length=200,
                        upload_to=blog.images.files.upload_path,
                        verbose_name="logo",
                    ),
                ),
                ("logo_width", models.PositiveIntegerField(editable=False, null=True)),
                ("logo_height", models.PositiveIntegerField(editable=False, null=True)),
                (
                    "publisher",
                    models.CharField(
                        blank=True,
                        help_text="Who answers for the site. Empty: GALLEY_SITE_PUBLISHER, or else the name.",
                        max_length=200,
                        verbose_name="publisher",
                    ),
                ),
                (
                    "publisher_url",
                    models.URLField(
                        blank=True,
                        help_text="Empty: the front page.",
                        max_length=2000,
                        verbose_name="publisher's page",
                    ),
                ),
                (
                    "email",
                    models.EmailField(
                        blank=True,
                        help_text="Shown in the footer.",
                        max_length=254,
                        verbose_name="e-mail address",
                    ),
                ),
                ("profiles", models.JSONField(blank=True, default=list, verbose_name="profiles elsewhere")),
            ],
            options={
                "verbose_name": "site identity",
                "verbose_name_plural": "site identity",
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("id", 1)), name="site_identity_is_one_row")
                ],
            },
        ),
        migrations.CreateModel(
            name="NavigationTopic",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("position", models.PositiveSmallIntegerField(blank=True, verbose_name="position")),
                (
                    "category",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="navigation_topic",
                        to="blog.category",
                        verbose_name="category",
                    ),
                ),
                (
                    "site",
                    models.ForeignKey(
                        default=1,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="topics",
                        to="blog.siteidentity",
                    ),
                ),
            ],
            options={
                "verbose_name": "topic in the masthead",
                "verbose_name_plural": "topics in the masthead; none: the most used ones",
                "ordering": ["position", "pk"],
            },
        ),
        migrations.CreateModel(
            name="FooterLink",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("position", models.PositiveSmallIntegerField(blank=True, verbose_name="position")),
                (
                    "label",
                    models.CharField(
                        blank=True,
                        help_text="Empty: the title of the page.",
                        max_length=100,
                        verbose_name="label",
                    ),
                ),
                (
                    "address",
                    models.CharField(
                        blank=True,
                        max_length=2000,
                        validators=[blog.site.identity.validate_link],
                        verbose_name="or an address",
                    ),
                ),
                (
                    "page",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="footer_links",
                        to="blog.page",
                        verbose_name="page",
                    ),
                ),
                (
                    "site",
                    models.ForeignKey(
                        default=1,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="footer_links",
                        to="blog.siteidentity",
                    ),
                ),
            ],
            options={
                "verbose_name": "link in the footer",
                "verbose_name_plural": "links in the footer",
                "ordering": ["position", "pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("address", ""), ("page__isnull", False)),
                            models.Q(
                                ("page__isnull", True),
                                models.Q(("address", ""), _negated=True),
                                models.Q(("label", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="footer_link_leads_to_one_thing",
                        violation_error_message="Choose a page, or give a label and an address.",
                    )
                ],
            },
        ),
        migrations.RemoveConstraint(model_name="redirect", name="redirect_leads_to_one_thing"),
        migrations.AddField(
            model_name="redirect",
            name="page",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="redirects",
                to="blog.page",
                verbose_name="page",
            ),
        ),
        # Names for the admin to translate: nothing changes in the database.
        migrations.AlterField(
            model_name="importentry",
            name="batch",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="entries",
                to="blog.importbatch",
                verbose_name="import batch",
            ),
        ),
        migrations.AlterField(
            model_name="redirect",
            name="article",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="redirects",
                to="blog.article",
                verbose_name="article",
            ),
        ),
        migrations.AlterField(
            model_name="redirect",
            name="category",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="redirects",
                to="blog.category",
                verbose_name="category",
            ),
        ),
        migrations.AlterField(
            model_name="redirect",
            name="created_at",
            field=models.DateTimeField(auto_now_add=True, verbose_name="created at"),
        ),
        migrations.AddConstraint(
            model_name="redirect",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("article__isnull", False),
                        ("category__isnull", True),
                        ("is_gone", False),
                        ("page__isnull", True),
                    ),
                    models.Q(
                        ("article__isnull", True),
                        ("category__isnull", False),
                        ("is_gone", False),
                        ("page__isnull", True),
                    ),
                    models.Q(
                        ("article__isnull", True),
                        ("category__isnull", True),
                        ("is_gone", False),
                        ("page__isnull", False),
                    ),
                    models.Q(
                        ("article__isnull", True),
                        ("category__isnull", True),
                        ("is_gone", True),
                        ("page__isnull", True),
                    ),
                    _connector="OR",
                ),
                name="redirect_leads_to_one_thing",
                violation_error_message="Choose what it leads to, or mark the address as gone.",
            ),
        ),
        migrations.RunPython(let_editors, let_editors_no_more),
    ]
