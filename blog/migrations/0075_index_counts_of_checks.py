from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("blog", "0074_finding_kinds_of_checks"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="articlecheck",
            index=models.Index(
                fields=["finding_kinds", "article", "open_blocking", "serious_findings", "minor_findings"],
                name="proof_counts",
            ),
        ),
    ]
