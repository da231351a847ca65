"""A killed restore leaves nothing half."""

import pytest

from tests.integration.test_killed import ARTICLES, IMAGE, Act, copies_of, kill_often
from tests.support.durations import IS_LONG


@pytest.mark.skipif(not IS_LONG, reason="in the long form only, as it compares all of a site")
@pytest.mark.both_databases(only_long=True)
def test_a_killed_restore_of_a_backup_leaves_an_empty_site_or_all_of_it(new_site, tmp_path):
    path, folders = str(tmp_path / "site.zip"), [tmp_path / name for name in ("saved", "new")]
    for folder in folders:
        folder.mkdir()
    with new_site(folders[0]) as saved:
        assert saved.start_script(ARTICLES + IMAGE).wait(300) == 0
        assert saved.fork("backup", path).wait(120) == 0

    with copies_of(new_site, folders[1]) as copy:
        act = Act(act=f'from django.core.management import call_command\ncall_command("restore", {path!r})')
        kill_often("restore of a backup", act, copy)
