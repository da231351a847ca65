"""Applications that only return the same bytes from memory, as a baseline for Galley."""

import json
import os
from pathlib import Path

from uvicorn_worker import UvicornWorker

page = json.loads(Path(os.environ["BARE_PAGE"]).read_text())
body = page["body"].encode()
headers = [(name, value) for name, value in page["headers"] if name != "content-encoding"]
start = {
    "type": "http.response.start",
    "status": 200,
    "headers": [(name.encode(), value.encode()) for name, value in headers],
}
whole = {"type": "http.response.body", "body": body}


class BareWorker(UvicornWorker):
    """uvicorn's worker class, which Galley's worker extends."""

    CONFIG_KWARGS = {"loop": "uvloop", "http": "httptools", "lifespan": "off", "server_header": False}


async def asgi(scope, receive, send):
    await send(start)
    await send(whole)


def wsgi(environ, start_response):
    start_response("200 OK", headers)
    return [body]
