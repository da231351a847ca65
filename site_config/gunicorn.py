"""How gunicorn serves Galley: gunicorn -c python:site_config.gunicorn site_config.asgi:application"""

from environs import Env

env = Env()

bind = f"{env.str('BIND', '127.0.0.1')}:{env.int('PORT', 8000)}"
workers = env.int("WEB_CONCURRENCY", 1)
worker_class = "site_config.worker.FrontDoorWorker"
keepalive = 15
limit_request_line = 8190  # the most it takes, and what proxies take: a long search is answered, not refused
timeout = 60
graceful_timeout = 30
max_requests = 50_000  # that reached Django: a leak in any library ends with its worker
max_requests_jitter = 5_000
# HUP starts workers with the code that is there then; the others go when they have answered.
preload_app = False
control_socket_disable = True  # its default place is the home folder, shared by all sites of a user
accesslog = None  # a proxy in front writes one; --access-logfile - switches it on
