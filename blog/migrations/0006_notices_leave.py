import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """Notices become an extension, whose model takes over this table with its rows.

    No constraint refers to users any more, so that these can be deleted while the extension is off.
    """

    dependencies = [
        ("blog", "0005_followers_leave"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterField(
            "notice",
            "by",
            models.ForeignKey(
                settings.AUTH_USER_MODEL,
                django.db.models.deletion.SET_NULL,
                null=True,
                related_name="+",
                db_constraint=False,
            ),
        ),
        migrations.RunSQL(
            migrations.RunSQL.noop,
            "UPDATE blog_notice SET by_id = NULL WHERE by_id NOT IN (SELECT id FROM auth_user)",
        ),
        migrations.SeparateDatabaseAndState(state_operations=[migrations.DeleteModel("Notice")]),
    ]
