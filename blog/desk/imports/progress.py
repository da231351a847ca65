"""Imports with the states of their articles, for the dashboard, the list of imports and the screen of one."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse

from blog.articles.queue import TRASH, QueueState
from blog.imports.articles import count_states
from blog.imports.models import ImportRun

# In the order of the bar.
STATES = (
    *(QueueState.PUBLISHED, QueueState.SCHEDULED, QueueState.CHECKED, QueueState.CHECK),
    *(QueueState.CHANGED, QueueState.HELD, QueueState.DRAFT, TRASH),
)


@dataclass(frozen=True)
class ImportProgress:
    """An import with the number of its articles in each state that occurs."""

    run: ImportRun
    number: dict[str, int]

    @property
    def url(self) -> str:
        return reverse("admin:blog_importrun_change", args=[self.run.pk])

    @property
    def total(self) -> int:
        return sum(self.number.values())

    @property
    def to_review(self) -> int:
        return self.number.get(QueueState.CHECK, 0)

    @property
    def review_url(self) -> str:
        """The URL that opens the article of this import to review next."""
        return reverse("admin:continue_reviewing", query={"batch": self.run.pk})

    @property
    def shares(self) -> list[dict]:
        """The articles in each state that occurs. x and width are percentages of the bar."""
        shares, x = [], 0.0
        for state in STATES:
            if number := self.number.get(state, 0):
                width = 100 * number / self.total
                shares.append(
                    {"state": str(state), "number": number, "x": round(x, 2), "width": round(width, 2)}
                )
                x += width
        return shares


def import_progress(runs: Collection[ImportRun], now: datetime) -> dict[int, ImportProgress]:
    """Return {primary key: ImportProgress} for these imports. One query for all of them."""
    numbers = count_states([run.pk for run in runs], now)
    return {run.pk: ImportProgress(run, numbers.get(run.pk, {})) for run in runs}
