"""nginx in front of a test server, with the configuration from docs/deploy."""

import re
from contextlib import contextmanager

from tests.support.databases import ROOT
from tests.support.programs import free_port, running_nginx


@contextmanager
def running_nginx_proxy(server, pages, folder, **nginx):
    """Run nginx with docs/deploy/nginx.conf, except its host names, ports and TLS. Yield its port."""
    port = free_port()
    text = (ROOT / "docs" / "deploy" / "nginx.conf").read_text()
    _, main = re.split(r"(?=server \{\s+listen 443 ssl;)", text)
    upstream = re.search(r"^upstream galley .*?^map .*?^\}\n", text, re.MULTILINE | re.DOTALL)[0]
    main = re.sub(r"listen 443 ssl;", f"listen 127.0.0.1:{port};", main)
    main = main.replace("# brotli_static on;", "brotli_static on;")
    left_out = r"listen \[|http2|ssl_certificate\w*|add_header Strict-Transport-Security"
    main = re.sub(rf"\s+(?:{left_out}).*", "", main)
    main = main.replace("; upgrade-insecure-requests", "").replace("blog.example.org", "127.0.0.1")
    upstream = upstream.replace("127.0.0.1:8000", f"127.0.0.1:{server.port}")
    configuration = (upstream + main).replace("/srv/galley/pages", str(pages))
    with running_nginx(configuration, port, folder, **nginx):
        yield port


def is_unlogged(path: str) -> bool:
    """Whether the access log leaves a path out, because it has a secret."""
    text = (ROOT / "docs" / "deploy" / "nginx.conf").read_text()
    [pattern] = re.findall(r"location ~ (\S+) \{\s+access_log off;", text)
    return re.search(pattern, path) is not None
