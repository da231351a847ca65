"""Settings of gunicorn, which supervisor.py starts."""

import importlib
import os

from environs import Env
from gunicorn.glogging import Logger

from site_config.logs import JsonFormatter, LineFormatter
from site_config.supervisor import end_with

env = Env()
arbiter_pid = os.getpid()  # gunicorn's main process reads this file

workers = env.int("WEB_CONCURRENCY", 1)
worker_class = "site_config.worker.GalleyUvicornWorker"
keepalive = 15
limit_request_line = 8190  # bytes; gunicorn's maximum, like that of proxies, for long search queries
timeout = 60
graceful_timeout = 30
max_requests = 50_000  # requests that reached Django; restarting workers limits memory leaks of libraries
max_requests_jitter = 5_000
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
    # Imported after the application, which sets Django up.
    importlib.import_module("site_config.start_up").start_up()


def post_worker_init(worker):
    end_with(arbiter_pid)  # not before this hook: gunicorn's handlers of signals would ignore TERM
