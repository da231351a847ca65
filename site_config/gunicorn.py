"""Settings of gunicorn: gunicorn -c python:site_config.gunicorn site_config.asgi:application"""

import importlib
import os
import signal
import subprocess
import sys

from environs import Env

from site_config.arbiter import READY, PatientArbiter, report_state

WITH_WORKER = ("", "django_tasks_db.DatabaseBackend")
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

# worker_supervisor.py runs the job worker next to the server if GALLEY_WORKER is set, as in bin/serve, and if
# the backend of Django's tasks needs a worker.
starts_worker = env.bool("GALLEY_WORKER", False) and env.str("GALLEY_TASKS_BACKEND", "") in WITH_WORKER
worker_end_seconds = 30  # for the current batch when the server stops


def on_starting(server):
    server.__class__ = PatientArbiter  # gunicorn has no setting for the arbiter class


def post_worker_init(worker):
    # Imported in the worker only: workers inherit the modules of this process, even after a reload.
    importlib.import_module("site_config.start_up").start_up()
    if not getattr(worker, "reports_when_serving", False):
        report_state(worker, READY)


def when_ready(server):
    if starts_worker:
        # In its own process group: Ctrl+C must reach only the server, which then ends the worker cleanly.
        command = [sys.executable, "-m", "site_config.worker_supervisor"]
        server.worker_supervisor = subprocess.Popen(command, process_group=0)  # noqa: S603 -- our own module


def on_reload(server):
    """Restart the job worker. Called once all new workers are serving, and never if one does not start."""
    if starts_worker:
        server.worker_supervisor.send_signal(signal.SIGHUP)


def on_exit(server):
    if not starts_worker:
        return
    server.worker_supervisor.terminate()
    try:
        server.worker_supervisor.wait(worker_end_seconds)
    except subprocess.TimeoutExpired:
        os.killpg(server.worker_supervisor.pid, signal.SIGKILL)  # its job is recovered at the next start
