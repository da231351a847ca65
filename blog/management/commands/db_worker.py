"""Runs jobs until it is told to end. bin/serve starts it beside the site (site_config/worker_watch.py)."""

from django_tasks_db.management.commands import db_worker

from blog.jobs.worker import JobWorker


class Command(db_worker.Command):
    """The command of django-tasks-db, with a worker that reports, and takes up what others have left."""

    help = "Run jobs, such as imports from the browser, until TERM; then end after the batch in hand."

    def add_arguments(self, parser):
        super().add_arguments(parser)
        parser.add_argument(
            "--ends-with-parent", action="store_true", help="End when the process that started it has ended."
        )

    def handle(
        self,
        *,
        queue_name,
        exclude_queues,
        interval,
        batch,
        backend_name,
        max_tasks,
        worker_id,
        ends_with_parent,
        **options,
    ):
        worker = JobWorker(
            queue_names=queue_name.split(","),
            excluded_queue_names=exclude_queues.split(",") if exclude_queues else [],
            interval=interval,
            batch=batch,
            backend_name=backend_name,
            max_tasks=max_tasks,
            worker_id=worker_id,
            ends_with_parent=ends_with_parent,
        )
        worker.configure_signals()
        worker.run()
