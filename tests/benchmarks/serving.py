"""Compare how fast Galley and other servers send the same bytes: `bin/bench` prints the table.

Each figure is a ratio within one round, in which every server is measured once. The table shows the median of
all rounds. Each server has one worker and 16 persistent connections, and the page has about 30 KB.
"""

import json
import os
import re
import statistics
import subprocess
import tempfile
from contextlib import ExitStack
from pathlib import Path

from tests.page_cache.test_files import running_nginx_proxy
from tests.support.editor_process import running_driver
from tests.support.programs import find_program, free_port, running_nginx
from tests.support.servers import basic_environment, migrate, running_server, workers_of

CONNECTIONS = 16
PATH = "/articles/tides/"
WORDS = "The water under the quay comes and goes, and takes the boats along by a hand's breadth. "
SET_UP = f"create_article(title='Tides', slug='tides', body=({WORDS!r} * 6 + '\\n\\n') * 30)"


def requests_per_second(
    port, path=PATH, *, host=None, seconds=2, connections=CONNECTIONS, **headers
) -> float:
    """Return the rate measured by wrk. Raises AssertionError on any error response."""
    command = [find_program("wrk"), "-t1", f"-c{connections}", f"-d{seconds}s"]
    for name, value in ({"Host": host or f"127.0.0.1:{port}"} | headers).items():
        command += ["-H", f"{name.replace('_', '-')}: {value}"]
    command.append(f"http://127.0.0.1:{port}{path}")
    run = subprocess.run(command, check=True, capture_output=True, text=True)  # noqa: S603 -- our own command
    assert "Non-2xx" not in run.stdout, run.stdout
    assert "Socket errors" not in run.stdout, run.stdout
    return float(re.search(r"Requests/sec:\s+([0-9.]+)", run.stdout)[1])


def measure(rounds=5, seconds=2) -> list[dict]:
    """Return the name, median ratio, required ratio and both median rates of each comparison."""
    with ExitStack() as stack:
        contestants = start_all(stack, Path(stack.enter_context(tempfile.TemporaryDirectory())))
        for ask in contestants.values():
            ask(seconds=1)
        rates = [{name: ask(seconds=seconds) for name, ask in contestants.items()} for _ in range(rounds)]
    return [
        {
            "name": f"{ours} / {theirs}",
            "ratio": statistics.median(rate[ours] / rate[theirs] for rate in rates),
            "asked": asked,
            "rates": [statistics.median(rate[name] for rate in rates) for name in (ours, theirs)],
        }
        for ours, theirs, asked in COMPARISONS
    ]


COMPARISONS = [
    ("kept page", "bare ASGI", ">= 0.85"),
    ("kept page", "bare gthread", ">= 3"),
    ("kept page", "nginx, a file", ">= 0.4"),
    ("kept page, 304", "kept page", ">= 1"),
    ("kept page, brotli", "kept page", ">= 1"),
    ("nginx, page as file", "nginx, a file", ">= 0.95"),
    ("not kept", "not kept, gthread", ">= 1"),
]


def start_all(stack, folder):
    """Start all servers. Return {contestant: function of seconds that measures its rate}."""
    environment = basic_environment(folder)
    pages = folder / "pages"
    migrate(environment)
    change = stack.enter_context(running_driver(environment | {"GALLEY_PAGES_DIR": str(pages)}))
    change(SET_UP)
    galley = stack.enter_context(running_server(environment | {"GALLEY_PAGES_DIR": str(pages)}, folder))
    status, headers, body = galley.ask(PATH)
    assert status == 200
    host = f"127.0.0.1:{galley.port}"

    plain = folder / "plain"
    plain.mkdir()
    (plain / "index.html").write_bytes(body)
    kept = {name: value for name, value in headers.items() if name not in {"date", "connection"}}
    (folder / "page.json").write_text(json.dumps({"headers": list(kept.items()), "body": body.decode()}))
    bare = environment | {"BARE_PAGE": str(folder / "page.json")}

    for_ever = ["--max-requests", "0"]
    asgi = [*for_ever, "--worker-class", "tests.benchmarks.bare.BareWorker"]
    gthread = [*for_ever, "--worker-class", "gthread", "--threads", "16"]

    def started(application, options, environment):
        return stack.enter_context(
            running_server(environment, folder, application=application, options=options)
        )

    bare_asgi = started("tests.benchmarks.bare:asgi", asgi, bare)
    bare_wsgi = started("tests.benchmarks.bare:wsgi", gthread, bare)
    galley_wsgi = started("site_config.wsgi", gthread, environment)

    nginx_port = free_port()
    server = f"server {{ listen 127.0.0.1:{nginx_port}; location / {{ root {plain}; }} }}"
    (folder / "nginx").mkdir()
    stack.enter_context(running_nginx(server, nginx_port, folder / "nginx"))
    (folder / "front").mkdir()
    front_port = stack.enter_context(running_nginx_proxy(galley, pages, folder / "front"))
    session = "sessionid=none"

    def measuring(port, **request):
        return lambda seconds: requests_per_second(port, seconds=seconds, **request)

    return {
        "kept page": measuring(galley.port),
        "bare ASGI": measuring(bare_asgi.port),
        "bare gthread": measuring(bare_wsgi.port),
        "nginx, a file": measuring(nginx_port, path="/"),
        "kept page, 304": measuring(galley.port, If_None_Match=headers["etag"]),
        "kept page, brotli": measuring(galley.port, Accept_Encoding="br"),
        "nginx, page as file": measuring(front_port, host=host),
        "not kept": measuring(galley.port, Cookie=session, connections=4),
        "not kept, gthread": measuring(galley_wsgi.port, Cookie=session, connections=4),
    }


def memory(articles=4000) -> dict:
    """Return the PSS of a worker with a full page cache (64 MB), in MB, and the number of requested pages."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        environment = basic_environment(folder)
        migrate(environment)
        with running_driver(environment) as change, running_server(environment, folder) as server:
            change(f"from tests.benchmarks.sites import build_site; build_site({articles})")
            slugs = change("value = list(Article.objects.published().values_list('slug', flat=True))")
            host = {"Host": f"127.0.0.1:{server.port}"}
            with server.connection() as connection:
                for slug in slugs:
                    connection.request("GET", f"/articles/{slug}/", headers=host)
                    connection.getresponse().read()
            [worker] = workers_of(server)
            rollup = Path(f"/proc/{worker}/smaps_rollup").read_text()
    pss = int(re.search(r"Pss:\s+(\d+)", rollup)[1]) / 1024
    return {"name": "memory of a worker with a full cache", "megabytes": pss, "pages": len(slugs)}


def table(figures) -> str:
    lines = [f"{'':44}{'ratio':>8}  {'asked':10}{'requests/s':>22}"]
    for figure in figures:
        rates = " / ".join(f"{rate:,.0f}" for rate in figure["rates"])
        lines.append(f"{figure['name']:44}{figure['ratio']:8.2f}  {figure['asked']:10}{rates:>22}")
    return "\n".join(lines)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "site_config.settings")
    print(table(measure()))  # noqa: T201 -- its output
