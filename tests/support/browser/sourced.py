"""Articles with sources in all states, for browser tests and pictures of the screens.

Their pages are read and compared as usual, but come from here. Run in the process of a site; prints the keys.
"""

import json

PAGE = (
    "<html><head><title>{title}</title><meta property='og:site_name' content='{publisher}'>"
    "<meta property='article:published_time' content='{day}'></head><body><main><h1>{title}</h1>{words}"
    "</main></body></html>"
)
FRIDGES, TABLES, POND = (
    "https://museum.example.org/fridges",
    "https://tables.example.edu/water",
    "https://pond.example.org/harvests",
)
SHIPS, STREETS = "https://harbour.example.com/ice-ships", "https://archive.example.at/house-numbers"
TURNOVER, SNOW = "https://lakes.example.net/turnover", "https://stations.example.ch/snow"
LOG_IN, FILM = "https://subscribers.example.com/1944/appliances", "https://films.example.org/harvest.pdf"
NEW, IGNORED = "https://tides.example.org/aquifers", "https://norms.example.de/476"
PAGES = {  # {address: title, publisher, day, words}
    FRIDGES: (
        "Refrigerators at Home",
        "Museum of Cold",
        "2021-03-14",
        "By 1944, in spite of the war, 85 per cent of American households owned a refrigerator.",
    ),
    TABLES: (
        "Heat of Fusion",
        "Tables for Schools",
        "2017-05-02",
        "To melt a kilogram of ice takes 334 kilojoules. To boil a kilogram of water takes 2257 kilojoules.",
    ),
    POND: (
        "Fresh Pond and its Harvests",
        "Pond Notes",
        "2018-01-11",
        "The cutter followed the groove before it. Everybody knew that the ploughs of the winter paid.",
    ),
    SHIPS: (
        "Ice Ships of Boston, a list",
        "Harbour Archive",
        "2015-06-02",
        "The list has ships that carried ice to Havana in 1807 and to Bombay in 1834, with their masters.",
    ),
    STREETS: (
        "Numbering of Houses in Vienna",
        "City Archive",
        "2019-02-03",
        "Vienna has had numbers on its houses since 1770, when soldiers painted them on the walls.",
    ),
}
OUTCOMES = {
    POND: {"state": "moved", "final_address": "https://pond.example.org/notes/harvests"},
    SHIPS: {"state": "gone", "status": 404},
    TURNOVER: {"state": "gone", "status": 410},
    STREETS: {"state": "unreachable", "reason": "it did not answer."},
    SNOW: {"state": "soft_404", "status": 200},
    LOG_IN: {"state": "paywall_or_script", "status": 402},
    FILM: {"state": "not_text", "reason": "it is larger than 2 MB."},
}
OWNED = f"[By 1944, 85 % of American households owned a refrigerator.]({FRIDGES})"
VIENNA = f"[Vienna has had numbers on its houses since 1770.]({STREETS})"
ARTICLES = {
    "Ice by Ship": (
        OWNED,
        f"The cutter had teeth. [It brought down the cost of harvesting by two thirds.]({POND})",
        f"[To melt a kilogram of ice in 1850 takes 334 kilojoules.]({TABLES})",
        f"Ships took [ice to Havana in 1807 and to Bombay in 1834]({SHIPS}).",
        "Some 52 ships sailed with ice in 1846.",
    ),
    "The Lake in Spring": (
        f"[In 1834 ice went to Bombay]({SHIPS}). [A lake turns over twice in 365 days.]({TURNOVER})",
        VIENNA,
        OWNED,
    ),
    "The Field in Snow": (
        f"[Snow]({SNOW}) falls. [Aquifers]({NEW}) hold water. [Standards]({IGNORED}) are kept.",
        f"[In 1944 each household had three appliances.]({LOG_IN}) [A film]({FILM}) shows 1901.",
        f"{VIENNA} [Ships]({SHIPS}) sailed.",
    ),
}


def main():
    from blog.extensions.sources.acts import ignore
    from blog.extensions.sources.jobs import read
    from blog.extensions.sources.models import Source
    from blog.extensions.sources.reports import report
    from blog.models import Article
    from blog.review.proofs import check_articles

    keys = {
        title: Article.objects.create(
            title=title,
            slug=title.lower().replace(" ", "-"),
            body="\n\n".join(paragraphs),
            generated_by="Claude",
            hero_is_decorative=True,
        ).pk
        for title, paragraphs in ARTICLES.items()
    }
    check_articles(list(keys.values()))
    read(list(keys.values()))
    for address in {**PAGES, **OUTCOMES}:
        open_page(address)
    ignored = Source.objects.get(address=IGNORED)
    ignore(ignored, "It works for readers. The site turns automatic visits away.", None)
    for source in Source.objects.all():
        report(source)
    print(json.dumps(keys))  # noqa: T201 -- what this program is for


def open_page(address):
    """Store what opening a source would lead to."""
    from django.utils import timezone

    from blog.extensions.sources import tasks
    from blog.extensions.sources.due import claim, store
    from blog.extensions.sources.models import Source
    from blog.extensions.sources.opening import Outcome

    def stored(**values):
        task = claim(Source.objects.get(address=address), timezone.now())
        sentences = task.sentences
        if page := values.get("page"):
            found = tasks.compare(page, list(sentences.values()))
            values["evidence"] = dict(zip(sentences, found, strict=True))
        store(Outcome(task, **values), timezone.now())

    if address in PAGES:
        title, publisher, day, words = PAGES[address]
        html = PAGE.format(title=title, publisher=publisher, day=day, words=f"<p>{words}</p>")
        opened = tasks.open_page(html.encode(), "text/html; charset=utf-8", address, address, ())
        stored(state=opened.state, status=200, page=opened.page, digest=opened.digest)
    if address in OUTCOMES:
        Source.objects.filter(address=address).update(tries=3)
        stored(**OUTCOMES[address])
