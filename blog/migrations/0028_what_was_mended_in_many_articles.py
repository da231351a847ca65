import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("blog", "0027_indexes_of_flags_and_hints"),
    ]

    operations = [
        migrations.AddField(
            model_name="deskaction",
            name="scope",
            field=models.CharField(blank=True, max_length=500),
        ),
        migrations.AddField(
            model_name="deskaction",
            name="finding",
            field=models.CharField(blank=True, max_length=32),
        ),
        migrations.AddField(
            model_name="deskaction",
            name="fix",
            field=models.CharField(blank=True, max_length=32),
        ),
        migrations.AddField(
            model_name="deskaction",
            name="job",
            field=models.OneToOneField(
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="desk_action",
                to="blog.job",
            ),
        ),
        migrations.AddIndex(
            model_name="deskaction",
            index=models.Index(
                condition=models.Q(("fix", ""), _negated=True),
                fields=["scope", "-id"],
                name="desk_action_mending",
            ),
        ),
    ]
