"""nginx takes the configuration that is shipped, as Debian installs it: no module, and a site of its own."""

import re
import socket
import subprocess

import pytest
from django.urls import reverse

from tests.support.databases import ROOT
from tests.support.nginx import is_unlogged
from tests.support.picture_server import make_certificate
from tests.support.programs import find_program, free_port

# Debian's nginx.conf and its site, as far as they concern another site.
STOCK = """
pid {folder}/nginx.pid; error_log stderr; events {{ }}
http {{
    include /etc/nginx/mime.types; default_type application/octet-stream;
    access_log off; gzip on; server_tokens off;
    include {folder}/galley.conf;
    server {{ listen 80 default_server; listen [::]:80 default_server; root /var/www/html; server_name _; }}
}}
"""


def has_ipv6() -> bool:
    try:
        socket.create_server(("::1", 0), family=socket.AF_INET6).close()
    except OSError:
        return False
    return True


@pytest.fixture
def place(tmp_path):
    """A function that writes a configuration with free ports, and with certificates that are there."""
    certificate = make_certificate(tmp_path, "blog.example.org")
    ports = {"80": free_port(), "443": free_port()}

    def place(name, text):
        text = re.sub(r"(listen (?:\[::\]:)?)(80|443)\b", lambda found: found[1] + str(ports[found[2]]), text)
        text = re.sub(r"/etc/ssl/galley/\w+\.pem", str(certificate), text)
        if not has_ipv6():
            text = re.sub(r"listen \[::\][^;]*;", "", text)
        (tmp_path / name).write_text(text)
        return tmp_path / name

    return place


class TestStockDebian:
    def test_takes_the_configuration_as_it_is_shipped(self, place, tmp_path):
        place("galley.conf", (ROOT / "docs/deploy/nginx.conf").read_text())
        main = place("nginx.conf", STOCK.format(folder=tmp_path))

        command = [find_program("nginx"), "-t", "-c", main, "-p", tmp_path]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)  # noqa: S603 -- our own command

        assert done.returncode == 0, done.stderr

    def test_readers_with_ipv6_are_served(self):
        text = (ROOT / "docs/deploy/nginx.conf").read_text()

        assert text.count("listen [::]:443 ssl;") == text.count("listen 443 ssl;")
        assert text.count("listen [::]:80;") == text.count("listen 80;")


def test_access_log_has_no_urls_with_secrets():
    for name, *secrets in (
        ("blog:article_preview", "x"),
        ("admin:join", "x"),
        ("admin:password_reset_confirm", "x", "y"),
    ):
        assert is_unlogged(reverse(name, args=secrets)), name
    for path in ("/", "/articles/preview/x/", "/admin/", "/admin/blog/article/"):
        assert not is_unlogged(path), path
