from django.db import migrations

import blog.imports.models
from blog.documents.references import stem_of

ROWS_AT_ONCE = 500


def fill_stems(apps, schema_editor):
    files = apps.get_model("blog", "SourceFile").objects.using(schema_editor.connection.alias)
    last = 0
    while rows := list(files.filter(pk__gt=last).order_by("pk").only("path", "stem")[:ROWS_AT_ONCE]):
        for row in rows:
            row.stem = stem_of(row.path)
        files.bulk_update(rows, ["stem"])
        last = rows[-1].pk


class Migration(migrations.Migration):
    dependencies = [
        ("blog", "0060_translators_of_articles"),
    ]

    operations = [
        migrations.AddField(
            model_name="sourcefile",
            name="stem",
            field=blog.imports.models.StemField(db_index=True, default="", editable=False, max_length=255),
            preserve_default=False,
        ),
        migrations.RunPython(fill_stems, migrations.RunPython.noop, elidable=True),
    ]
