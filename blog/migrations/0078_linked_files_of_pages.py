import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("blog", "0077_rows_withdrawn_by_undo"),
    ]

    operations = [
        migrations.AlterField(
            model_name="linkedfile",
            name="article",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="linked_files",
                to="blog.article",
            ),
        ),
        migrations.AddField(
            model_name="linkedfile",
            name="page",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="linked_files",
                to="blog.page",
            ),
        ),
        migrations.AddConstraint(
            model_name="linkedfile",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("article__isnull", True), ("page__isnull", False)),
                    models.Q(("article__isnull", False), ("page__isnull", True)),
                    _connector="OR",
                ),
                name="linked_file_of_one_text",
            ),
        ),
    ]
