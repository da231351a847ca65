from django.db import migrations

TABLES = ("axes_accessattemptexpiration", "axes_accessattempt")


def forget_failures(apps, schema_editor):
    """Delete the names and addresses. The empty tables stay for processes that run until the reload."""
    existing = schema_editor.connection.introspection.table_names()
    for table in TABLES:
        if table in existing:
            schema_editor.execute(f"DELETE FROM {table}")  # noqa: S608 -- a constant


class Migration(migrations.Migration):
    """Failed log-ins are counted like wrong codes, without django-axes."""

    dependencies = [("blog", "0012_text_and_column_of_looks")]

    operations = [migrations.RunPython(forget_failures, migrations.RunPython.noop)]
