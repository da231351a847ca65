"""Whatever changes what readers see is in the next answer of every worker; elsewhere within a second.

The servers are as shipped, with two workers. Each page is requested before the change, so that the worker
has it in memory. Most changes are looked for at one of the workers, in turn, since all changes reach it the
same way.
"""

import os
import signal
import time
from contextlib import ExitStack, contextmanager

import pytest

from blog.page_cache.generation import ExpiryThread
from tests.support.editor_process import running_driver
from tests.support.programs import free_port, running_valkey
from tests.support.servers import ask, forked_server, serving_workers, wait_until, workers_of

# An article with all there is, one that is related to it, and one that waits.
SET_UP = """
rows = (Article, Category, Author, Series, Image)
for model in (Redirect, NavigationCategory, FooterLink, SiteIdentity, Page, *rows):
    model.objects.all().delete()
with transaction.atomic():
    rivers, printing = create_category('Rivers'), create_category("Printing")
    ida = create_author("Ida Lund")
    picture = create_image(alt="A weir in March")
    general = Category.Level.GENERAL
    common = {"categories": {rivers: general}, "authors": [ida], "primary_category": rivers}
    of_waters = {"series": create_series("Waters"), "keywords": ["Moon"], **common}
    create_article(title="Tides", slug="tides", hero_image=picture, body="Moonstruck water.", **of_waters)
    create_article(title="Springs", slug="springs", body="Groundwater rises.", **of_waters)
    create_article(title="Wells", slug="wells", status="new", body="Diggers go deep.", **of_waters)
    create_article(title="Ink", slug="ink", body="Black.", categories={printing: Category.Level.NICHE})
Page(title="About", slug="about", body="Three people.", is_published=True).save()
"""

# Everything that shows a published article, and what is seen of it there.
TIDES = {
    "/": "Tides",
    "/articles/tides/": "Moonstruck",
    "/articles/tides.md": "Moonstruck",
    "/articles/springs/": "/articles/tides/",  # as related, and as the part next to it
    "/categories/rivers/": "Tides",
    "/categories/rivers/feeds/rss.xml": "Moonstruck",
    "/archive/2025/01/": "Tides",
    "/authors/ida-lund/": "Tides",
    "/series/waters/": "Tides",
    "/series/waters/feeds/rss.xml": "Moonstruck",
    "/tags/moon/": "Tides",
    "/feeds/rss.xml": "Moonstruck",
    "/feeds/atom.xml": "Moonstruck",
    "/feeds/feed.json": "Moonstruck",
    "/sitemap.xml": "/articles/tides/",
    "/search/?q=moonstruck": "/articles/tides/",
    "/search/suggestions/?q=tide": "/articles/tides/",
    "/nothing/": "Tides",  # a page that is not there ends with the latest articles
}
WELLS = {
    path.replace("tides", "wells").replace("moonstruck", "diggers").replace("q=tide", "q=well"): (
        words.replace("Tides", "Wells").replace("tides", "wells").replace("Moonstruck", "Diggers")
    )
    for path, words in TIDES.items()
}

LISTS = [path for path in TIDES if not path.startswith("/articles/")]
PUBLISHED_WELLS = WELLS | {"/archive/2026/05/": "Wells"}
del PUBLISHED_WELLS["/archive/2025/01/"]
MAY = "timezone.datetime(2026, 5, 4, 12, tzinfo=timezone.get_current_timezone())"
RECATEGORISE = """
with transaction.atomic():
    tides, printing = get('tides'), Category.objects.get(slug='printing')
    tides.category_links.all().delete()
    tides.category_links.create(category=printing, level=Category.Level.NICHE, position=0)
    tides.primary_category = printing
    tides.save()
"""
EBB = dict.fromkeys(
    ["/", "/articles/springs/", "/categories/rivers/", "/authors/ida-lund/", "/feeds/rss.xml"], "Ebb"
)
BY_GEMINI = {
    "/articles/tides/": "Written with Gemini",
    "/articles/tides.md": 'generatedBy: "Gemini"',
    "/feeds/rss.xml": "Written with Gemini",
    "/feeds/atom.xml": "Written with Gemini",
    "/feeds/feed.json": "Written with Gemini",
    "/categories/rivers/feeds/rss.xml": "Written with Gemini",
}

LABELLED = dict.fromkeys(
    [
        *("/articles/tides/", "/articles/tides.md", "/feeds/rss.xml", "/feeds/atom.xml", "/feeds/feed.json"),
        "/categories/rivers/feeds/rss.xml",
    ],
    "AI-generated text",
)
CHECKED = dict.fromkeys(LABELLED, "Mara Lindqvist")
APPROVE = """
mara = get_user_model().objects.create_superuser("mara", first_name="Mara", last_name="Lindqvist")
a = get("tides")
approve(a, mara, a.words_digest, "All of it.")
"""

# All pages expire together: where another change shows in all of them, a few are enough.
SOME_TIDES = {
    path: TIDES[path] for path in ("/", "/articles/tides/", "/feeds/rss.xml", "/search/?q=moonstruck")
}
SOME_WELLS = {path: WELLS[path] for path in ("/", "/articles/wells/", "/feeds/rss.xml")}

# name: the change; what is shown only afterwards, and what only before, by address.
CHANGES = {
    "published": (
        f"publish(get('wells'), {MAY})",
        PUBLISHED_WELLS | {"/categories/": ">3</sup>", "/articles/tides/": "Part 1 of 3"},
        {},
    ),
    "published with others": ("publish(Article.objects.filter(slug='wells'))", SOME_WELLS, {}),
    "taken back": ("unpublish(get('tides'))", {}, TIDES),
    "put into the trash": ("trash(get('tides'))", {}, SOME_TIDES),
    "deleted": ("get('tides').delete()", {}, SOME_TIDES),
    "deleted with others": ("Article.objects.filter(slug='tides').delete()", {}, SOME_TIDES),
    "edited": (
        "a = get('tides'); a.title = 'Ebb'; a.body = 'Sunstruck water.'; a.save()",
        EBB
        | dict.fromkeys(["/articles/tides/", "/articles/tides.md", "/feeds/atom.xml"], "Sunstruck")
        | {"/search/?q=sunstruck": "/articles/tides/", "/search/suggestions/?q=ebb": "/articles/tides/"},
        {"/search/?q=moonstruck": "/articles/tides/", "/articles/tides/": "Moonstruck"},
    ),
    "moved to another address": (
        "a = get('tides'); a.slug = 'ebb'; a.save()",
        {path: "/articles/ebb/" for path in LISTS if TIDES[path] == "/articles/tides/"}
        | {"/articles/ebb/": "/articles/ebb.md", "/articles/ebb.md": 'title: "Tides"', "/": "/articles/ebb/"},
        {"/articles/tides/": "Moonstruck", "/": "/articles/tides/", "/sitemap.xml": "/articles/tides/"},
    ),
    "said to be by a machine": (
        "a = get('tides'); a.written_by = WrittenBy('machine', 'Gemini'); a.save()",
        BY_GEMINI,
        {},
    ),
    "said to be by a machine with others": (
        "set_provenance(Article.objects.filter(slug='tides'), WrittenBy('machine', 'Gemini'))",
        BY_GEMINI,
        {},
    ),
    "given another category": (
        RECATEGORISE,
        {"/categories/printing/": "Tides", "/articles/tides/": "/categories/printing/"},
        {"/categories/rivers/": "Tides", "/categories/rivers/feeds/rss.xml": "Tides"},
    ),
    "category renamed": (
        "c = Category.objects.get(slug='rivers'); c.name = 'Streams'; c.save()",
        dict.fromkeys(["/", "/articles/tides/", "/categories/", "/categories/rivers/", "/about/"], "Streams"),
        {"/articles/tides/": "Rivers"},
    ),
    "author renamed": (
        "a = Author.objects.get(); a.name = 'Ida Berg'; a.save()",
        dict.fromkeys(["/articles/tides/", "/authors/ida-lund/", "/feeds/atom.xml"], "Ida Berg"),
        {"/articles/tides/": "Ida Lund"},
    ),
    "author introduced": (
        "a = Author.objects.get(); a.picture = Image.objects.get(); a.bio = 'Knows each weir.'; a.save()",
        dict.fromkeys(["/articles/tides/", "/authors/ida-lund/"], "Knows each weir."),
        {},
    ),
    "author given a link": (
        "Author.objects.get().links.create(label='Notes', address='https://notes.example/')",
        {"/authors/ida-lund/": "https://notes.example/"},
        {},
    ),
    "series renamed": (
        "s = Series.objects.get(); s.name = 'Still waters'; s.save()",
        dict.fromkeys(
            ["/articles/tides/", "/series/waters/", "/series/waters/feeds/rss.xml"], "Still waters"
        ),
        {"/articles/tides/": ">Waters<"},
    ),
    "parts put in another order": (
        "a = get('springs'); a.series_part = 1; a.save()",
        {"/articles/tides/": "Part 2 of 2", "/articles/springs/": "Part 1 of 2"},
        {"/articles/tides/": "Part 1 of 2", "/articles/springs/": "Part 2 of 2"},
    ),
    "picture described": (
        "i = Image.objects.get(); i.alt = 'A weir in May'; i.save()",
        {"/articles/tides/": "A weir in May"},
        {"/articles/tides/": "A weir in March"},
    ),
    "site renamed": (
        "SiteIdentity(name='The Weir').save()",
        dict.fromkeys(
            ["/", "/articles/tides/", "/categories/", "/about/", "/nothing/", "/feeds/rss.xml"], "The Weir"
        )
        | {"/site.webmanifest": "The Weir"},
        {},
    ),
    "masthead changed": (
        "SiteIdentity().save(); NavigationCategory(category=Category.objects.get(slug='printing')).save()",
        {"/about/": "/categories/printing/"},
        {"/about/": "/categories/rivers/"},
    ),
    "footer changed": (
        "SiteIdentity().save(); FooterLink(page=Page.objects.get(), label='Who we are').save()",
        {"/articles/tides/": "Who we are"},
        {},
    ),
    "plain page edited": (
        "p = Page.objects.get(); p.body = 'Four people.'; p.save()",
        {"/about/": "Four people."},
        {"/about/": "Three people."},
    ),
    "plain page deleted": ("Page.objects.get().delete()", {}, {"/about/": "Three people."}),
    "address marked as gone": (
        "Redirect(path='/nothing/', is_gone=True).save()",
        {"/nothing/": "Page removed"},
        {"/nothing/": "Page not found"},
    ),
}

OF_BOTH_WORKERS = {"published", "edited", "site renamed"}


class Reader:
    """Asks one worker, on a connection that lasts."""

    def __init__(self, server, connection):
        self.server = server
        self.connection = connection

    def text(self, path):
        status, body = self.ask(path)
        assert status < 500
        return body.decode()

    def status(self, path):
        return self.ask(path)[0]

    def ask(self, path):
        status, _, body = ask(self.connection, path, host=f"127.0.0.1:{self.server.port}")
        return status, body


@contextmanager
def readers_of(server, number=2):
    """Yield a reader of each of this number of workers of the server."""
    wait_until(lambda: serving_workers(server) == number)
    with ExitStack() as connections:
        found = {}
        for _ in range(200):
            workers = workers_of(server)
            reader = Reader(server, connections.enter_context(server.connection()))
            before = {worker: sockets_of(worker) for worker in workers}
            reader.text("/health/")
            for worker in workers:
                if sockets_of(worker) > before[worker]:
                    found.setdefault(worker, reader)
            if len(found) == number:
                break
        assert len(found) == number, "one of the workers never answered"
        yield list(found.values())


def sockets_of(process) -> int:
    folder = f"/proc/{process}/fd"
    links = []
    for name in os.listdir(folder):
        try:
            links.append(os.readlink(f"{folder}/{name}"))
        except OSError:
            continue
    return sum(link.startswith("socket:") for link in links)


def wrong(readers, shown, hidden) -> list[str]:
    """Return what does not agree: pages that do not show what they should, or show what they should not."""
    return [
        f"{path} {'lacks' if expected else 'has'} {words!r}"
        for reader in readers
        for expected, pages in ((True, shown), (False, hidden))
        for path, words in pages.items()
        if words and (words in reader.text(path)) != expected
    ]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("site")


@pytest.fixture(scope="module")
def site(new_site, folder):
    with new_site(folder) as site:
        site.environment["WEB_CONCURRENCY"] = "2"
        yield site


@pytest.fixture(scope="module")
def servers(site, folder):
    """The driver of a site, and readers of its two workers."""
    with (
        running_driver(site.environment) as change,
        forked_server(site.environment, folder) as server,
        readers_of(server) as readers,
    ):
        yield change, readers


@pytest.mark.parametrize("name", CHANGES)
def test_a_change_is_in_the_next_answer_of_every_worker(name, servers):
    change, readers = servers
    code, shown, hidden = CHANGES[name]
    for reader in readers:
        reader.text("/health/")  # keeps the connection of the other one open
    if name not in OF_BOTH_WORKERS:
        readers = [readers[list(CHANGES).index(name) % 2]]
    change(SET_UP)
    assert wrong(readers, hidden, shown) == []
    assert wrong(readers, hidden, shown) == []

    change(code)

    assert wrong(readers, shown, hidden) == []


def test_a_share_card_has_another_address_when_it_would_look_otherwise(servers):
    change, readers = servers
    change(SET_UP)
    before = {card_address(reader) for reader in readers}
    change("a = get('tides'); a.title = 'Ebb'; a.save()")
    after = {card_address(reader) for reader in readers}
    assert (len(before), len(after)) == (1, 1)
    assert before != after
    for address in before | after:
        assert {reader.status(address) for reader in readers} == ({200} if address in after else {302})

    change("unpublish(get('tides'))")

    for address in before | after:
        assert {reader.status(address) for reader in readers} == {404}


def test_the_label_follows_the_review(servers):
    change, readers = servers
    change("get_user_model().objects.all().delete()")
    change(SET_UP)
    change("set_provenance(Article.objects.filter(slug='tides'), WrittenBy('machine', 'Gemini'))")
    before = [wrong(readers, LABELLED, CHECKED), {card_address(reader) for reader in readers}]

    change(APPROVE)
    approved = [wrong(readers, CHECKED, LABELLED), {card_address(reader) for reader in readers}]
    change("a = get('tides'); a.excerpt = 'Another word.'; a.save()")
    changed = [wrong(readers, LABELLED | {"/articles/tides/": "Changed since"}, {})]

    assert [before[0], approved[0], *changed] == [[], [], []]
    assert before[1].isdisjoint(approved[1])


def card_address(reader) -> str:
    return "/cards/" + reader.text("/articles/tides/").partition("/cards/")[2].partition('"')[0]


def test_what_is_scheduled_appears_when_it_is_due_and_not_before(servers):
    change, readers = servers[0], servers[1][:1]
    shown = WELLS | {"/archive/2025/01/": ""}
    for seconds in (4, 60):  # a busy machine may not have seen all pages after a few
        change(SET_UP)
        change(f"due = timezone.now() + timedelta(seconds={seconds}); publish(get('wells'), due)")
        due = change("value = due.timestamp()")
        before = [*wrong(readers, {}, shown), *wrong(readers, {}, shown)]
        if is_before_it := time.time() < due:
            break
    assert is_before_it
    assert before == []

    while (seconds := due - time.time()) > 0:
        time.sleep(min(seconds, 5))
        for reader in servers[1]:
            reader.text("/health/")  # keeps its connection open

    assert wrong(readers, shown, {}) == []


@pytest.mark.parametrize("name", ["edited", "site renamed"])
def test_another_machine_follows(name, two_machines):
    """It shares the database and the cache server, but no folder."""
    change, others = two_machines.change, two_machines.others
    code, shown, hidden = CHANGES[name]
    change(SET_UP)
    wait_until(lambda: wrong(others, hidden, shown) == [])
    assert wrong(others, hidden, shown) == []

    change(code)

    wait_until(lambda: wrong(others, shown, hidden) == [])


def test_another_machine_is_asked_at_least_once_a_second():
    assert ExpiryThread.SYNC_SECONDS <= 1


class TwoMachines:
    """A driver of one, the readers of both, and the cache server that they share."""

    def __init__(self, site, folder, stack):
        self.port, self.folder = free_port(), folder
        # A folder belongs to one cache server: what is owed to it stands there.
        environment = site.environment | {"WEB_CONCURRENCY": "1"}
        environment |= {"CACHE_URL": f"redis://127.0.0.1:{self.port}/0", "SECRET_KEY": "of both machines"}
        here, there = (environment | {"GALLEY_DATA": str(folder / name)} for name in ("here", "there"))
        self.valkeys = stack.enter_context(ExitStack())
        self.start_valkey()
        self.change = stack.enter_context(running_driver(here))
        self.server, other = (stack.enter_context(forked_server(place, folder)) for place in (here, there))
        self.readers = stack.enter_context(readers_of(self.server, 1))
        self.others = stack.enter_context(readers_of(other, 1))

    def start_valkey(self):
        self.valkey = self.valkeys.enter_context(running_valkey(self.port, self.folder))

    def break_valkey(self, fault):
        if fault == "killed":
            self.valkeys.close()
        else:
            self.valkey.send_signal(signal.SIGSTOP)

    def mend_valkey(self, fault):
        if fault == "killed":
            self.start_valkey()
        else:
            self.valkey.send_signal(signal.SIGCONT)


@pytest.fixture(scope="module")
def two_machines(site, folder):
    with ExitStack() as stack:
        yield TwoMachines(site, folder, stack)


class TestWithoutTheCacheServer:
    """Readers and editors notice nothing; afterwards the other machines follow again."""

    @pytest.mark.parametrize("fault", ["hanging", "killed"])
    def test_everything_goes_on(self, fault, two_machines):
        change, readers, others = two_machines.change, two_machines.readers, two_machines.others
        change(SET_UP)
        wait_until(lambda: wrong(readers + others, {"/": "Tides"}, {"/": "Ebb"}) == [])
        two_machines.break_valkey(fault)

        change("a = get('tides'); a.title = 'Ebb'; a.save()")

        assert wrong(readers, {"/": "Ebb", "/articles/tides/": "Ebb"}, {}) == []
        assert wrong(others, {"/categories/": "Rivers"}, {}) == []
        two_machines.mend_valkey(fault)
        wait_until(lambda: wrong(others, {"/": "Ebb"}, {}) == [], seconds=30)
        assert "Traceback" not in two_machines.server.log.read_text()
