"""Middleware that measures and logs each request.

It is the first one, and so measures all others. It sees only requests that reach Django: pages from the cache
have neither an ID nor an entry in the log.
"""

import logging
import time
from urllib.parse import quote

from django.conf import settings
from django.db import connection
from django.utils.encoding import escape_uri_path
from django.utils.module_loading import import_string

from site_config.logs import current_request, request_id, user_id, without_secret

logger = logging.getLogger("galley.requests")


class RequestLogMiddleware:
    """Middleware that sets request.id, and logs slow requests, or all of them. With metrics, it counts them.

    The server has chosen the ID, and returns it (buffering.py).
    """

    def __init__(self, get_response):
        self.get_response = get_response
        self.count = import_string("site_config.metrics.count_request") if settings.METRICS_ADDRESS else None

    def __call__(self, request):
        request.id = request_id(request.headers.get("x-request-id", ""))
        queries = QueryTimer()
        token, began = current_request.set(request), time.monotonic()
        try:
            with connection.execute_wrapper(queries):
                response = self.get_response(request)
            self._note(request, response.status_code, time.monotonic() - began, queries)
        finally:
            current_request.reset(token)
        return response

    def _note(self, request, status, seconds, queries):
        if self.count:
            self.count(request, status, seconds, queries)
        is_slow = 0 < settings.SLOW_SECONDS <= seconds
        if not (is_slow or settings.LOG_REQUESTS):
            return
        path = logged_path(request)
        message = "%s %s: %d in %.3f s, %d queries in %.3f s"
        logger.log(
            logging.WARNING if is_slow else logging.INFO,
            f"Slow request: {message}" if is_slow else message,
            *(request.method, path, status, seconds, queries.number, queries.seconds),
            extra={
                "fields": {
                    "method": request.method,
                    "path": path,
                    "status": status,
                    "duration": round(seconds, 4),
                    "queries": queries.number,
                    "database": round(queries.seconds, 4),
                    "slow": is_slow,
                    "user_id": user_id(request),
                }
            },
        )


class QueryTimer:
    """Counts and times the queries of one request."""

    def __init__(self):
        self.number = 0
        self.seconds = 0.0

    def __call__(self, execute, sql, params, many, context):
        began = time.monotonic()
        try:
            return execute(sql, params, many, context)
        finally:
            self.number += 1
            self.seconds += time.monotonic() - began


def logged_path(request) -> str:
    """Return the path for the log: escaped, without secrets, which the query string may have, too."""
    return escape_uri_path(without_secret(request.path)).replace(quote("…"), "…")
