"""How gunicorn serves Galley: gunicorn -c python:site_config.gunicorn site_config.wsgi"""

from environs import Env

env = Env()

bind = f"{env.str('BIND', '127.0.0.1')}:{env.int('PORT', 8000)}"
workers = env.int("WEB_CONCURRENCY", 1)
# gunicorn sets no time limit on a request's headers: with few threads, a few dozen half-open connections
# silence the site. 64 waiting threads cost next to nothing. Put a buffering proxy in front all the same.
worker_class = "gthread"
threads = 64
keepalive = 15
limit_request_line = 8190  # the most it takes, and what proxies take: a long search is answered, not refused
timeout = 60
graceful_timeout = 30
max_requests = 50_000  # a leak in any library ends with its worker
max_requests_jitter = 5_000
preload_app = True
control_socket_disable = True  # its default place is the home folder, shared by all sites of a user
accesslog = None  # a proxy in front writes one; --access-logfile - switches it on
