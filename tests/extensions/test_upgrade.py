"""A site of the time before extensions keeps its followers and notices, with permissions and log."""

import json
import subprocess
import zipfile
from contextlib import closing
from pathlib import Path

import pytest

from tests.support.databases import TemporarySite, new_database

BACKUP = Path(__file__).with_name("before_extensions.zip")
# Mail that waits and notices are in no backup.
RESTORE_AND_MIGRATE = '''
from contextlib import closing
from pathlib import Path

from django.core.management import call_command
from django.db import connection

from blog import extend
from blog.extensions.backups.archive import BackupArchive
from blog.extensions.backups.restore import restore_older

WAITING = """
    INSERT INTO blog_message (mailing_id, follower_id, "to", sender_name, subject, text, html, headers,
        state, attempts, created_at, due_at, expires_at)
    SELECT 2, id, address, '', 'Ebb', 'It fell.', '', '{{}}',
        'waiting', 0, confirmed_at, confirmed_at, confirmed_at
    FROM blog_follower ORDER BY id
"""
NOTICE = """
    INSERT INTO blog_notice (kind, key, created_at, by_id) SELECT 'held', 7, date_joined, id FROM auth_user
"""

def migrate():
    with connection.cursor() as cursor:
        cursor.execute(WAITING)
        cursor.execute(NOTICE)
    call_command("migrate", verbosity=0)

for react in extend.after_restore:  # such as that which ends mailings
    extend.after_restore.remove(react)
with closing(BackupArchive(Path({backup!r}))) as archive:
    restore_older(archive, migrate, print)
'''
LOOK = """
import json
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import User
from blog.extensions.backups.rows import encode, read_rows, stored_fields
from blog.extensions.followers.models import Follower, Mailing, MailingArticle, MailingLetter
from blog.extensions.notices.models import Notice

ada = User.objects.get(username="ada")
print(json.dumps({
    "rows": {
        f"blog.{model.__name__}": [encode(row).decode() for row in read_rows(model, stored_fields(model))]
        for model in (Follower, Mailing, MailingArticle)
    },
    "letters": list(MailingLetter.objects.order_by("pk").values_list("to", "mailing_id", "follower_id")),
    "notices": list(Notice.objects.values_list("kind", "key", "by__username")),
    "permissions": sorted(name for name in ada.get_all_permissions() if name.endswith("_follower")),
    "log": [[entry.get_admin_url(), entry.change_message] for entry in LogEntry.objects.all()],
}))
"""

pytestmark = [pytest.mark.both_databases, pytest.mark.usefixtures("own_databases", "django_db_setup")]


@pytest.fixture
def site(tmp_path):
    """A site with a database without tables."""
    with new_database(tmp_path) as (url, database), closing(TemporarySite(tmp_path, url, database)) as site:
        yield site


@pytest.fixture
def stored():
    """The lines of the backup that become rows of the extension."""
    labels = ("blog.Follower", "blog.Mailing", "blog.MailingArticle")
    with zipfile.ZipFile(BACKUP) as archive:
        return {label: list(map(bytes.decode, archive.open(f"rows/{label}.jsonl"))) for label in labels}


def look(site) -> dict:
    process = site.start_script(LOOK, stdout=subprocess.PIPE, text=True)
    return json.loads(process.communicate(60)[0])


def test_a_site_is_upgraded_with_its_rows_permissions_and_log(site, stored):
    assert site.start_script(RESTORE_AND_MIGRATE.format(backup=str(BACKUP))).wait(120) == 0

    assert look(site) == {
        "rows": stored,
        "letters": [["nora@arle.example", 2, 1], ["ole@arle.example", 2, 2]],
        "notices": [["held", 7, "ada"]],
        "permissions": ["followers.delete_follower", "followers.view_follower"],
        "log": [["/admin/followers/follower/1/change/", "Letters once a week."]],
    }


def test_a_backup_is_restored(site, stored):
    assert site.fork("restore", BACKUP).wait(120) == 0

    assert look(site)["rows"]["blog.Follower"] == stored["blog.Follower"]
