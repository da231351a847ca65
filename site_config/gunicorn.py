"""Settings of gunicorn: gunicorn -c python:site_config.gunicorn site_config.asgi:application"""

import importlib
import os
import shutil
import tempfile

from environs import Env
from gunicorn.glogging import Logger

from site_config.arbiter import READY, PatientArbiter, report_state
from site_config.job_worker import JobWorker
from site_config.logs import JsonFormatter, LineFormatter

env = Env()

bind = f"{env.str('BIND', '127.0.0.1')}:{env.int('PORT', 8000)}"
workers = env.int("WEB_CONCURRENCY", 1)
worker_class = "site_config.worker.GalleyUvicornWorker"
keepalive = 15
limit_request_line = 8190  # bytes; gunicorn's maximum, like that of proxies, for long search queries
timeout = 60
graceful_timeout = 30
max_requests = 50_000  # requests that reached Django; restarting workers limits memory leaks of libraries
max_requests_jitter = 5_000
# HUP starts workers with the new code only without preloading.
preload_app = False
control_socket_disable = True  # its default path in the home folder is shared by all sites of a user
accesslog = None  # the proxy writes an access log; --access-logfile - enables Galley's own


class ServerLog(Logger):
    """The log of gunicorn and uvicorn, with entries as safe as Django's (logs.py)."""

    def setup(self, cfg):
        super().setup(cfg)
        is_json = env.str("GALLEY_LOG_FORMAT", "") == "json"
        for handler in (*self.error_log.handlers, *self.access_log.handlers):
            lines = LineFormatter(handler.formatter._fmt, handler.formatter.datefmt)
            handler.setFormatter(JsonFormatter() if is_json else lines)


logger_class = ServerLog

# PatientArbiter runs the job worker (job_worker.py) next to the server if GALLEY_WORKER is set, as in
# bin/serve. A thread in a server process (job_watch.py) requests it.
starts_worker = env.bool("GALLEY_WORKER", False)
worker_end_seconds = 30  # for the current batch when the server stops


def on_starting(server):
    server.__class__ = PatientArbiter  # gunicorn has no setting for the arbiter class
    server.jobs = JobWorker()
    if env.str("GALLEY_METRICS_ADDRESS", ""):
        # New processes inherit the variable. prometheus_client reads it when it is imported.
        os.environ["PROMETHEUS_MULTIPROC_DIR"] = tempfile.mkdtemp(prefix="galley-metrics-")


def post_fork(server, worker):
    if server.nursery_end is not None:
        server.nursery_end.close()
    worker.job_requests = server.jobs.requests if starts_worker else None


def post_worker_init(worker):
    # Imported in the worker only: workers inherit the modules of this process, even after a reload.
    importlib.import_module("site_config.start_up").start_up()
    if not getattr(worker, "reports_when_serving", False):
        report_state(worker, READY)


def on_reload(server):
    """Start the job worker. After a reload, it runs the new code.

    PatientArbiter calls this after the start and after each reload, when all new workers are serving. This is
    not called if a new worker does not start.
    """
    if starts_worker:
        server.jobs.renew()


def on_exit(server):
    server.jobs.end(worker_end_seconds)
    if folder := os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        shutil.rmtree(folder, ignore_errors=True)
