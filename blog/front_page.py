"""What stands where on the home page, and the cards that all lists are made of."""

import itertools
from dataclasses import dataclass

from django.utils.translation import gettext as _

from blog.models import Article, Category


@dataclass(slots=True)
class Section:
    """Articles under one heading. The layouts alternate, so that no two neighbours look alike."""

    articles: list
    topic: Category | None = None
    heading: str = ""
    layout: str = "split"
    rows: int = 1  # of three

    def arrange(self, layout):
        """Set the layout that the articles suit: the large place is for one with a picture."""
        leading = next((article for article in self.articles if has_picture(article)), None)
        if leading is None or (layout == "three" and len(self.articles) >= 3):
            self.layout = "three"
            self.articles = self.articles[: 3 * self.rows]
        else:
            self.layout = layout.replace("three", "split")
            self.articles = [leading, *(article for article in self.articles if article != leading)]


class FrontPage:
    """What stands where on the home page. Each article has one place, the most prominent that it may have."""

    RAIL, SHELF, LATEST, MOST_LATEST, TOPIC = 5, 3, 5, 9, 5
    LAYOUTS = ("split", "split flip", "three")

    def __init__(self):
        self.lead = None
        self.rail, self.shelf, self.sections = [], [], []
        self.rail_is_trending = False

    @classmethod
    def of_today(cls, topics):
        """Choose by keys alone, then fetch all that is shown at once."""
        page = cls()
        newest = Article.objects.published().newest_first()
        latest = keys(newest[: 1 + cls.RAIL + cls.SHELF + cls.MOST_LATEST])
        featured = keys(newest.featured()[: 1 + cls.RAIL + cls.SHELF])
        trending = keys(newest.trending()[: 1 + cls.SHELF + cls.RAIL])
        shown = []
        lead = take(featured or latest, 1, shown)
        shelf = take(featured, cls.SHELF, shown) if len(featured) > 2 else []
        rail = take(trending, cls.RAIL, shown)
        page.rail_is_trending = bool(rail)
        rail = rail or take(latest, cls.RAIL, shown)
        # Without topics what is latest is all there is.
        rows = 1 if topics else 3
        sections = [(None, take(latest, cls.LATEST if topics else 3 * rows, shown))]
        for topic in topics:
            in_topic = list(topic.article_links.published().newest_articles()[: cls.TOPIC + len(shown)])
            sections.append((topic, take(in_topic, cls.TOPIC, shown)))
        articles = {article.pk: article for article in cards(shown)}

        def found(chosen):
            return [articles[key] for key in chosen if key in articles]

        page.lead = next(iter(found(lead)), None)
        page.rail, page.shelf = found(rail), found(shelf)
        heading = _("Latest") if page.rail_is_trending or not rail else _("Before that")
        filled = [
            Section(found(chosen), topic, heading, rows=rows)
            for topic, chosen in sections
            if len(chosen) > bool(topic)
        ]
        for section, layout in zip(filled, itertools.cycle(cls.LAYOUTS), strict=False):
            section.arrange(layout)
        page.sections = filled
        return page

    @property
    def top(self) -> list[Article]:
        """What stands highest."""
        return [self.lead, *self.rail] if self.lead else []


def keys(articles) -> list[int]:
    return list(articles.values_list("pk", flat=True))


def cards(keys) -> list[Article]:
    """Return the articles with these keys, as lists show them."""
    return Article.objects.cards(keys)


def take(candidates, number, shown) -> list[int]:
    """Return the first few candidates that are not shown yet, and note that they are now."""
    taken = [key for key in candidates if key not in shown][:number]
    shown.extend(taken)
    return taken


def has_picture(article) -> bool:
    return bool(article.hero_image and article.hero_image.url)
