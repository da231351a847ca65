from django.db import migrations, models

KINDS = {"mend": "bulk_fix", "take_out_person": "remove_person"}


def rename_kinds(apps, schema_editor, names=KINDS):
    jobs = apps.get_model("blog", "Job").objects
    for name, new_name in names.items():
        jobs.filter(kind=name).update(kind=new_name)
        jobs.filter(group=name).update(group=new_name)


def restore_kinds(apps, schema_editor):
    rename_kinds(apps, schema_editor, {new_name: name for name, new_name in KINDS.items()})


class Migration(migrations.Migration):
    """Jobs no longer have a task in the queue of django-tasks-db, and two kinds have other names.

    The column and the table of tasks stay in the database: processes of the earlier release, which run until
    the reload, use them, and so does that release after a way back.
    """

    dependencies = [("blog", "0002_appeared_at")]

    operations = [
        migrations.AlterField("job", "task", models.CharField(blank=True, db_default="", max_length=64)),
        migrations.SeparateDatabaseAndState(state_operations=[migrations.RemoveField("job", "task")]),
        migrations.RunPython(rename_kinds, restore_kinds),
    ]
