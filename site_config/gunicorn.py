"""Settings of gunicorn: gunicorn -c python:site_config.gunicorn site_config.asgi:application"""

from environs import Env

env = Env()

bind = f"{env.str('BIND', '127.0.0.1')}:{env.int('PORT', 8000)}"
workers = env.int("WEB_CONCURRENCY", 1)
worker_class = "site_config.worker.FrontDoorWorker"
keepalive = 15
limit_request_line = 8190  # gunicorn's maximum, as in proxies, so that long searches are not refused
timeout = 60
graceful_timeout = 30
max_requests = 50_000  # requests that reached Django; restarting workers limits memory leaks of libraries
max_requests_jitter = 5_000
# Without preloading, HUP starts workers with the new code; the old ones end after their requests.
preload_app = False
control_socket_disable = True  # its default path is in the home folder, shared by all sites of a user
accesslog = None  # the proxy writes one; --access-logfile - enables it here
