"""Settings of gunicorn: gunicorn -c python:site_config.gunicorn site_config.asgi:application"""

import importlib
import os
import signal
import subprocess
import sys

from environs import Env

from site_config.arbiter import READY, PatientArbiter, tell

WITH_WORKER = ("", "django_tasks_db.DatabaseBackend")
env = Env()

bind = f"{env.str('BIND', '127.0.0.1')}:{env.int('PORT', 8000)}"
workers = env.int("WEB_CONCURRENCY", 1)
worker_class = "site_config.worker.GalleyUvicornWorker"
keepalive = 15
limit_request_line = 8190  # gunicorn's maximum, as in proxies, so that long searches are not refused
timeout = 60
graceful_timeout = 30
max_requests = 50_000  # requests that reached Django; restarting workers limits memory leaks of libraries
max_requests_jitter = 5_000
# Without preloading, HUP starts workers with the new code. With it, HUP would start them with the old one.
preload_app = False
control_socket_disable = True  # its default path is in the home folder, shared by all sites of a user
accesslog = None  # the proxy writes one; --access-logfile - enables it here

# worker_supervisor.py runs the worker of jobs next to the server if GALLEY_WORKER is set, as in bin/serve,
# and if the backend of Django's tasks has such a worker.
starts_worker = env.bool("GALLEY_WORKER", False) and env.str("GALLEY_TASKS_BACKEND", "") in WITH_WORKER
worker_end_seconds = 30  # for the current batch when the server stops


def on_starting(server):
    server.__class__ = PatientArbiter  # gunicorn has no setting for it


def post_worker_init(worker):
    # Imported in the worker only: what this process has loaded stays old in the workers after a reload.
    importlib.import_module("site_config.start_up").start_up()
    if not getattr(worker, "tells_when_it_serves", False):
        tell(worker, READY)


def when_ready(server):
    if starts_worker:
        # A process group of its own: Ctrl+C reaches the server only, which then ends the worker in order.
        command = [sys.executable, "-m", "site_config.worker_supervisor"]
        server.worker_supervisor = subprocess.Popen(command, process_group=0)  # noqa: S603 -- our own module


def on_reload(server):
    """Called when the new workers serve, and not if they do not start."""
    if starts_worker:
        server.worker_supervisor.send_signal(signal.SIGHUP)


def on_exit(server):
    if not starts_worker:
        return
    server.worker_supervisor.terminate()
    try:
        server.worker_supervisor.wait(worker_end_seconds)
    except subprocess.TimeoutExpired:
        os.killpg(server.worker_supervisor.pid, signal.SIGKILL)  # its job is taken up at the next start
