from django.db import migrations, models


class Migration(migrations.Migration):
    """Jobs no longer have a task in the queue of django-tasks-db.

    The column and the table of tasks stay in the database: processes of the earlier release, which run until
    the reload, use them, and so does that release after a way back.
    """

    dependencies = [("blog", "0002_appeared_at")]

    operations = [
        migrations.AlterField("job", "task", models.CharField(blank=True, db_default="", max_length=64)),
        migrations.SeparateDatabaseAndState(state_operations=[migrations.RemoveField("job", "task")]),
    ]
