import sys
from pathlib import Path

from django.core.management.base import BaseCommand

from blog.management.mirror import mirror


class Command(BaseCommand):
    help = (
        "Copy the images that articles and pages show from other sites, and serve the copies. Files and "
        "exports keep the original URLs. Safe to run again: copied images are not fetched again, and "
        "failed ones only when they are due. Exit status: 0 if all images are copied, 1 if some are not, 2"
        " if it could not run."
    )

    def add_arguments(self, parser):
        parser.add_argument(
            "--http",
            action="store_true",
            help="fetch http:// URLs over HTTP instead of upgrading them to HTTPS",
        )
        parser.add_argument(
            "--retry",
            action="store_true",
            help="also retry images that failed before and are not due yet",
        )
        parser.add_argument(
            "--report", type=Path, metavar="FILE", help="write a JSON object for each image, one per line"
        )
        parser.add_argument("--quiet", action="store_true", help="no progress, no summary")

    def handle(self, *, http, retry, report, quiet, **options):
        if not mirror(self, http=http, retry=retry, report=report, quiet=quiet):
            sys.exit(1)
