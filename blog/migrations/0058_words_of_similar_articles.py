from django.db import migrations, models


def forget(apps, schema_editor):
    """Remove the rows, which have no words: the worker computes them again."""
    apps.get_model("blog", "SimilarArticle").objects.all().delete()


class Migration(migrations.Migration):
    dependencies = [("blog", "0057_reword_published_page")]

    operations = [
        migrations.AddField("similararticle", "words", models.TextField(default="")),
        migrations.RunPython(forget, migrations.RunPython.noop, elidable=True),
    ]
