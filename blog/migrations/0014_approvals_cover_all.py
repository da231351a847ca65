from django.db import migrations, models


class Migration(migrations.Migration):
    """Approvals no longer name content that they do not cover.

    The column stays in the database: processes of the earlier release write it until the reload.
    """

    dependencies = [("blog", "0013_without_axes")]

    operations = [
        migrations.AlterField("approval", "uncovered", models.JSONField(default=list, db_default=[])),
        migrations.SeparateDatabaseAndState(
            state_operations=[migrations.RemoveField("approval", "uncovered")]
        ),
    ]
