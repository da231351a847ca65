"""Preview links, the permission to publish, and the groups Writer and Editor."""

import itertools
import uuid

from django.db import migrations, models

WRITER = {
    "article": ("add", "change", "view"),
    "category": ("add", "view"),
    "author": ("add", "view"),
    "image": ("add", "change", "view"),
}
EDITOR = {
    "article": ("add", "change", "delete", "view", "publish"),
    **dict.fromkeys(["category", "author", "image", "redirect"], ("add", "change", "delete", "view")),
    **dict.fromkeys(["importbatch", "importentry"], ("view",)),
}
GROUPS = {"Writer": WRITER, "Editor": EDITOR}


def give_keys(apps, schema_editor):
    """Give each article a key of its own: a default is asked once, so until now all have the same."""
    articles = apps.get_model("blog", "Article").objects.using(schema_editor.connection.alias)
    keys = list(articles.order_by("pk").values_list("pk", flat=True))
    for some in itertools.batched(keys, 500):
        changed = list(articles.filter(pk__in=some).only("pk"))
        for article in changed:
            article.preview_key = uuid.uuid4()
        articles.bulk_update(changed, ["preview_key"])


def make_groups(apps, schema_editor):
    """Make both groups; one that is there by this name keeps its members and what it may already."""
    groups = apps.get_model("auth", "Group").objects.using(schema_editor.connection.alias)
    for name, allowed in GROUPS.items():
        group, _ = groups.get_or_create(name=name)
        group.permissions.add(*permissions(apps, schema_editor, allowed))


def unmake_groups(apps, schema_editor):
    """Take away what was given here. A group that has members, or may do something else, stays."""
    groups = apps.get_model("auth", "Group").objects.using(schema_editor.connection.alias)
    for name, allowed in GROUPS.items():
        for group in groups.filter(name=name):
            group.permissions.remove(*permissions(apps, schema_editor, allowed))
            if not group.permissions.exists() and not group.user_set.exists():
                group.delete()


def permissions(apps, schema_editor, allowed):
    """Return the permissions, made here where Django has not: it does so after the last migration."""
    database = schema_editor.connection.alias
    kinds = apps.get_model("contenttypes", "ContentType").objects.using(database)
    rows = apps.get_model("auth", "Permission").objects.using(database)
    found = []
    for model, verbs in allowed.items():
        kind, _ = kinds.get_or_create(app_label="blog", model=model)
        for verb in verbs:
            name = f"Can {verb} {apps.get_model('blog', model)._meta.verbose_name}"
            if verb == "publish":
                name = "Can publish and unpublish articles"
            row, _ = rows.get_or_create(
                content_type=kind, codename=f"{verb}_{model}", defaults={"name": name}
            )
            found.append(row)
    return found


class Migration(migrations.Migration):
    dependencies = [
        ("blog", "0001_articles_categories_images_and_imports"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="article",
            options={
                "ordering": ["-pk"],
                "permissions": [("publish_article", "Can publish and unpublish articles")],
                "verbose_name": "article",
                "verbose_name_plural": "articles",
            },
        ),
        migrations.AddField(
            model_name="article",
            name="preview_key",
            field=models.UUIDField(default=uuid.uuid4, editable=False),
        ),
        migrations.RunPython(give_keys, migrations.RunPython.noop),
        migrations.RunPython(make_groups, unmake_groups),
    ]
