"""Restore a backup into an empty site, or try that in a temporary folder."""

import io
import os
import subprocess
import sys
import tempfile
from contextlib import closing
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from blog.extensions.backups.archive import BackupArchive, BackupError
from blog.extensions.backups.manifest import applied_migrations, check_archive
from blog.extensions.backups.restore import (
    check_compatible,
    is_older,
    restore,
    restore_older,
    setting_differences,
)
from blog.site.update_steps import missing_steps

# Variables that lead to the data of the running site.
OF_THIS_SITE = ("DATABASE_URL", "CACHE_URL", "GALLEY_PAGES_DIR", "GALLEY_STORAGE_URL", "SECRET_KEY")


def prepare():
    if missing_steps():
        call_command("prepare", stdout=io.StringIO())  # its hint on accounts does not apply


class Command(BaseCommand):
    help = (
        "Restore a backup into an empty site, on SQLite or PostgreSQL. The backup is checked before, and all "
        "rows are compared after. If anything fails, nothing is left."
    )
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument("path", help="The file of a backup.")
        parser.add_argument(
            "--drill",
            action="store_true",
            help="Restore into a temporary folder with SQLite, check the result, then remove the folder.",
        )

    def handle(self, *, path, drill, verbosity, **options):
        if drill:
            self.drill(Path(path).resolve())
            return
        report = self.stdout.write if verbosity else lambda line: None
        try:
            with closing(BackupArchive(Path(path))) as archive:
                report("The file is complete: its digest matches.")
                check_archive(archive)
                check_compatible(archive.manifest)
                if not applied_migrations() and is_older(archive.manifest):
                    restore_older(archive, prepare, report)
                else:
                    prepare()
                    restore(archive, report)
                for line in setting_differences(archive.manifest):
                    report(line)
                if missing := archive.manifest["missing_files"]:
                    report(f"{len(missing)} files were missing already, such as {missing[0]}.")
        except BackupError as error:
            raise CommandError(str(error)) from error
        report("Restored.")

    def drill(self, path):
        with tempfile.TemporaryDirectory(prefix="galley-drill-") as folder:
            environment = {name: value for name, value in os.environ.items() if name not in OF_THIS_SITE}
            environment["GALLEY_DATA"] = folder
            command = [sys.executable, str(settings.BASE_DIR / "manage.py"), "restore", str(path)]
            status = subprocess.run(command, env=environment, stdout=sys.stdout, check=False).returncode  # noqa: S603 -- ourselves
        if status:
            raise CommandError("The drill failed: this backup could not be restored. See the message above.")
        self.stdout.write("The drill succeeded. Its folder was removed.")
