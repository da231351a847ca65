"""A killed round loses no source, and requests none twice."""

import signal
from collections import Counter

from tests.support.durations import KILLED_ROUNDS
from tests.support.killing import kill_at

SOURCES = 8 * KILLED_ROUNDS  # a round opens at most six before it is killed
OPENED = "SELECT count(*) FROM sources_source WHERE state = 'ok'"
TRIED = "SELECT count(*) FROM sources_source WHERE tried_at IS NOT NULL"
OPEN = """
from django.core.management import call_command
from blog.documents.addresses import check_page_address
from blog.extensions.sources import opening, rounds
from blog.files.remote.fetcher import Fetcher, Rules
rules = Rules(http=True, check=check_page_address, test_hosts=frozenset({{("127.0.0.1", {port})}}))
opening.site_fetcher = lambda: Fetcher(rules, limits=opening.LIMITS, resolve=lambda host, port: ["127.0.0.1"])
rounds.PAUSE = 0
call_command("open_sources", quiet=True)
"""


def test_a_round_that_is_killed_several_times_opens_each_page_once(server, folder, new_site, tmp_path):
    words = (
        b"<html><head><title>A page</title></head><body><p>"
        + b"Words of a page. " * 20
        + b"</p></body></html>"
    )
    for number in range(SOURCES):
        server.put(f"/{number}", words, Content_Type="text/html")
        link = server.address(f"/{number}", host=f"h{number}.example")
        (folder / f"{number}.md").write_text(f"---\ntitle: Number {number}\n---\n\nSee [this]({link}).\n")
    server.seconds = 0.05
    script = OPEN.format(port=server.port)
    with new_site(tmp_path) as site:
        assert site.fork("import_articles", folder, "--quiet").wait() == 0
        for kill in range(KILLED_ROUNDS):
            run = site.start_script(script)
            assert kill_at(site, run, OPENED, site.value(OPENED) + 1) == -signal.SIGKILL
            assert site.value(TRIED) < SOURCES, f"The round was over before the kill {kill + 1}."
        assert site.start_script(script).wait() == 0

        assert site.value(TRIED) == SOURCES
        assert site.value(OPENED) >= SOURCES - 4 * KILLED_ROUNDS
        asked = Counter(path for path in server.asked if path != "/robots.txt")
        assert set(asked.values()) == {1}
