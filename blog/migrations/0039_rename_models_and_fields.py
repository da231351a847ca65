from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("blog", "0038_kinds_of_notices")]

    operations = [
        migrations.RenameModel(old_name="DeskAction", new_name="UndoableAction"),
        migrations.RenameModel(old_name="ImportBatch", new_name="ImportRun"),
        migrations.RenameModel(old_name="Proof", new_name="ArticleCheck"),
        migrations.RenameModel(old_name="Review", new_name="Approval"),
        migrations.RenameModel(old_name="Settlement", new_name="MarkResolution"),
        migrations.AlterModelOptions(
            name="importrun",
            options={
                "default_permissions": (),
                "ordering": ["-pk"],
                "permissions": [
                    ("add_importbatch", "Can add import batch"),
                    ("change_importbatch", "Can change import batch"),
                    ("delete_importbatch", "Can delete import batch"),
                    ("view_importbatch", "Can view import batch"),
                    ("undo_importbatch", "Can undo imports"),
                ],
                "verbose_name": "import batch",
                "verbose_name_plural": "import batches",
            },
        ),
        migrations.RemoveIndex(model_name="article", name="article_featured"),
        migrations.RemoveIndex(model_name="article", name="article_trending"),
        migrations.RenameField(
            model_name="article", old_name="featured_is_hint", new_name="featured_is_suggested"
        ),
        migrations.RenameField(
            model_name="article", old_name="trending_is_hint", new_name="trending_is_suggested"
        ),
        migrations.RenameField(model_name="article", old_name="says_quote", new_name="quote_is_verbatim"),
        migrations.RenameField(model_name="article", old_name="version", new_name="lock_version"),
        migrations.RenameField(
            model_name="articlecheck", old_name="grave_findings", new_name="serious_findings"
        ),
        migrations.RenameField(
            model_name="articlecheck", old_name="slight_findings", new_name="minor_findings"
        ),
        migrations.RenameField(model_name="author", old_name="brought_by", new_name="created_by_import"),
        migrations.RenameField(model_name="category", old_name="brought_by", new_name="created_by_import"),
        migrations.RenameField(model_name="image", old_name="brought_by", new_name="created_by_import"),
        migrations.RenameField(model_name="series", old_name="brought_by", new_name="created_by_import"),
        migrations.RenameField(model_name="correction", old_name="takes_back", new_name="retracts"),
        migrations.RenameField(model_name="finding", old_name="is_grave", new_name="is_serious"),
        migrations.RenameField(model_name="heldupdate", old_name="root", new_name="source_root"),
        migrations.RenameField(model_name="importentry", old_name="kept_because", new_name="kept_reason"),
        migrations.RenameField(model_name="page", old_name="version", new_name="lock_version"),
        migrations.RenameField(model_name="stagedimport", old_name="mirrors", new_name="mirror_images"),
        migrations.RenameField(model_name="undoableaction", old_name="added", new_name="appended_rows"),
        migrations.RenameField(
            model_name="undoableaction", old_name="rewritten", new_name="previous_content"
        ),
        migrations.RenameField(model_name="version", old_name="what", new_name="action"),
        migrations.AddIndex(
            model_name="article",
            index=models.Index(
                condition=models.Q(("is_featured", True), ("status", "published")),
                fields=["featured_is_suggested", "-published_at", "-id"],
                name="article_featured",
            ),
        ),
        migrations.AddIndex(
            model_name="article",
            index=models.Index(
                condition=models.Q(("is_trending", True), ("status", "published")),
                fields=["trending_is_suggested", "-published_at", "-id"],
                name="article_trending",
            ),
        ),
    ]
