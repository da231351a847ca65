"""The gunicorn worker class: uvicorn with uvloop, httptools and protocol.py."""

from uvicorn_worker import UvicornWorker

from site_config.protocol import CachingHttpProtocol


class GalleyUvicornWorker(UvicornWorker):
    """Serves the application of asgi.py, or any other ASGI application without the page cache."""

    CONFIG_KWARGS = {"loop": "uvloop", "http": CachingHttpProtocol, "ws": "none", "server_header": False}
