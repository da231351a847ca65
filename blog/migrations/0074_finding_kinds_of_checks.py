"""The kinds of an article's open findings are stored with its check, so that lists read no findings."""

import itertools
from collections import defaultdict

from django.db import migrations, models

AT_ONCE = 500


def fill(apps, schema_editor):
    """Store the kinds, batch by batch."""
    checks = apps.get_model("blog", "ArticleCheck").objects
    findings = apps.get_model("blog", "Finding").objects.filter(is_settled=False).order_by()
    keys = checks.order_by("pk").values_list("pk", flat=True)
    for batch in itertools.batched(list(keys), AT_ONCE):
        kinds = defaultdict(set)
        for article, kind in findings.filter(article__in=batch).values_list("article", "kind").distinct():
            kinds[article].add(kind)
        having = defaultdict(list)
        for article, found in kinds.items():
            having[" ".join(sorted(found))].append(article)
        for found, articles in having.items():
            checks.filter(pk__in=articles).update(finding_kinds=found)


class Migration(migrations.Migration):
    dependencies = [
        ("blog", "0073_linked_files"),
    ]

    operations = [
        migrations.AddField(
            model_name="articlecheck",
            name="finding_kinds",
            field=models.TextField(blank=True, default=""),
            preserve_default=False,
        ),
        migrations.RunPython(fill, migrations.RunPython.noop, elidable=True),
    ]
