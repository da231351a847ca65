"""The way back from an update, by what its migrations do."""

import pytest
from django.db import connection, migrations, models
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from blog.site.migration_plan import Plan, planned, unavailable, way_back

ADDITION = migrations.AddField("article", "mood", models.TextField(default=""))
REMOVAL = migrations.RemoveField("article", "title")
ONE_WAY = migrations.RunPython(lambda apps, editor: None)
REVERSING = ["bin/galley migrate blog 0001_initial"]


def lines(*operations):
    migration = migrations.Migration("0002_next", "blog")
    migration.operations = operations
    return "\n".join(way_back([planned(migration)], REVERSING))


def test_additions_are_reversed():
    assert REVERSING[0] in lines(ADDITION)
    assert "Only the values of article.mood would be lost" in lines(ADDITION)


@pytest.mark.parametrize(
    ("operation", "reason"), [(REMOVAL, "deletes article.title"), (ONE_WAY, "cannot be reversed")]
)
def test_others_need_the_backup_and_say_what_is_lost(operation, reason):
    assert "restore the backup" in lines(ADDITION, operation)
    assert f"blog.0002_next {reason}" in lines(ADDITION, operation)
    assert REVERSING[0] not in lines(ADDITION, operation)


@pytest.mark.django_db
def test_migrated_site_has_nothing_to_apply():
    assert Plan().lines() == ["No migrations to apply. The earlier release can use this database."]


@pytest.mark.django_db
def test_way_back_leads_to_a_migration_on_disk():
    """The database also has the names of migrations that were replaced and deleted."""
    recorder = MigrationRecorder(connection)
    recorder.record_unapplied("contenttypes", "0002_remove_content_type_name")
    recorder.record_applied("contenttypes", "0003_replaced")

    assert Plan().reversing == ["bin/galley migrate contenttypes 0001_initial"]


def test_deleted_migrations_are_unavailable_if_others_of_them_are_applied():
    replaced = {("blog", "0083_notices"), ("blog", "0084_index_keys_of_queue_and_labels")}
    [first, last] = sorted(replaced)
    rest = set(MigrationLoader(None).disk_migrations["blog", "0001_initial"].replaces) - replaced

    assert unavailable(rest | {first}) == [".".join(last)]
    assert unavailable(rest | replaced) == unavailable(rest | {("blog", "0001_initial")}) == []
    assert unavailable(set()) == []
