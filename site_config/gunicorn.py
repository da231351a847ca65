"""Settings of gunicorn, which supervisor.py starts."""

import importlib
import logging
import os
import resource

from environs import Env
from gunicorn.glogging import Logger

from site_config.logs import JsonFormatter, LineFormatter
from site_config.request_limits import OPEN_FILES
from site_config.supervisor import end_with

env = Env()
arbiter_pid = os.getpid()  # gunicorn's main process reads this file
os.environ["ARBITER_PID"] = str(arbiter_pid)  # for housekeeping.py

workers = env.int("WEB_CONCURRENCY", 1)  # checked by supervisor.py
worker_class = "site_config.worker.GalleyUvicornWorker"
keepalive = 15
limit_request_line = 8190  # bytes; gunicorn's maximum, like that of proxies, for long search queries
timeout = 60
graceful_timeout = 30
preload_app = True  # workers share the memory of the application; supervisor.py reloads it
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


def on_starting(server):
    allow_open_files()
    # Imported after the application, which sets Django up.
    importlib.import_module("site_config.start_up").start_up()


def post_worker_init(worker):
    end_with(arbiter_pid)  # not before this hook: gunicorn's handlers of signals would ignore TERM
    # uvicorn logs each malformed request, so that anybody could fill the log.
    logging.getLogger("uvicorn.error").setLevel(logging.ERROR)
    # uvloop would close gunicorn's own objects a second time, and report "Bad file descriptor".
    worker.sockets = [listener.sock for listener in worker.sockets]


def allow_open_files():
    """Raise the limit on open files, usually 1,024, to OPEN_FILES, or as far as the hard limit allows."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = OPEN_FILES if hard == resource.RLIM_INFINITY else min(OPEN_FILES, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
