"""The table in docs/dependencies.md of what is used of the server's insides is that of what is installed."""

import inspect
import re
from importlib.metadata import version
from pathlib import Path

import a2wsgi
import gunicorn.glogging
import gunicorn.workers.base
import pytest
import uvicorn.protocols.http.flow_control
import uvicorn.protocols.http.httptools_impl
import uvicorn.server
import uvicorn_worker
from django.conf import settings

from site_config.protocol import CachingHttpProtocol
from site_config.worker import GalleyUvicornWorker

# What the table calls by a short name.
OWNERS = {
    "httptools_impl": uvicorn.protocols.http.httptools_impl,
    "HttpToolsProtocol": uvicorn.protocols.http.httptools_impl.HttpToolsProtocol,
    "RequestResponseCycle": uvicorn.protocols.http.httptools_impl.RequestResponseCycle,
    "FlowControl": uvicorn.protocols.http.flow_control.FlowControl,
    "Server": uvicorn.server.Server,
    "UvicornWorker": uvicorn_worker.UvicornWorker,
    "Worker": gunicorn.workers.base.Worker,
    "Logger": gunicorn.glogging.Logger,
    "WSGIMiddleware": a2wsgi.WSGIMiddleware,
}
ROW = re.compile(r"\| (\S+) \| (\d[\d.]*) \| (.*?) \| (`(?:site_config|blog).*?) \|")


def rows() -> list[tuple[str, str, str, str]]:
    """Return package, version, what is used and where of each row."""
    return ROW.findall((settings.BASE_DIR / "docs" / "dependencies.md").read_text())


def used_names() -> list[tuple[str, str]]:
    """Return owner and attribute of each name in the table; `.name` has the owner of the one before it."""
    names = []
    for _package, _version, used, _where in rows():
        for owner, name in re.findall(r"`(\w*)\.(\w+)`", used):
            names.append((owner or names[-1][0], name))
    return names


def has(owner, name: str) -> bool:
    """Whether a module or class has the name; of a class also what its methods set on each instance."""
    return hasattr(owner, name) or re.search(rf"\bself\.{name}\b.* = ", inspect.getsource(owner)) is not None


class TestServerInsides:
    def test_the_table_names_each_package(self):
        assert {row[0] for row in rows()} == {"uvicorn", "uvicorn-worker", "gunicorn", "a2wsgi"}

    @pytest.mark.parametrize(("package", "looked_at"), sorted({row[:2] for row in rows()}))
    def test_the_version_looked_at_is_installed(self, package, looked_at):
        installed = version(package)

        assert installed == looked_at, (
            f"{package} {installed} is installed, and docs/dependencies.md was checked against {looked_at}: "
            "look whether what the table names there is as it was, then change the version in the table."
        )

    @pytest.mark.parametrize(("owner", "name"), used_names())
    def test_what_is_used_is_there(self, owner, name):
        assert has(OWNERS[owner], name)

    def test_a_name_that_is_gone_is_noticed(self):
        assert not has(OWNERS["Server"], "should_stay")

    def test_a_module_that_takes_something_of_them_is_in_the_table(self):
        taking = {
            path.name
            for path in Path(settings.BASE_DIR, "site_config").glob("*.py")
            if re.search(r"^(?:from|import) (?:uvicorn|gunicorn|a2wsgi)", path.read_text(), re.MULTILINE)
        }

        assert taking <= set(re.findall(r"(\w+\.py)", " ".join(row[3] for row in rows())))

    def test_what_our_protocol_and_worker_override_is_in_the_table(self):
        """An overridden method that has another name in the next version would be called no more."""
        ours = {
            CachingHttpProtocol: "HttpToolsProtocol",
            GalleyUvicornWorker: "UvicornWorker",
        }
        overridden = {
            (owner, name)
            for cls, owner in ours.items()
            for name in vars(cls)
            if not name.startswith("__") and hasattr(OWNERS[owner], name)
        }

        named = set(used_names())
        assert overridden <= named
