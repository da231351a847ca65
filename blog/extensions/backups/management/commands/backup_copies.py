"""List the backups in the bucket, write one now, or fetch one."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError
from django.template.defaultfilters import filesizeformat

from blog.extensions.backups.archive import BackupError
from blog.extensions.backups.copies import copies, fetch, write_copy


class Command(BaseCommand):
    help = "List the backups in the bucket of GALLEY_BACKUP_URL, write one now, or fetch one."
    requires_system_checks = []  # to fetch one for a site that does not exist yet

    def add_arguments(self, parser):
        act = parser.add_mutually_exclusive_group()
        act.add_argument("--write", action="store_true", help="Write a backup now.")
        act.add_argument("--fetch", metavar="FILE", help="Store the newest backup as this new file.")
        parser.add_argument("--name", help="With --fetch: the backup of this name instead of the newest.")

    def handle(self, *, write, fetch: str | None, name, **options):
        if name and not fetch:
            raise CommandError("--name needs --fetch FILE.")
        try:
            if fetch:
                self.fetch(name, Path(fetch))
            else:
                for copy in [write_copy()] if write else copies():
                    self.stdout.write(in_words(copy))
        except (BackupError, OSError, DatabaseError) as error:
            raise CommandError(str(error)) from error

    def fetch(self, name, path):
        stored = {copy.name: copy for copy in copies()}
        chosen = stored.get(name) if name else next(iter(stored.values()), None)
        if chosen is None:
            reason = f"there is no {name}" if name else "there is no backup yet"
            raise CommandError(f"In the bucket, {reason}. backup_copies without options lists them.")
        fetch(chosen.name, path)
        self.stdout.write(in_words(chosen))


def in_words(copy) -> str:
    return f"{copy.name}: {filesizeformat(copy.size)}".replace("\xa0", " ")
