from django.db import migrations, models

WAYS = [("browser", "Browser"), ("token", "Token"), ("git", "Git"), ("command", "Command line")]


def set_ways(apps, schema_editor):
    """Earlier imports with a user came by the browser, all others from the command line."""
    runs = apps.get_model("blog", "ImportRun").objects
    runs.exclude(started_by_name="").update(way="browser")


class Migration(migrations.Migration):
    dependencies = [("blog", "0007_description_print")]

    operations = [
        migrations.AddField(
            "importrun",
            "way",
            models.CharField("way", choices=WAYS, db_default="command", default="command", max_length=10),
        ),
        migrations.AddField(
            "stagedimport",
            "way",
            models.CharField(db_default="browser", default="browser", max_length=10),
        ),
        migrations.RunPython(set_ways, migrations.RunPython.noop),
    ]
