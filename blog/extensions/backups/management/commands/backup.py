"""Write a backup of the running site."""

import sys
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError
from django.template.defaultfilters import filesizeformat

from blog.extensions.backups.archive import BackupError
from blog.extensions.backups.backup import new_name, remove_older, write_backup, write_file


class Command(BaseCommand):
    help = (
        "Write all rows and images of the site, as they are at this moment, to one zip file. The site can be "
        "used meanwhile. The file contains what is not published, and password hashes: keep it private."
    )

    def add_arguments(self, parser):
        parser.add_argument("path", help="A new file, a folder for a file named by date, or - for a pipe.")
        parser.add_argument(
            "--with-secret",
            action="store_true",
            help="Include the secret key, so that sessions and preview links stay valid after a restore.",
        )
        parser.add_argument(
            "--keep", type=int, metavar="N", help="In a folder, keep only the N newest backups."
        )

    def handle(self, *, path, with_secret, keep, verbosity, **options):
        if keep is not None and (keep < 1 or not Path(path).is_dir()):
            raise CommandError("--keep needs a number of at least 1, and a folder to write to.")
        if path == "-" and sys.stdout.isatty():
            raise CommandError("This would write to the terminal: use a pipe, or name a file.")
        target = Path(path) / new_name() if Path(path).is_dir() else Path(path)
        try:
            if path == "-":
                manifest = write_backup(sys.stdout.buffer, with_secret=with_secret)
            else:
                manifest = write_file(target, with_secret=with_secret)
        except (BackupError, OSError, DatabaseError) as error:
            raise CommandError(f"The backup is not complete: {error}") from error
        if verbosity:
            self.report(manifest, "" if path == "-" else target)
        if keep:
            for old in remove_older(target.parent, keep):
                self.stderr.write(f"Removed the older backup {old.name}.")

    def report(self, manifest, target):
        count = sum(table["count"] for table in manifest["rows"].values())
        self.stderr.write(f"{count} rows and {len(manifest['files'])} files.")
        if target:
            self.stderr.write(f"{target}: {filesizeformat(target.stat().st_size)}".replace("\xa0", " "))
        if missing := manifest["missing_files"]:
            self.stderr.write(f"{len(missing)} files are missing, such as {missing[0]}.")
