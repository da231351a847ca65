from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("blog", "0076_mail"),
    ]

    operations = [
        migrations.AddField(
            model_name="importrun",
            name="withdrawn_redirects",
            field=models.JSONField(default=list, editable=False),
        ),
        migrations.AddField(
            model_name="linkedfile",
            name="is_in_use",
            field=models.BooleanField(default=True),
        ),
    ]
