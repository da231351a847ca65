"""All tables, the groups Writer and Editor, and the search index.

A site that has applied the earlier migrations, which this one replaces, has nothing to do.
"""

import uuid

import django.db.models.deletion
import django.db.models.functions.datetime
import django.db.models.functions.text
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models
from django.db.migrations.operations.base import Operation

import blog.articles.authors
import blog.articles.display
import blog.base.compressed
import blog.documents.image_words
import blog.images.fields
import blog.images.files
import blog.imports.models
import blog.site.identity
import blog.site.look
import blog.site.pages
from blog import search

CHANGE = ("add", "change", "delete", "view")
# {group: {model: codenames without the model, or whole}}
PERMISSIONS = {
    "Writer": {
        "article": ("add", "change", "view"),
        "author": ("add", "view"),
        "category": ("add", "view"),
        "image": ("add", "change", "view"),
        "series": ("add", "view"),
    },
    "Editor": {
        "article": (*CHANGE, "publish_article", "change_provenance", "review_article"),
        **dict.fromkeys(["author", "category", "image", "page", "redirect", "series"], CHANGE),
        "correction": ("add_correction",),
        "heldupdate": ("decide_heldupdate",),
        "importentry": ("view",),
        "importrun": ("view_importbatch", "undo_importbatch"),
        "invitation": ("add",),
        "job": ("view_job", "stop_job"),
        "markresolution": ("settle_mark",),
        "person": ("decide_person",),
        "siteidentity": ("add", "change", "view"),
        "stagedimport": ("add_stagedimport",),
    },
}


def create_groups(apps, schema_editor):
    """Create both groups. A group with the name keeps its members and permissions.

    Django creates permissions after the last migration, so those of the groups are created here.
    """
    database = schema_editor.connection.alias
    content_types = apps.get_model("contenttypes", "ContentType").objects.using(database)
    permissions = apps.get_model("auth", "Permission").objects.using(database)
    for group_name, allowed in PERMISSIONS.items():
        group, _ = apps.get_model("auth", "Group").objects.using(database).get_or_create(name=group_name)
        for model, actions in allowed.items():
            options = apps.get_model("blog", model)._meta
            names = {f"{verb}_{model}": f"Can {verb} {options.verbose_name}" for verb in CHANGE}
            names |= dict(options.permissions)
            content_type, _ = content_types.get_or_create(app_label="blog", model=model)
            for action in actions:
                codename = action if action in names else f"{action}_{model}"
                permission, _ = permissions.get_or_create(
                    content_type=content_type, codename=codename, defaults={"name": names[codename]}
                )
                group.permissions.add(permission)


def remove_groups(apps, schema_editor):
    """Take these permissions away. A group with members or other permissions stays."""
    database = schema_editor.connection.alias
    for group in apps.get_model("auth", "Group").objects.using(database).filter(name__in=PERMISSIONS):
        group.permissions.remove(*group.permissions.filter(content_type__app_label="blog"))
        if not group.permissions.exists() and not group.user_set.exists():
            group.delete()


def create_search_index(apps, schema_editor):
    search.rebuild(apps.get_model("blog", "Article").objects.all())


def drop_search_index(apps, schema_editor):
    search.drop()


class CreateModels(Operation):
    """Several CreateModel operations whose model classes are rendered together.

    By themselves, each renders all related models again, which takes half of the time of a new database.
    """

    def __init__(self, models):
        self.models = models

    def state_forwards(self, app_label, state):
        state.__dict__.pop("apps", None)  # a cached property
        for operation in self.models:
            operation.state_forwards(app_label, state)

    def database_forwards(self, app_label, schema_editor, from_state, to_state):
        for operation in self.models:
            operation.database_forwards(app_label, schema_editor, from_state, to_state)

    def database_backwards(self, app_label, schema_editor, from_state, to_state):
        for operation in reversed(self.models):
            operation.database_backwards(app_label, schema_editor, from_state, to_state)

    def describe(self):
        return f"Create {len(self.models)} models"


class Migration(migrations.Migration):
    replaces = [
        ("blog", "0001_articles_categories_images_and_imports"),
        ("blog", "0001_squashed_0044_reword_labels"),
        ("blog", "0002_writer_and_editor_groups"),
        ("blog", "0003_trash_and_other_names_of_categories"),
        ("blog", "0004_site_identity_and_pages"),
        ("blog", "0005_topics_counted_and_lists_indexed"),
        ("blog", "0006_search_index"),
        ("blog", "0007_generators_and_topics_indexed"),
        ("blog", "0008_redirects_of_authors"),
        ("blog", "0009_pictures_linked_to_what_shows_them"),
        ("blog", "0010_names_and_unpublished_texts_indexed"),
        ("blog", "0011_help_in_editors_words"),
        ("blog", "0012_navigation_topics_called_categories"),
        ("blog", "0013_versions_and_held_updates"),
        ("blog", "0014_actions_of_the_desk"),
        ("blog", "0015_submissions_and_preferences"),
        ("blog", "0016_editors_named_who_have_an_article_open"),
        ("blog", "0017_held_updates_counted_and_decided_by_editors"),
        ("blog", "0018_jobs"),
        ("blog", "0019_entry_for_every_file_and_undo_of_imports"),
        ("blog", "0020_imports_in_the_browser"),
        ("blog", "0021_who_wrote_an_article_decided_by_editors"),
        ("blog", "0022_words_of_the_uses_of_images"),
        ("blog", "0023_proofs_reviews_and_decisions"),
        ("blog", "0024_articles_known_by_their_words"),
        ("blog", "0025_what_articles_have_in_common"),
        ("blog", "0026_flags_of_files_are_hints"),
        ("blog", "0027_indexes_of_flags_and_hints"),
        ("blog", "0028_what_was_mended_in_many_articles"),
        ("blog", "0029_articles_in_the_queue_of_the_desk"),
        ("blog", "0030_categories_and_authors_searched"),
        ("blog", "0031_pictures_fetched_from_other_sites"),
        ("blog", "0032_excerpts_that_many_articles_share"),
        ("blog", "0033_share_quotes_that_texts_say"),
        ("blog", "0034_articles_found_by_their_keywords"),
        ("blog", "0035_articles_in_series"),
        ("blog", "0036_pictures_and_links_of_authors"),
        ("blog", "0037_words_of_the_search_index"),
        ("blog", "0038_kinds_of_notices"),
        ("blog", "0039_rename_models_and_fields"),
        ("blog", "0040_proposed_changes_of_authors"),
        ("blog", "0041_approvals_cover_keywords_and_captions"),
        ("blog", "0042_articles_withheld_until_approved"),
        ("blog", "0043_writers_of_articles"),
        ("blog", "0044_reword_labels"),
        ("blog", "0045_remove_image_is_edited"),
        ("blog", "0046_store_what_was_checked"),
        ("blog", "0047_opened_lists"),
        ("blog", "0048_fixes_and_recognised_sources"),
        ("blog", "0049_names_that_are_no_person"),
        ("blog", "0050_reword_author_and_mark_labels"),
        ("blog", "0051_restore_undone_imports"),
        ("blog", "0052_base_language_of_articles"),
        ("blog", "0053_similar_articles"),
        ("blog", "0054_index_what_screens_count"),
        ("blog", "0055_count_changed_words"),
        ("blog", "0056_compressed_texts"),
        ("blog", "0057_reword_published_page"),
        ("blog", "0058_words_of_similar_articles"),
        ("blog", "0059_index_outcomes_of_imports"),
        ("blog", "0060_translators_of_articles"),
        ("blog", "0061_stem_of_source_file"),
        ("blog", "0062_old_site_of_import"),
        ("blog", "0063_site_look"),
        ("blog", "0064_redirects_to_urls"),
        ("blog", "0065_categories_of_staged_import"),
        ("blog", "0066_originals_of_images"),
        ("blog", "0067_index_visible_articles"),
        ("blog", "0068_tags"),
        ("blog", "0069_found_categories_of_staged_import"),
        ("blog", "0070_translations"),
        ("blog", "0071_index_of_translations"),
        ("blog", "0072_page_created_by_import"),
        ("blog", "0073_linked_files"),
        ("blog", "0074_finding_kinds_of_checks"),
        ("blog", "0075_index_counts_of_checks"),
        ("blog", "0076_mail"),
        ("blog", "0077_rows_withdrawn_by_undo"),
        ("blog", "0078_linked_files_of_pages"),
        ("blog", "0079_notes_to_colleagues"),
        ("blog", "0080_assignments"),
        ("blog", "0081_followers"),
        ("blog", "0082_invitations"),
        ("blog", "0083_notices"),
        ("blog", "0084_index_keys_of_queue_and_labels"),
    ]

    initial = True

    dependencies = [
        ("admin", "0003_logentry_add_action_flag_choices"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        CreateModels(
            [
                migrations.CreateModel(
                    name="ImportRun",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("source_name", models.CharField(max_length=255, verbose_name="source")),
                        ("root", models.CharField(max_length=4096, verbose_name="folder")),
                        ("file_name", models.CharField(blank=True, max_length=255, verbose_name="file")),
                        ("old_site", models.CharField(blank=True, editable=False, max_length=500)),
                        (
                            "started_at",
                            models.DateTimeField(default=django.utils.timezone.now, verbose_name="started"),
                        ),
                        ("finished_at", models.DateTimeField(blank=True, null=True, verbose_name="finished")),
                        ("created", models.PositiveIntegerField(default=0, verbose_name="created")),
                        ("updated", models.PositiveIntegerField(default=0, verbose_name="updated")),
                        ("unchanged", models.PositiveIntegerField(default=0, verbose_name="unchanged")),
                        ("held", models.PositiveIntegerField(default=0, verbose_name="held")),
                        ("conflict", models.PositiveIntegerField(default=0, verbose_name="conflicts")),
                        ("rejected", models.PositiveIntegerField(default=0, verbose_name="rejected")),
                        ("skipped", models.PositiveIntegerField(default=0, verbose_name="skipped")),
                        (
                            "started_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="started by",
                            ),
                        ),
                        (
                            "started_by_name",
                            models.CharField(blank=True, max_length=310, verbose_name="started by"),
                        ),
                        ("undone_at", models.DateTimeField(blank=True, null=True, verbose_name="undone")),
                        (
                            "undone_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="undone by",
                            ),
                        ),
                        (
                            "undone_by_name",
                            models.CharField(blank=True, max_length=310, verbose_name="undone by"),
                        ),
                        ("shared_kinds", models.JSONField(default=list, editable=False)),
                        ("files_to_delete", models.JSONField(default=list, editable=False)),
                        ("withdrawn_redirects", models.JSONField(default=list, editable=False)),
                    ],
                    options={
                        "verbose_name": "import",
                        "verbose_name_plural": "imports",
                        "ordering": ["-pk"],
                        "permissions": [
                            ("add_importbatch", "Can add import batch"),
                            ("change_importbatch", "Can change import batch"),
                            ("delete_importbatch", "Can delete import batch"),
                            ("view_importbatch", "Can view import batch"),
                            ("undo_importbatch", "Can undo imports"),
                        ],
                        "default_permissions": (),
                        "indexes": [
                            models.Index(
                                condition=models.Q(("old_site", ""), _negated=True),
                                fields=["old_site"],
                                name="import_old_site",
                            )
                        ],
                    },
                ),
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
                                allow_unicode=True,
                                blank=True,
                                max_length=255,
                                unique=True,
                                verbose_name="slug",
                            ),
                        ),
                        ("folded_name", models.CharField(editable=False, max_length=200, unique=True)),
                        (
                            "created_by_import",
                            models.ForeignKey(
                                editable=False,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to="blog.importrun",
                            ),
                        ),
                        ("description", models.TextField(blank=True, verbose_name="description")),
                    ],
                    options={
                        "verbose_name": "series",
                        "verbose_name_plural": "series",
                        "ordering": ["name"],
                    },
                ),
                migrations.CreateModel(
                    name="Image",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "file",
                            models.ImageField(
                                blank=True,
                                max_length=200,
                                upload_to=blog.images.files.upload_path,
                                verbose_name="file",
                            ),
                        ),
                        (
                            "source",
                            models.CharField(
                                blank=True,
                                help_text="The URL given in the article's file.",
                                max_length=2000,
                                verbose_name="source",
                            ),
                        ),
                        (
                            "upload_name",
                            models.CharField(
                                blank=True, editable=False, max_length=255, verbose_name="uploaded file"
                            ),
                        ),
                        (
                            "alt",
                            models.TextField(
                                blank=True,
                                help_text="Describes the image for people who cannot see it.",
                                verbose_name="alt text",
                            ),
                        ),
                        ("caption", models.TextField(blank=True, verbose_name="caption")),
                        (
                            "credit_creator",
                            models.CharField(blank=True, max_length=300, verbose_name="creator"),
                        ),
                        (
                            "credit_url",
                            models.URLField(blank=True, max_length=2000, verbose_name="creator's page"),
                        ),
                        (
                            "credit_source",
                            models.CharField(blank=True, max_length=300, verbose_name="credit source"),
                        ),
                        ("width", models.PositiveIntegerField(blank=True, editable=False, null=True)),
                        ("height", models.PositiveIntegerField(blank=True, editable=False, null=True)),
                        (
                            "digest",
                            models.CharField(blank=True, db_index=True, editable=False, max_length=64),
                        ),
                        (
                            "original",
                            models.CharField(blank=True, db_index=True, editable=False, max_length=64),
                        ),
                        (
                            "focal_x",
                            models.PositiveSmallIntegerField(
                                default=50, verbose_name="focal point, % from the left"
                            ),
                        ),
                        (
                            "focal_y",
                            models.PositiveSmallIntegerField(
                                default=50, verbose_name="focal point, % from the top"
                            ),
                        ),
                        ("created_at", models.DateTimeField(auto_now_add=True)),
                        ("is_replaced", models.BooleanField(default=False, editable=False)),
                        (
                            "created_by_import",
                            models.ForeignKey(
                                editable=False,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to="blog.importrun",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "image",
                        "verbose_name_plural": "images",
                        "ordering": ["-pk"],
                        "indexes": [models.Index(fields=["source"], name="image_source")],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("file", ""), _negated=True),
                                    models.Q(("source", ""), _negated=True),
                                    _connector="OR",
                                ),
                                name="image_has_file_or_source",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("focal_x__lte", 100), ("focal_y__lte", 100)),
                                name="image_focal_point_in_percent",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Category",
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
                                allow_unicode=True,
                                blank=True,
                                max_length=255,
                                unique=True,
                                verbose_name="slug",
                            ),
                        ),
                        ("folded_name", models.CharField(editable=False, max_length=200, unique=True)),
                        (
                            "created_by_import",
                            models.ForeignKey(
                                editable=False,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to="blog.importrun",
                            ),
                        ),
                        ("description", models.TextField(blank=True, verbose_name="description")),
                    ],
                    options={
                        "verbose_name": "category",
                        "verbose_name_plural": "categories",
                        "ordering": ["name"],
                    },
                ),
                migrations.CreateModel(
                    name="Article",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "generated_by",
                            models.CharField(
                                blank=True,
                                help_text="The AI model that wrote the text, if any.",
                                max_length=200,
                                verbose_name="generated by",
                            ),
                        ),
                        (
                            "provenance",
                            models.CharField(
                                choices=[
                                    ("file", "As stated in the file"),
                                    ("machine", "AI"),
                                    ("people", "People"),
                                ],
                                default="file",
                                max_length=10,
                                verbose_name="written by",
                            ),
                        ),
                        ("machine", models.CharField(blank=True, max_length=200, verbose_name="AI model")),
                        (
                            "review_state",
                            models.GeneratedField(
                                db_persist=True,
                                expression=models.Case(
                                    models.When(reviewed_digest="", then=models.Value(0)),
                                    models.When(
                                        reviewed_digest=models.F("words_digest"), then=models.Value(1)
                                    ),
                                    default=models.Value(2),
                                ),
                                output_field=models.PositiveSmallIntegerField(),
                            ),
                        ),
                        (
                            "is_by_machine",
                            models.GeneratedField(
                                db_persist=True,
                                expression=models.Case(
                                    models.When(provenance="machine", then=models.Value(True)),
                                    models.When(
                                        models.Q(
                                            ("provenance", "file"),
                                            models.Q(("generated_by", ""), _negated=True),
                                        ),
                                        then=models.Value(True),
                                    ),
                                    default=models.Value(False),
                                ),
                                output_field=models.BooleanField(),
                            ),
                        ),
                        ("is_ai_drafted", models.BooleanField(default=False, editable=False)),
                        ("is_withheld", models.BooleanField(default=False, editable=False)),
                        (
                            "series",
                            models.ForeignKey(
                                blank=True,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="articles",
                                to="blog.series",
                                verbose_name="series",
                            ),
                        ),
                        (
                            "series_part",
                            models.PositiveSmallIntegerField(
                                blank=True,
                                help_text="Leave blank to order by date, after the numbered parts.",
                                null=True,
                                verbose_name="part",
                            ),
                        ),
                        ("lock_version", models.PositiveIntegerField(default=1, editable=False)),
                        ("body_html", blog.base.compressed.CompressedTextField(blank=True, editable=False)),
                        ("render_version", models.PositiveIntegerField(default=0, editable=False)),
                        ("content_digest", models.CharField(blank=True, editable=False, max_length=64)),
                        ("is_featured", models.BooleanField(default=False, verbose_name="featured")),
                        ("is_trending", models.BooleanField(default=False, verbose_name="trending")),
                        ("featured_is_suggested", models.BooleanField(default=False, editable=False)),
                        ("trending_is_suggested", models.BooleanField(default=False, editable=False)),
                        (
                            "hero_image",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="hero_of",
                                to="blog.image",
                                verbose_name="hero image",
                            ),
                        ),
                        ("hero_alt", models.TextField(blank=True, verbose_name="hero image alt text")),
                        (
                            "hero_credit",
                            blog.images.fields.CreditField(
                                blank=True,
                                default=blog.documents.image_words.Credit,
                                verbose_name="hero image credit",
                            ),
                        ),
                        (
                            "hero_is_decorative",
                            models.BooleanField(default=False, verbose_name="decorative image"),
                        ),
                        ("translation_group", models.UUIDField(editable=False, null=True)),
                        ("uid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                        ("title", models.CharField(max_length=300, verbose_name="title")),
                        (
                            "slug",
                            models.SlugField(
                                allow_unicode=True, max_length=255, unique=True, verbose_name="slug"
                            ),
                        ),
                        (
                            "status",
                            models.CharField(
                                choices=[("new", "New"), ("published", "Published")],
                                default="new",
                                max_length=10,
                                verbose_name="status",
                            ),
                        ),
                        ("excerpt", models.TextField(blank=True, verbose_name="excerpt")),
                        ("meta_description", models.TextField(blank=True, verbose_name="meta description")),
                        ("body", blog.base.compressed.CompressedTextField(blank=True, verbose_name="text")),
                        ("share_quote", models.TextField(blank=True, verbose_name="share quote")),
                        (
                            "language",
                            models.CharField(
                                blank=True,
                                help_text=(
                                    "A language tag such as en or pt-BR. Leave blank for the site's language."
                                ),
                                max_length=35,
                                verbose_name="language",
                            ),
                        ),
                        ("base_language", models.CharField(blank=True, editable=False, max_length=8)),
                        (
                            "translators",
                            models.JSONField(blank=True, default=list, verbose_name="translators"),
                        ),
                        ("keywords", models.JSONField(blank=True, default=list, verbose_name="keywords")),
                        (
                            "primary_category",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="primary_of",
                                to="blog.category",
                                verbose_name="primary category",
                            ),
                        ),
                        (
                            "dated_at",
                            models.DateTimeField(blank=True, null=True, verbose_name="date in the file"),
                        ),
                        (
                            "published_at",
                            models.DateTimeField(
                                blank=True,
                                help_text="The date readers see. A date in the future schedules the article.",
                                null=True,
                                verbose_name="published at",
                            ),
                        ),
                        (
                            "trashed_at",
                            models.DateTimeField(
                                editable=False, null=True, verbose_name="in the trash since"
                            ),
                        ),
                        ("created_at", models.DateTimeField(auto_now_add=True)),
                        ("updated_at", models.DateTimeField(editable=False)),
                        ("preview_key", models.UUIDField(default=uuid.uuid4, editable=False)),
                        ("words_digest", models.CharField(blank=True, editable=False, max_length=64)),
                        ("reviewed_digest", models.CharField(blank=True, editable=False, max_length=64)),
                        ("excerpt_is_template", models.BooleanField(default=False, editable=False)),
                        ("contents", models.JSONField(default=list, editable=False)),
                        ("opening", models.TextField(blank=True, editable=False)),
                        ("plain_text", blog.base.compressed.CompressedTextField(blank=True, editable=False)),
                        ("quote_is_verbatim", models.BooleanField(default=False, editable=False)),
                        ("word_count", models.PositiveIntegerField(default=0, editable=False)),
                        (
                            "reading_time",
                            models.PositiveIntegerField(
                                default=1, editable=False, verbose_name="reading time"
                            ),
                        ),
                        (
                            "categories",
                            models.ManyToManyField(
                                related_name="articles", through="blog.ArticleCategory", to="blog.category"
                            ),
                        ),
                        (
                            "authors",
                            models.ManyToManyField(
                                related_name="articles", through="blog.ArticleAuthor", to="blog.author"
                            ),
                        ),
                        (
                            "body_images",
                            models.ManyToManyField(
                                related_name="articles", through="blog.BodyImage", to="blog.image"
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "article",
                        "verbose_name_plural": "articles",
                        "ordering": ["-pk"],
                        "permissions": [
                            ("publish_article", "Can publish and unpublish articles"),
                            ("change_provenance", "Can change who an article says wrote it"),
                            ("review_article", "Can approve articles"),
                        ],
                        "indexes": [
                            models.Index(fields=["status", "-published_at", "-id"], name="article_newest"),
                            models.Index(
                                fields=["status", "base_language", "-published_at", "-id", "is_withheld"],
                                name="article_language",
                            ),
                            models.Index(
                                condition=models.Q(("is_featured", True), ("status", "published")),
                                fields=["featured_is_suggested", "-published_at", "-id"],
                                name="article_featured",
                            ),
                            models.Index(
                                condition=models.Q(("is_trending", True), ("status", "published")),
                                fields=["trending_is_suggested", "-published_at", "-id"],
                                name="article_trending",
                            ),
                            models.Index(fields=["status", "-dated_at"], name="article_queue"),
                            models.Index(
                                fields=["generated_by", "provenance", "trashed_at"], name="article_written_by"
                            ),
                            models.Index(
                                fields=["id", "status", "published_at", "is_withheld"], name="article_visible"
                            ),
                            models.Index(fields=["trashed_at", "title", "id", "slug"], name="article_names"),
                            models.Index(
                                condition=models.Q(("trashed_at__isnull", True)),
                                fields=["-id"],
                                name="article_in_use",
                            ),
                            models.Index(
                                fields=[
                                    "trashed_at",
                                    "is_by_machine",
                                    "review_state",
                                    "status",
                                    "published_at",
                                    "words_digest",
                                    "id",
                                ],
                                name="article_desk",
                            ),
                            models.Index(
                                fields=[
                                    "status",
                                    "published_at",
                                    "provenance",
                                    "is_by_machine",
                                    "review_state",
                                    "reviewed_digest",
                                    "id",
                                ],
                                name="article_labels",
                            ),
                            models.Index(fields=["primary_category", "trashed_at"], name="article_topic"),
                            models.Index(
                                condition=models.Q(("series__isnull", False)),
                                fields=["series", "status", "published_at"],
                                name="article_series",
                            ),
                            models.Index(
                                condition=models.Q(("translation_group__isnull", False)),
                                fields=[
                                    "translation_group",
                                    "status",
                                    "published_at",
                                    "is_withheld",
                                    "language",
                                ],
                                name="article_translations",
                            ),
                            models.Index(
                                condition=models.Q(("is_withheld", False)),
                                fields=["status", "-published_at", "-id"],
                                name="article_newest_released",
                            ),
                            models.Index(
                                condition=models.Q(("is_withheld", True)),
                                fields=["status", "published_at"],
                                name="article_withheld",
                            ),
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("provenance__in", ["file", "machine", "people"])),
                                name="article_provenance_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("machine", ""), ("provenance", "machine"), _connector="OR"
                                ),
                                name="article_machine_wrote_it",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("status__in", ["new", "published"])),
                                name="article_status_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("status", "published"), _negated=True),
                                    ("published_at__isnull", False),
                                    _connector="OR",
                                ),
                                name="article_published_has_date",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("trashed_at__isnull", True),
                                    models.Q(("status", "published"), _negated=True),
                                    _connector="OR",
                                ),
                                name="article_in_trash_is_not_published",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("title", ""), _negated=True),
                                    models.Q(("slug", ""), _negated=True),
                                ),
                                name="article_has_title_and_slug",
                            ),
                        ],
                    },
                    bases=(blog.articles.display.ArticleDisplay, models.Model),
                ),
                migrations.CreateModel(
                    name="Version",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "article",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="versions",
                                to="blog.article",
                            ),
                        ),
                        ("number", models.PositiveIntegerField(verbose_name="number")),
                        (
                            "created_at",
                            models.DateTimeField(default=django.utils.timezone.now, verbose_name="when"),
                        ),
                        (
                            "by",
                            models.ForeignKey(
                                blank=True,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="by",
                            ),
                        ),
                        ("by_name", models.CharField(blank=True, max_length=310, verbose_name="name")),
                        (
                            "action",
                            models.CharField(
                                choices=[
                                    ("first", "First recorded version"),
                                    ("imported", "Imported"),
                                    ("saved", "Saved"),
                                    ("published", "Published"),
                                    ("unpublished", "Unpublished"),
                                    ("scheduled", "Scheduled"),
                                    ("bulk", "Bulk change"),
                                    ("fixed", "Bulk fix"),
                                    ("fix_undone", "Bulk fix undone"),
                                    ("restored", "Restored"),
                                    ("merged", "Merged"),
                                    ("accepted", "Update accepted"),
                                    ("undone", "Undone"),
                                    ("submitted", "Submitted"),
                                    ("returned", "Returned"),
                                ],
                                max_length=12,
                                verbose_name="what",
                            ),
                        ),
                        ("note", models.TextField(blank=True, verbose_name="note")),
                        (
                            "base",
                            models.ForeignKey(
                                blank=True,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.RESTRICT,
                                related_name="differences",
                                to="blog.version",
                            ),
                        ),
                        ("data", models.BinaryField()),
                        ("digest", models.CharField(max_length=64)),
                        (
                            "is_approved",
                            models.BooleanField(default=False, editable=False, verbose_name="approved"),
                        ),
                    ],
                    options={
                        "verbose_name": "version",
                        "verbose_name_plural": "versions",
                        "ordering": ["article", "-number"],
                        "default_permissions": (),
                        "indexes": [
                            models.Index(fields=["-created_at", "-id"], name="version_newest"),
                            models.Index(
                                condition=models.Q(("base__isnull", False)),
                                fields=["base"],
                                name="version_base",
                            ),
                            models.Index(
                                condition=models.Q(("by__isnull", False)), fields=["by"], name="version_by"
                            ),
                        ],
                        "constraints": [
                            models.UniqueConstraint(fields=("article", "number"), name="version_number_once"),
                            models.CheckConstraint(
                                condition=models.Q(("number__gte", 1)), name="version_numbers_from_one"
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Approval",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="when")),
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
                        ("by_name", models.CharField(blank=True, max_length=310, verbose_name="name")),
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
                            "kind",
                            models.CharField(
                                choices=[("approved", "Approved"), ("withdrawn", "Withdrawn")],
                                default="approved",
                                max_length=10,
                                verbose_name="kind",
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
                        ("digest", models.CharField(max_length=64)),
                        ("checked", models.JSONField(default=list, verbose_name="what was checked")),
                        ("unchecked", models.JSONField(default=list, verbose_name="what was not checked")),
                        ("is_unquoted", models.BooleanField(default=False, verbose_name="quotes nobody")),
                        ("statement", models.TextField(blank=True, verbose_name="note to readers")),
                        ("sources", models.JSONField(default=list, verbose_name="sources")),
                        ("note", models.TextField(blank=True, verbose_name="note")),
                        (
                            "is_own_text",
                            models.BooleanField(default=False, verbose_name="approved by its writer"),
                        ),
                        ("uncovered", models.JSONField(default=list, verbose_name="not covered")),
                    ],
                    options={
                        "verbose_name": "approval",
                        "verbose_name_plural": "approvals",
                        "ordering": ["pk"],
                        "default_permissions": (),
                        "indexes": [models.Index(fields=["article", "-id"], name="review_of_article")],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("kind__in", ["approved", "withdrawn"])),
                                name="review_kind_known",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Author",
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
                                allow_unicode=True,
                                blank=True,
                                max_length=255,
                                unique=True,
                                verbose_name="slug",
                            ),
                        ),
                        ("folded_name", models.CharField(editable=False, max_length=200, unique=True)),
                        (
                            "created_by_import",
                            models.ForeignKey(
                                editable=False,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to="blog.importrun",
                            ),
                        ),
                        ("bio", models.TextField(blank=True, verbose_name="about the author")),
                        (
                            "picture",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="picture_of",
                                to="blog.image",
                                verbose_name="image",
                            ),
                        ),
                        ("url", models.URLField(blank=True, verbose_name="web site")),
                        (
                            "user",
                            models.OneToOneField(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="author",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="user",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "author",
                        "verbose_name_plural": "authors",
                        "ordering": ["name"],
                    },
                ),
                migrations.CreateModel(
                    name="ArticleAuthor",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("listed_at", models.DateTimeField(editable=False, null=True)),
                        (
                            "article",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="author_links",
                                to="blog.article",
                            ),
                        ),
                        (
                            "author",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="article_links",
                                to="blog.author",
                                verbose_name="author",
                            ),
                        ),
                        ("position", models.PositiveSmallIntegerField(default=0, verbose_name="position")),
                    ],
                    options={
                        "verbose_name": "article author",
                        "verbose_name_plural": "article authors",
                        "ordering": ["position", "pk"],
                        "indexes": [
                            models.Index(
                                condition=models.Q(("listed_at__isnull", False)),
                                fields=["author", "-listed_at", "-article"],
                                name="author_newest",
                            )
                        ],
                        "constraints": [
                            models.UniqueConstraint(fields=("article", "author"), name="article_author_once")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ArticleCategory",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("listed_at", models.DateTimeField(editable=False, null=True)),
                        (
                            "article",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="category_links",
                                to="blog.article",
                            ),
                        ),
                        (
                            "category",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="article_links",
                                to="blog.category",
                                verbose_name="category",
                            ),
                        ),
                        (
                            "level",
                            models.PositiveSmallIntegerField(
                                choices=[
                                    (0, "exact"),
                                    (1, "general"),
                                    (2, "medium"),
                                    (3, "specific"),
                                    (4, "niche"),
                                    (9, "no level"),
                                ],
                                default=9,
                                verbose_name="level",
                            ),
                        ),
                        ("position", models.PositiveSmallIntegerField(default=0, verbose_name="position")),
                    ],
                    options={
                        "verbose_name": "article category",
                        "verbose_name_plural": "article categories",
                        "ordering": ["position", "pk"],
                        "indexes": [
                            models.Index(fields=["category", "level", "article"], name="category_articles"),
                            models.Index(
                                condition=models.Q(("listed_at__isnull", False)),
                                fields=["category", "-listed_at", "-article"],
                                name="category_newest",
                            ),
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("article", "category", "level"), name="article_category_once_a_level"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("level__in", [0, 1, 2, 3, 4, 9])),
                                name="article_category_level_known",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ArticleCheck",
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
                        ("reading_time_in_file", models.PositiveIntegerField(null=True)),
                        ("title_print", models.CharField(blank=True, max_length=16)),
                        ("excerpt_print", models.CharField(blank=True, max_length=16)),
                        ("opening_print", models.CharField(blank=True, max_length=16)),
                        ("body_print", models.CharField(blank=True, max_length=16)),
                        ("open_blocking", models.PositiveIntegerField(default=0)),
                        ("open_claims", models.PositiveIntegerField(default=0)),
                        ("serious_findings", models.PositiveIntegerField(default=0)),
                        ("minor_findings", models.PositiveIntegerField(default=0)),
                        ("worst", models.JSONField(default=list)),
                        ("finding_kinds", models.TextField(blank=True)),
                        ("risk", models.PositiveIntegerField(default=0)),
                    ],
                    options={
                        "verbose_name": "article check",
                        "verbose_name_plural": "article checks",
                        "default_permissions": (),
                        "indexes": [
                            models.Index(fields=["risk", "article"], name="proof_risk"),
                            models.Index(
                                fields=[
                                    "finding_kinds",
                                    "article",
                                    "open_blocking",
                                    "serious_findings",
                                    "minor_findings",
                                ],
                                name="proof_counts",
                            ),
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
                    name="ArticleKeyword",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "article",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="keyword_rows",
                                to="blog.article",
                            ),
                        ),
                        ("keyword", models.CharField(max_length=200)),
                        ("listed_at", models.DateTimeField(editable=False, null=True)),
                    ],
                    options={
                        "default_permissions": (),
                        "indexes": [
                            models.Index(
                                condition=models.Q(("listed_at__isnull", False)),
                                fields=["keyword", "-listed_at", "-article"],
                                name="keyword_newest",
                            )
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("article", "keyword"), name="article_keyword_once"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ArticleWriter",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "article",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="writers",
                                to="blog.article",
                            ),
                        ),
                        (
                            "user",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("by_hand", models.BooleanField(default=False)),
                    ],
                    options={
                        "default_permissions": (),
                        "constraints": [
                            models.UniqueConstraint(fields=("article", "user"), name="article_writer_once")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Assignment",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="when")),
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
                        ("by_name", models.CharField(blank=True, max_length=310, verbose_name="name")),
                        (
                            "article",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="assignments",
                                to="blog.article",
                                verbose_name="article",
                            ),
                        ),
                        (
                            "to",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="assignments",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="assigned to",
                            ),
                        ),
                        ("to_name", models.CharField(blank=True, max_length=310, verbose_name="name")),
                        (
                            "replaces",
                            models.OneToOneField(
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="replaced_by",
                                to="blog.assignment",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "assignment",
                        "verbose_name_plural": "assignments",
                        "ordering": ["pk"],
                        "default_permissions": (),
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("replaces", None)),
                                fields=("article",),
                                name="assignment_one_first",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="AuthorLink",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("position", models.PositiveSmallIntegerField(blank=True, verbose_name="position")),
                        (
                            "author",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="links",
                                to="blog.author",
                            ),
                        ),
                        ("label", models.CharField(max_length=100, verbose_name="label")),
                        (
                            "address",
                            models.CharField(
                                max_length=2000,
                                validators=[blog.articles.authors.validate_outward_link],
                                verbose_name="URL",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "author link",
                        "verbose_name_plural": "author links",
                        "ordering": ["position", "pk"],
                        "default_permissions": (),
                    },
                ),
                migrations.CreateModel(
                    name="AuthorProposal",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "author",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="proposal",
                                to="blog.author",
                            ),
                        ),
                        ("name", models.CharField(max_length=200)),
                        ("bio", models.TextField(blank=True)),
                        (
                            "proposed_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("proposed_at", models.DateTimeField(default=django.utils.timezone.now)),
                    ],
                    options={
                        "verbose_name": "proposed change to an author",
                        "verbose_name_plural": "proposed changes to authors",
                        "default_permissions": (),
                    },
                ),
                migrations.CreateModel(
                    name="BodyImage",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "article",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="body_image_links",
                                to="blog.article",
                            ),
                        ),
                        (
                            "image",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="body_image_links",
                                to="blog.image",
                            ),
                        ),
                        ("source", models.CharField(max_length=2000)),
                        (
                            "credit",
                            blog.images.fields.CreditField(
                                blank=True, default=blog.documents.image_words.Credit, verbose_name="credit"
                            ),
                        ),
                        ("is_decorative", models.BooleanField(default=False, verbose_name="decorative")),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("article", "source"), name="body_image_once_a_source"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="CategoryAlias",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "category",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="aliases",
                                to="blog.category",
                            ),
                        ),
                        ("name", models.CharField(max_length=200, verbose_name="name")),
                        ("folded_name", models.CharField(editable=False, max_length=200, unique=True)),
                    ],
                    options={
                        "verbose_name": "alias",
                        "verbose_name_plural": "aliases that imported files may still use",
                        "ordering": ["name"],
                    },
                ),
                migrations.CreateModel(
                    name="CategoryCount",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "category",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="counts",
                                to="blog.category",
                            ),
                        ),
                        ("articles", models.IntegerField(default=0)),
                        ("general", models.IntegerField(default=0)),
                        ("broad", models.IntegerField(default=0)),
                    ],
                    options={
                        "default_permissions": (),
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
                        ("by_name", models.CharField(blank=True, max_length=310, verbose_name="name")),
                        (
                            "article",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="corrections",
                                to="blog.article",
                                verbose_name="article",
                            ),
                        ),
                        ("text", models.TextField(verbose_name="text")),
                        (
                            "retracts",
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
                    name="EarlierLook",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="when")),
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
                        ("by_name", models.CharField(blank=True, max_length=310, verbose_name="name")),
                        (
                            "accent",
                            models.CharField(
                                default="#2536c9",
                                max_length=7,
                                validators=[blog.site.look.validate_accent],
                                verbose_name="accent colour",
                            ),
                        ),
                        (
                            "paper",
                            models.CharField(
                                choices=[
                                    ("plain", "Plain"),
                                    ("warm", "Warm"),
                                    ("cream", "Cream"),
                                    ("green", "Pale green"),
                                    ("blue", "Pale blue"),
                                    ("rose", "Rose"),
                                ],
                                default="plain",
                                max_length=20,
                                verbose_name="paper",
                            ),
                        ),
                        (
                            "face",
                            models.CharField(
                                choices=[
                                    ("newsreader", "Newsreader Display"),
                                    ("caslon", "Libre Caslon Condensed"),
                                    ("bricolage", "Bricolage Grotesque"),
                                    ("besley", "Besley"),
                                ],
                                default="newsreader",
                                max_length=20,
                                verbose_name="titles",
                            ),
                        ),
                        (
                            "manner",
                            models.CharField(
                                choices=[
                                    ("proof", "Galley proof"),
                                    ("broadsheet", "Broadsheet"),
                                    ("workshop", "Workshop"),
                                    ("almanac", "Almanac"),
                                ],
                                default="proof",
                                max_length=20,
                                verbose_name="manner",
                            ),
                        ),
                        (
                            "theme",
                            models.CharField(
                                choices=[("auto", "Like their device"), ("light", "Light"), ("dark", "Dark")],
                                default="auto",
                                max_length=20,
                                verbose_name="readers start with",
                            ),
                        ),
                        (
                            "logo_is_name",
                            models.BooleanField(default=False, verbose_name="The logo contains the name"),
                        ),
                        (
                            "logo",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to="blog.image",
                            ),
                        ),
                        ("had_logo", models.BooleanField(default=False)),
                    ],
                    options={
                        "verbose_name": "earlier look",
                        "ordering": ["-at", "-pk"],
                        "default_permissions": (),
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
                        (
                            "article",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="findings",
                                to="blog.article",
                            ),
                        ),
                        ("kind", models.CharField(max_length=32, verbose_name="kind")),
                        ("start", models.IntegerField(null=True)),
                        ("end", models.IntegerField(null=True)),
                        ("words", models.CharField(blank=True, max_length=300)),
                        ("key", models.CharField(blank=True, max_length=32)),
                        ("is_serious", models.BooleanField(default=False)),
                        ("is_shared", models.BooleanField(default=False)),
                        ("is_settled", models.BooleanField(default=False)),
                    ],
                    options={
                        "verbose_name": "finding",
                        "verbose_name_plural": "findings",
                        "ordering": ["article", "pk"],
                        "default_permissions": (),
                        "indexes": [
                            models.Index(
                                fields=["article", "kind", "is_settled", "is_shared"],
                                name="finding_of_article",
                            ),
                            models.Index(fields=["kind", "article", "is_settled"], name="finding_of_kind"),
                        ],
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
                    name="SiteIdentity",
                    fields=[
                        (
                            "accent",
                            models.CharField(
                                default="#2536c9",
                                max_length=7,
                                validators=[blog.site.look.validate_accent],
                                verbose_name="accent colour",
                            ),
                        ),
                        (
                            "paper",
                            models.CharField(
                                choices=[
                                    ("plain", "Plain"),
                                    ("warm", "Warm"),
                                    ("cream", "Cream"),
                                    ("green", "Pale green"),
                                    ("blue", "Pale blue"),
                                    ("rose", "Rose"),
                                ],
                                default="plain",
                                max_length=20,
                                verbose_name="paper",
                            ),
                        ),
                        (
                            "face",
                            models.CharField(
                                choices=[
                                    ("newsreader", "Newsreader Display"),
                                    ("caslon", "Libre Caslon Condensed"),
                                    ("bricolage", "Bricolage Grotesque"),
                                    ("besley", "Besley"),
                                ],
                                default="newsreader",
                                max_length=20,
                                verbose_name="titles",
                            ),
                        ),
                        (
                            "manner",
                            models.CharField(
                                choices=[
                                    ("proof", "Galley proof"),
                                    ("broadsheet", "Broadsheet"),
                                    ("workshop", "Workshop"),
                                    ("almanac", "Almanac"),
                                ],
                                default="proof",
                                max_length=20,
                                verbose_name="manner",
                            ),
                        ),
                        (
                            "theme",
                            models.CharField(
                                choices=[("auto", "Like their device"), ("light", "Light"), ("dark", "Dark")],
                                default="auto",
                                max_length=20,
                                verbose_name="readers start with",
                            ),
                        ),
                        (
                            "logo_is_name",
                            models.BooleanField(default=False, verbose_name="The logo contains the name"),
                        ),
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
                                help_text="Leave blank to use the configured site name.",
                                max_length=200,
                                verbose_name="name",
                            ),
                        ),
                        (
                            "tagline",
                            models.CharField(
                                blank=True,
                                help_text="A line below the name. Leave blank to use the configured tagline.",
                                max_length=300,
                                verbose_name="tagline",
                            ),
                        ),
                        (
                            "description",
                            models.TextField(
                                blank=True,
                                help_text="For search engines. Leave blank to use the tagline.",
                                verbose_name="description",
                            ),
                        ),
                        (
                            "logo",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="logo_of",
                                to="blog.image",
                                verbose_name="logo",
                            ),
                        ),
                        (
                            "publisher",
                            models.CharField(
                                blank=True,
                                help_text=(
                                    "The person or organisation responsible for the site. Leave blank to "
                                    "use the configured publisher, or else the site name."
                                ),
                                max_length=200,
                                verbose_name="publisher",
                            ),
                        ),
                        (
                            "publisher_url",
                            models.URLField(
                                blank=True,
                                help_text="Leave blank to use the home page.",
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
                        (
                            "profiles",
                            models.JSONField(
                                blank=True, default=list, verbose_name="profiles on other sites"
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "site identity",
                        "verbose_name_plural": "site identity",
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("id", 1)), name="site_identity_is_one_row"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Page",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("lock_version", models.PositiveIntegerField(default=1, editable=False)),
                        ("body_html", blog.base.compressed.CompressedTextField(blank=True, editable=False)),
                        ("render_version", models.PositiveIntegerField(default=0, editable=False)),
                        ("content_digest", models.CharField(blank=True, editable=False, max_length=64)),
                        ("title", models.CharField(max_length=300, verbose_name="title")),
                        (
                            "slug",
                            models.SlugField(
                                allow_unicode=True,
                                help_text="The page's slug: “about” gives /about/.",
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
                                help_text=(
                                    "A language tag such as en or pt-BR. Leave blank for the site's language."
                                ),
                                max_length=35,
                                verbose_name="language",
                            ),
                        ),
                        (
                            "is_published",
                            models.BooleanField(
                                default=False,
                                help_text="Readers can see the page, and the footer links to it.",
                                verbose_name="published",
                            ),
                        ),
                        ("created_at", models.DateTimeField(auto_now_add=True)),
                        ("updated_at", models.DateTimeField(editable=False, verbose_name="last change")),
                        (
                            "created_by_import",
                            models.ForeignKey(
                                editable=False,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to="blog.importrun",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "page",
                        "verbose_name_plural": "pages",
                        "ordering": ["title", "pk"],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("title", ""), _negated=True),
                                    models.Q(("slug", ""), _negated=True),
                                ),
                                name="page_has_title_and_slug",
                            )
                        ],
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
                            "site",
                            models.ForeignKey(
                                default=1,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="footer_links",
                                to="blog.siteidentity",
                            ),
                        ),
                        (
                            "label",
                            models.CharField(
                                blank=True,
                                help_text="Leave blank to use the page title.",
                                max_length=100,
                                verbose_name="label",
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
                            "address",
                            models.CharField(
                                blank=True,
                                max_length=2000,
                                validators=[blog.site.identity.validate_link],
                                verbose_name="or a URL",
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
                                violation_error_message="Choose a page, or enter a label and a URL.",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="HeldUpdate",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "article",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="held_updates",
                                to="blog.article",
                            ),
                        ),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("waiting", "Waiting"),
                                    ("accepted", "Accepted"),
                                    ("declined", "Declined"),
                                    ("decided", "Decided in the comparison"),
                                    ("withdrawn", "Withdrawn by the undo of its import"),
                                ],
                                default="waiting",
                                max_length=10,
                                verbose_name="state",
                            ),
                        ),
                        ("source_name", models.CharField(max_length=255, verbose_name="source")),
                        ("source_root", models.CharField(max_length=4096, verbose_name="folder")),
                        ("path", models.CharField(max_length=4096, verbose_name="path")),
                        ("digest", models.CharField(max_length=64)),
                        ("data", models.BinaryField()),
                        ("images", models.JSONField(default=dict)),
                        ("written_by", models.CharField(default="file", max_length=208)),
                        (
                            "batch",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="held_updates",
                                to="blog.importrun",
                            ),
                        ),
                        ("changed_words", models.PositiveIntegerField(editable=False, null=True)),
                        (
                            "held_at",
                            models.DateTimeField(
                                default=django.utils.timezone.now, verbose_name="held since"
                            ),
                        ),
                        ("decided_at", models.DateTimeField(blank=True, null=True, verbose_name="decided")),
                        (
                            "decided_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "decided_by_name",
                            models.CharField(blank=True, max_length=310, verbose_name="decided by"),
                        ),
                    ],
                    options={
                        "verbose_name": "held update",
                        "verbose_name_plural": "held updates",
                        "ordering": ["-held_at", "-pk"],
                        "permissions": [("decide_heldupdate", "Can accept and decline held updates")],
                        "default_permissions": (),
                        "indexes": [
                            models.Index(
                                condition=models.Q(("state", "waiting")),
                                fields=["-held_at", "-id"],
                                name="held_update_queue",
                            )
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("state", "waiting")),
                                fields=("article",),
                                name="held_update_one_waits",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("decided_at__isnull", True), ("state", "waiting")),
                                    models.Q(
                                        models.Q(("state", "waiting"), _negated=True),
                                        ("decided_at__isnull", False),
                                    ),
                                    _connector="OR",
                                ),
                                name="held_update_decided_has_date",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ImportEntry",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "batch",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="entries",
                                to="blog.importrun",
                                verbose_name="import",
                            ),
                        ),
                        (
                            "article",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="import_entries",
                                to="blog.article",
                            ),
                        ),
                        ("file", models.CharField(max_length=4096, verbose_name="file")),
                        ("outcome", models.CharField(max_length=10, verbose_name="outcome")),
                        ("message", models.TextField(blank=True, verbose_name="message")),
                        ("warnings", models.JSONField(default=list, verbose_name="warnings")),
                        ("notices", models.JSONField(default=list)),
                        ("title", models.CharField(blank=True, max_length=300, verbose_name="title")),
                        ("slug", models.CharField(blank=True, max_length=255)),
                        ("seconds", models.FloatField(default=0)),
                        ("article_version", models.PositiveIntegerField(null=True)),
                        ("redirects_ended", models.JSONField(default=list)),
                        (
                            "undo",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("deleted", "removed by the undo"),
                                    ("restored", "as before the import"),
                                    ("withdrawn", "withdrawn"),
                                    ("kept", "kept"),
                                ],
                                max_length=10,
                                verbose_name="undone",
                            ),
                        ),
                        (
                            "kept_reason",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("edited", "Changed since the import."),
                                    ("published", "Published, unpublished or scheduled since the import."),
                                    ("submitted", "Submitted for publication since the import."),
                                    ("trashed", "Moved to the trash since the import."),
                                    ("decided", "Someone decided on the file."),
                                    ("imported", "A later import updated its file."),
                                    ("not_known", "Its earlier state was not recorded."),
                                    ("impossible", "Its earlier state can no longer be restored."),
                                    ("since_undo", "Changed since the import was undone."),
                                    ("gone", "Deleted, or imported again, since the import was undone."),
                                ],
                                max_length=10,
                            ),
                        ),
                        ("undone_version", models.PositiveIntegerField(editable=False, null=True)),
                        ("undone_publication", models.JSONField(editable=False, null=True)),
                    ],
                    options={
                        "verbose_name": "file",
                        "verbose_name_plural": "files",
                        "ordering": ["pk"],
                        "indexes": [
                            models.Index(fields=["batch", "outcome", "article"], name="entry_outcome")
                        ],
                    },
                ),
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
                        ("key", models.CharField(max_length=32)),
                        ("sent_at", models.DateTimeField(verbose_name="sent")),
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
                                violation_error_message=(
                                    "This address is invited already. Send it again below."
                                ),
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Job",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("kind", models.CharField(max_length=50)),
                        ("group", models.CharField(blank=True, max_length=50)),
                        ("arguments", models.JSONField(default=dict)),
                        (
                            "started_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("waiting", "waiting"),
                                    ("running", "running"),
                                    ("done", "done"),
                                    ("failed", "failed"),
                                    ("stopped", "stopped"),
                                ],
                                default="waiting",
                                max_length=10,
                            ),
                        ),
                        ("task", models.CharField(blank=True, max_length=64)),
                        ("attempts", models.PositiveSmallIntegerField(default=0)),
                        ("started_at", models.DateTimeField(null=True)),
                        ("ended_at", models.DateTimeField(null=True)),
                        ("stop_requested_at", models.DateTimeField(null=True)),
                        (
                            "stop_requested_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("done", models.PositiveIntegerField(default=0)),
                        ("total", models.PositiveIntegerField(null=True)),
                        ("step", models.CharField(blank=True, max_length=200)),
                        ("reason", models.TextField(blank=True)),
                        ("result", models.JSONField(default=dict)),
                    ],
                    options={
                        "verbose_name": "job",
                        "verbose_name_plural": "jobs",
                        "ordering": ["-pk"],
                        "permissions": [
                            ("view_job", "Can view jobs"),
                            ("stop_job", "Can stop jobs of others"),
                        ],
                        "default_permissions": (),
                        "indexes": [models.Index(fields=["state", "id"], name="job_state")],
                    },
                ),
                migrations.CreateModel(
                    name="LinkedFile",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "article",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="linked_files",
                                to="blog.article",
                            ),
                        ),
                        (
                            "page",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="linked_files",
                                to="blog.page",
                            ),
                        ),
                        ("source", models.CharField(max_length=2000)),
                        ("file", models.FileField(db_index=True, max_length=300, upload_to="")),
                        (
                            "created_by_import",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to="blog.importrun",
                            ),
                        ),
                        ("is_in_use", models.BooleanField(default=True)),
                    ],
                    options={
                        "ordering": ["pk"],
                        "default_permissions": (),
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("article__isnull", True), ("page__isnull", False)),
                                    models.Q(("article__isnull", False), ("page__isnull", True)),
                                    _connector="OR",
                                ),
                                name="linked_file_of_one_text",
                            )
                        ],
                    },
                ),
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
                        "default_permissions": (),
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
                            "mailing",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="articles",
                                to="blog.mailing",
                            ),
                        ),
                        (
                            "article",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="blog.article",
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
                    ],
                    options={
                        "default_permissions": (),
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("article", "frequency"), name="article_mailed_once"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="MarkResolution",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="when")),
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
                        ("by_name", models.CharField(blank=True, max_length=310, verbose_name="name")),
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
                                    ("taken_out", "Removed"),
                                    ("no_claim", "Not a claim"),
                                    ("open", "Reopened"),
                                ],
                                max_length=10,
                                verbose_name="outcome",
                            ),
                        ),
                        ("note", models.TextField(blank=True, verbose_name="note")),
                    ],
                    options={
                        "verbose_name": "resolved mark",
                        "verbose_name_plural": "resolved marks",
                        "ordering": ["pk"],
                        "permissions": [("settle_mark", "Can resolve marks in articles")],
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
                        ("supports", models.JSONField(editable=False, null=True)),
                        ("applies_until", models.DateTimeField(editable=False, null=True)),
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
                    name="Mention",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
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
                        (
                            "article",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="mentions",
                                to="blog.article",
                            ),
                        ),
                        ("kind", models.CharField(max_length=32)),
                        ("key", models.CharField(max_length=32)),
                        ("start", models.PositiveIntegerField()),
                        ("end", models.PositiveIntegerField()),
                        ("name", models.CharField(max_length=200)),
                        ("role", models.CharField(blank=True, max_length=300)),
                        ("words", models.TextField()),
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
                    name="Message",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "mailing",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="messages",
                                to="blog.mailing",
                            ),
                        ),
                        (
                            "follower",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="blog.follower",
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
                    ],
                    options={
                        "default_permissions": (),
                        "indexes": [
                            models.Index(fields=["state", "due_at"], name="message_due"),
                            models.Index(fields=["expires_at"], name="message_expiry"),
                        ],
                        "constraints": [
                            models.UniqueConstraint(fields=("mailing", "follower"), name="message_once")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="MirrorFailure",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("address", models.TextField(verbose_name="URL")),
                        ("address_digest", models.CharField(editable=False, max_length=64, unique=True)),
                        ("reason", models.TextField(verbose_name="reason")),
                        ("attempts", models.PositiveIntegerField(default=0, verbose_name="attempts")),
                        ("tried_at", models.DateTimeField(verbose_name="last attempt")),
                        ("try_again_at", models.DateTimeField(verbose_name="next attempt")),
                    ],
                    options={
                        "verbose_name": "image that could not be fetched",
                        "verbose_name_plural": "images that could not be fetched",
                        "default_permissions": (),
                    },
                ),
                migrations.CreateModel(
                    name="NavigationCategory",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("position", models.PositiveSmallIntegerField(blank=True, verbose_name="position")),
                        (
                            "site",
                            models.ForeignKey(
                                default=1,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="navigation_categories",
                                to="blog.siteidentity",
                            ),
                        ),
                        (
                            "category",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="navigation_category",
                                to="blog.category",
                                verbose_name="category",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "category in the masthead",
                        "verbose_name_plural": "categories in the masthead (by default, the most used ones)",
                        "ordering": ["position", "pk"],
                    },
                ),
                migrations.CreateModel(
                    name="Note",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
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
                            "answers",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="replies",
                                to="blog.note",
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
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                    ],
                    options={
                        "default_permissions": (),
                        "constraints": [models.UniqueConstraint(fields=("kind", "key"), name="notice_once")],
                    },
                ),
                migrations.CreateModel(
                    name="OpenedList",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "user",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("query", models.TextField()),
                        ("keys", models.JSONField()),
                        ("opened_at", models.DateTimeField(default=django.utils.timezone.now)),
                    ],
                    options={
                        "default_permissions": (),
                    },
                ),
                migrations.CreateModel(
                    name="PageImage",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "page",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="body_image_links",
                                to="blog.page",
                            ),
                        ),
                        (
                            "image",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="page_image_links",
                                to="blog.image",
                            ),
                        ),
                        ("source", models.CharField(max_length=2000)),
                    ],
                    options={
                        "default_permissions": (),
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("page", "source"), name="page_image_once_a_source"
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
                        ("by_name", models.CharField(blank=True, max_length=310, verbose_name="name")),
                        (
                            "person",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="decisions",
                                to="blog.person",
                                verbose_name="person",
                            ),
                        ),
                        (
                            "outcome",
                            models.CharField(
                                choices=[
                                    ("invented", "Invented"),
                                    ("real", "Real"),
                                    ("not_person", "Not a person"),
                                    ("open", "Reopened"),
                                ],
                                max_length=10,
                                verbose_name="outcome",
                            ),
                        ),
                        ("note", models.TextField(blank=True, verbose_name="note")),
                        ("supports", models.JSONField(editable=False, null=True)),
                        ("applies_until", models.DateTimeField(editable=False, null=True)),
                    ],
                    options={
                        "verbose_name": "decision on a person",
                        "verbose_name_plural": "decisions on people",
                        "ordering": ["pk"],
                        "default_permissions": (),
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("outcome__in", ["invented", "real", "not_person", "open"])
                                ),
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
                    name="Preferences",
                    fields=[
                        (
                            "user",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.CASCADE,
                                primary_key=True,
                                related_name="preferences",
                                serialize=False,
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "letter_keys",
                            models.BooleanField(
                                default=True,
                                help_text="Shortcuts such as / and G A work whenever you are not typing.",
                                verbose_name="single-letter shortcuts",
                            ),
                        ),
                        (
                            "muted_notices",
                            models.CharField(blank=True, default="", editable=False, max_length=200),
                        ),
                    ],
                    options={
                        "verbose_name": "preferences",
                        "verbose_name_plural": "preferences",
                        "default_permissions": (),
                    },
                ),
                migrations.CreateModel(
                    name="Presence",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "article",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="presences",
                                to="blog.article",
                            ),
                        ),
                        (
                            "user",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("since", models.DateTimeField()),
                        ("until", models.DateTimeField()),
                    ],
                    options={
                        "default_permissions": (),
                        "constraints": [
                            models.UniqueConstraint(fields=("article", "user"), name="presence_once_a_user")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Redirect",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "path",
                            models.CharField(
                                help_text="For example /old/page/.",
                                max_length=2000,
                                unique=True,
                                verbose_name="old path",
                            ),
                        ),
                        (
                            "article",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="redirects",
                                to="blog.article",
                                verbose_name="article",
                            ),
                        ),
                        (
                            "category",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="redirects",
                                to="blog.category",
                                verbose_name="category",
                            ),
                        ),
                        (
                            "author",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="redirects",
                                to="blog.author",
                                verbose_name="author",
                            ),
                        ),
                        (
                            "series",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="redirects",
                                to="blog.series",
                                verbose_name="series",
                            ),
                        ),
                        (
                            "page",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="redirects",
                                to="blog.page",
                                verbose_name="page",
                            ),
                        ),
                        (
                            "address",
                            models.CharField(
                                blank=True,
                                help_text=(
                                    "A list, feed or file of this site, such as /archive/, or a page of "
                                    "another site."
                                ),
                                max_length=2000,
                                verbose_name="other URL",
                            ),
                        ),
                        (
                            "is_gone",
                            models.BooleanField(
                                default=False,
                                help_text=(
                                    "Responds with 410 Gone: readers and search engines learn that the "
                                    "page was permanently removed."
                                ),
                                verbose_name="gone (410)",
                            ),
                        ),
                        ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created at")),
                        (
                            "created_by_import",
                            models.ForeignKey(
                                editable=False,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to="blog.importrun",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "redirect",
                        "verbose_name_plural": "redirects",
                        "ordering": ["path"],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("address", ""),
                                        ("article__isnull", True),
                                        ("author__isnull", True),
                                        ("category__isnull", True),
                                        ("is_gone", True),
                                        ("page__isnull", True),
                                        ("series__isnull", True),
                                    ),
                                    models.Q(
                                        ("article__isnull", True),
                                        ("author__isnull", True),
                                        ("category__isnull", True),
                                        ("is_gone", False),
                                        ("page__isnull", True),
                                        ("series__isnull", True),
                                        models.Q(("address", ""), _negated=True),
                                    ),
                                    models.Q(
                                        ("address", ""),
                                        ("article__isnull", False),
                                        ("author__isnull", True),
                                        ("category__isnull", True),
                                        ("is_gone", False),
                                        ("page__isnull", True),
                                        ("series__isnull", True),
                                    ),
                                    models.Q(
                                        ("address", ""),
                                        ("article__isnull", True),
                                        ("author__isnull", True),
                                        ("category__isnull", False),
                                        ("is_gone", False),
                                        ("page__isnull", True),
                                        ("series__isnull", True),
                                    ),
                                    models.Q(
                                        ("address", ""),
                                        ("article__isnull", True),
                                        ("author__isnull", False),
                                        ("category__isnull", True),
                                        ("is_gone", False),
                                        ("page__isnull", True),
                                        ("series__isnull", True),
                                    ),
                                    models.Q(
                                        ("address", ""),
                                        ("article__isnull", True),
                                        ("author__isnull", True),
                                        ("category__isnull", True),
                                        ("is_gone", False),
                                        ("page__isnull", True),
                                        ("series__isnull", False),
                                    ),
                                    models.Q(
                                        ("address", ""),
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
                                violation_error_message="Choose where it redirects to, or mark it as gone.",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Reference",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "article",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="references",
                                to="blog.article",
                            ),
                        ),
                        (
                            "kind",
                            models.CharField(choices=[("picture", "image"), ("link", "link")], max_length=10),
                        ),
                        ("target", models.CharField(max_length=32)),
                        ("words", models.CharField(max_length=300)),
                        ("key", models.CharField(max_length=32)),
                        ("start", models.IntegerField(null=True)),
                        ("end", models.IntegerField(null=True)),
                    ],
                    options={
                        "verbose_name": "reference",
                        "verbose_name_plural": "references",
                        "ordering": ["article", "pk"],
                        "default_permissions": (),
                        "indexes": [models.Index(fields=["target", "words"], name="reference_target")],
                    },
                ),
                migrations.CreateModel(
                    name="ReplacedFile",
                    fields=[
                        (
                            "entry",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.CASCADE,
                                primary_key=True,
                                related_name="replaced",
                                serialize=False,
                                to="blog.importentry",
                            ),
                        ),
                        ("original", models.BinaryField()),
                        ("columns", models.JSONField(default=dict)),
                        (
                            "version",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to="blog.version",
                            ),
                        ),
                        ("article_version", models.PositiveIntegerField()),
                        ("redirects_made", models.JSONField(default=list)),
                    ],
                    options={
                        "default_permissions": (),
                    },
                ),
                migrations.CreateModel(
                    name="RequestCount",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("digest", models.CharField(max_length=64, unique=True)),
                        ("number", models.PositiveIntegerField()),
                        ("since", models.DateTimeField()),
                    ],
                    options={
                        "default_permissions": (),
                    },
                ),
                migrations.CreateModel(
                    name="ReviewRequirement",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("is_on", models.BooleanField()),
                        ("since", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                    ],
                    options={
                        "default_permissions": (),
                    },
                ),
                migrations.CreateModel(
                    name="SimilarArticle",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "article",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="similar_rows",
                                to="blog.article",
                            ),
                        ),
                        (
                            "other",
                            models.ForeignKey(
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="blog.article",
                            ),
                        ),
                        ("weight", models.PositiveIntegerField()),
                        ("words", models.TextField(default="")),
                    ],
                    options={
                        "default_permissions": (),
                        "indexes": [models.Index(fields=["other", "-weight"], name="similar_other")],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("article", "other"), name="similar_article_unique"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="SourceFile",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "article",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="source_file",
                                to="blog.article",
                            ),
                        ),
                        (
                            "batch",
                            models.ForeignKey(
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="source_files",
                                to="blog.importrun",
                            ),
                        ),
                        ("source_name", models.CharField(max_length=255, verbose_name="source")),
                        ("path", models.CharField(max_length=4096, verbose_name="path")),
                        (
                            "stem",
                            blog.imports.models.StemField(db_index=True, editable=False, max_length=255),
                        ),
                        ("root", models.CharField(max_length=4096, verbose_name="folder")),
                        ("digest", models.CharField(db_index=True, max_length=64)),
                        ("original", blog.base.compressed.CompressedBinaryField()),
                        ("imported_fields", models.JSONField(default=dict)),
                        ("written_by", models.CharField(default="file", max_length=208)),
                        ("extra", models.JSONField(default=dict, verbose_name="other keys")),
                    ],
                    options={
                        "verbose_name": "source file",
                        "verbose_name_plural": "source files",
                        "indexes": [models.Index(fields=["batch", "article"], name="source_file_of_batch")],
                        "constraints": [
                            models.UniqueConstraint(fields=("source_name", "path"), name="source_file_key")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="StagedImport",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("uid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                        (
                            "created_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "created_at",
                            models.DateTimeField(
                                db_index=True, default=django.utils.timezone.now, verbose_name="started"
                            ),
                        ),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("receiving", "Uploading"),
                                    ("received", "Uploaded"),
                                    ("checking", "Dry run in progress"),
                                    ("checked", "Dry run finished"),
                                    ("importing", "Importing"),
                                    ("imported", "Imported"),
                                    ("failed", "Failed"),
                                    ("stopped", "Stopped"),
                                    ("discarded", "Discarded"),
                                    ("expired", "Expired"),
                                ],
                                default="receiving",
                                max_length=10,
                                verbose_name="state",
                            ),
                        ),
                        ("name", models.CharField(max_length=255, verbose_name="name")),
                        ("size", models.PositiveBigIntegerField(verbose_name="size")),
                        ("manifest", models.JSONField(default=list)),
                        ("source_name", models.CharField(max_length=255, verbose_name="source")),
                        ("is_source_given", models.BooleanField(default=False)),
                        ("same_files", models.JSONField(default=dict)),
                        (
                            "written_by",
                            models.CharField(default="file", max_length=300, verbose_name="written by"),
                        ),
                        ("status", models.CharField(default="new", max_length=10)),
                        ("on_conflict", models.CharField(blank=True, max_length=5)),
                        ("categories_from", models.CharField(default="auto", max_length=10)),
                        ("addresses", models.CharField(blank=True, max_length=500)),
                        ("found_addresses", models.JSONField(default=dict)),
                        ("found_categories", models.JSONField(default=dict)),
                        ("mirror_images", models.BooleanField(default=False)),
                        (
                            "check_job",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to="blog.job",
                            ),
                        ),
                        (
                            "import_job",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to="blog.job",
                            ),
                        ),
                        ("checked_digest", models.CharField(blank=True, max_length=64)),
                        (
                            "batch",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="staged_imports",
                                to="blog.importrun",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "staged import",
                        "verbose_name_plural": "staged imports",
                        "ordering": ["-pk"],
                        "permissions": [("add_stagedimport", "Can import files in the browser")],
                        "default_permissions": (),
                    },
                ),
                migrations.CreateModel(
                    name="StagedFile",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "staged_import",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="files",
                                to="blog.stagedimport",
                            ),
                        ),
                        ("position", models.PositiveIntegerField()),
                        ("path", models.CharField(max_length=4096, verbose_name="file")),
                        ("outcome", models.CharField(max_length=10, verbose_name="outcome")),
                        ("title", models.TextField(blank=True, verbose_name="title")),
                        ("slug", models.CharField(blank=True, max_length=255)),
                        ("reason", models.TextField(blank=True, verbose_name="reason")),
                        ("warnings", models.JSONField(default=list, verbose_name="warnings")),
                        ("notices", models.JSONField(default=list)),
                        (
                            "article",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to="blog.article",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "staged file",
                        "verbose_name_plural": "staged files",
                        "ordering": ["position"],
                        "default_permissions": (),
                        "indexes": [
                            models.Index(
                                fields=["staged_import", "outcome", "position"], name="staged_file_outcome"
                            )
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("staged_import", "position"), name="staged_file_position"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Submission",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "article",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="submissions",
                                to="blog.article",
                            ),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("submitted", "Submitted"),
                                    ("returned", "Returned"),
                                    ("published", "Published"),
                                ],
                                max_length=10,
                                verbose_name="kind",
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
                        ("at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="when")),
                        ("note", models.TextField(blank=True, max_length=5000, verbose_name="note")),
                        (
                            "answers",
                            models.OneToOneField(
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="answer",
                                to="blog.submission",
                            ),
                        ),
                        (
                            "entry",
                            models.OneToOneField(
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="submission",
                                to="admin.logentry",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "submission",
                        "verbose_name_plural": "submissions",
                        "ordering": ["pk"],
                        "default_permissions": (),
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("kind__in", ["submitted", "returned", "published"])),
                                name="submission_kind_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("answers__isnull", True), ("kind", "submitted")),
                                    models.Q(
                                        models.Q(("kind", "submitted"), _negated=True),
                                        ("answers__isnull", False),
                                    ),
                                    _connector="OR",
                                ),
                                name="submission_or_answer",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Tag",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("name", models.CharField(max_length=200)),
                        ("slug", models.SlugField(allow_unicode=True, max_length=255, unique=True)),
                        ("folded_name", models.CharField(editable=False, max_length=200, unique=True)),
                    ],
                    options={
                        "default_permissions": (),
                    },
                ),
                migrations.CreateModel(
                    name="UndoableAction",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "user",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="desk_actions",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("done_at", models.DateTimeField(default=django.utils.timezone.now)),
                        ("undone_at", models.DateTimeField(null=True)),
                        ("sentence", models.TextField()),
                        ("articles", models.JSONField(default=dict)),
                        ("redirects", models.JSONField(default=list)),
                        ("previous_content", models.JSONField(default=dict)),
                        ("appended_rows", models.JSONField(default=list)),
                        ("scope", models.CharField(blank=True, max_length=500)),
                        ("finding", models.CharField(blank=True, max_length=32)),
                        ("fix", models.CharField(blank=True, max_length=32)),
                        (
                            "job",
                            models.OneToOneField(
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="desk_action",
                                to="blog.job",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [
                            models.Index(fields=["user", "-id"], name="desk_action_last"),
                            models.Index(
                                condition=models.Q(("fix", ""), _negated=True),
                                fields=["scope", "-id"],
                                name="desk_action_mending",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Worker",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("name", models.CharField(max_length=200, unique=True)),
                        ("started_at", models.DateTimeField(default=django.utils.timezone.now)),
                        ("seen_at", models.DateTimeField(default=django.utils.timezone.now)),
                    ],
                    options={
                        "default_permissions": (),
                    },
                ),
            ]
        ),
        migrations.RunPython(create_groups, remove_groups),
        migrations.RunPython(create_search_index, drop_search_index),
    ]
