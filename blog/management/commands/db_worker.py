"""Run jobs until TERM. bin/serve starts this command (site_config/supervisor.py)."""

from django.core.management.base import BaseCommand, CommandError

from blog.jobs.worker import JobWorker
from blog.site.update_steps import missing_steps


class Command(BaseCommand):
    help = "Run jobs, such as imports from the browser, until TERM, then finish the current batch and end."

    def add_arguments(self, parser):
        parser.add_argument(
            "--interval",
            type=float,
            default=1,
            metavar="SECONDS",
            help="Seconds between checks for a new job (default: 1).",
        )
        parser.add_argument("--batch", action="store_true", help="End when no jobs are waiting.")
        parser.add_argument("--idle", type=float, metavar="SECONDS", help="End after SECONDS without jobs.")
        parser.add_argument("--max-tasks", type=int, metavar="N", help="End after N jobs.")

    def handle(self, *, interval, batch, idle, max_tasks, **options):
        if steps := missing_steps():
            raise CommandError("\n".join(f"This worker runs no jobs: {step}" for step in steps))
        worker = JobWorker(interval=interval, max_jobs=max_tasks, idle_seconds=0 if batch else idle)
        worker.configure_signals()
        worker.run()
