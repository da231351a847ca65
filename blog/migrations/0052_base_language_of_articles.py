from django.db import migrations, models

from blog.articles.languages import base_language


def set_base_languages(apps, schema_editor):
    articles = apps.get_model("blog", "Article").objects
    for language in articles.exclude(language="").order_by().values_list("language", flat=True).distinct():
        articles.filter(language=language).update(base_language=base_language(language))


class Migration(migrations.Migration):
    dependencies = [("blog", "0051_restore_undone_imports")]

    operations = [
        migrations.AddField(
            model_name="article",
            name="base_language",
            field=models.CharField(blank=True, default="", editable=False, max_length=8),
            preserve_default=False,
        ),
        migrations.RunPython(set_base_languages, migrations.RunPython.noop, elidable=True),
    ]
