"""Acts: entries of the activity log that belong together, joined to one line."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta

from django.utils import formats, timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

TOGETHER = timedelta(minutes=30)  # equal acts of one person
AT_ONCE = timedelta(seconds=2)  # between two entries of a bulk action
NAMES_SHOWN = 20  # of an act


@dataclass
class Act:
    """Entries of one person that belong together, newest first: a bulk action, or several equal actions."""

    entries: list = field(default_factory=list)

    @property
    def first(self):
        """The newest entry."""
        return self.entries[0]

    @cached_property
    def rows(self) -> list:
        """The newest entry of each row that was changed."""
        return list({(entry.model, entry.number): entry for entry in reversed(self.entries)}.values())[::-1]

    @property
    def named(self) -> list:
        return self.rows[:NAMES_SHOWN]

    @property
    def unnamed(self) -> int:
        """The number of rows after the named ones."""
        return len(self.rows) - len(self.named)

    @property
    def times(self) -> str:
        """The number of changes of the only row, if more than one."""
        number = len(self.entries)
        return ngettext("%d time", "%d times", number) % number if number > len(self.rows) == 1 else ""

    @property
    def articles(self) -> str:
        """The number of articles, if there are several."""
        number = len(self.rows)
        return ngettext("%d article", "%d articles", number) % number if number > 1 else ""

    @property
    def note(self) -> str:
        """The note that all entries have in common."""
        notes = {entry.note for entry in self.entries}
        return notes.pop() if len(notes) == 1 else ""

    @property
    def minutes(self) -> str:
        """The duration of a series of single actions; "" for one action."""
        number = round((self.first.at - self.entries[-1].at) / timedelta(minutes=1))
        return ngettext("in %d minute", "in %d minutes", number) % number if number else ""

    @property
    def day(self) -> str:
        date, today = timezone.localtime(self.first.at).date(), timezone.localdate()
        if date == today:
            return _("Today")
        if date == today - timedelta(days=1):
            return _("Yesterday")
        return formats.date_format(date, "DATE_FORMAT")


def group(entries: Iterable, most: int) -> tuple[list[Act], int]:
    """Join entries, newest first, into at most `most` acts. Return the acts and how many were joined."""
    acts, latest, number = [], {}, 0
    for entry in entries:
        keys = _keys(entry)
        act = next((latest[key] for key in keys if key in latest and _is_near(latest[key], entry, key)), None)
        if act is None:
            if len(acts) == most:
                break
            acts.append(act := Act())
        act.entries.append(entry)
        latest |= dict.fromkeys(keys, act)
        number += 1
    return acts, number


def _keys(entry) -> list[tuple]:
    """Return the keys by which an entry joins an act. Each key starts with the reason."""
    who = (getattr(entry.person, "pk", None), entry.kind)
    keys = []
    if entry.is_article:
        # Notes of single actions quote the title.
        keys += [("equal", *who, entry.note.replace(entry.name, "")), ("bulk", *who)]
    if entry.kind == "changed":
        keys.append(("row", *who, entry.model, entry.number))
    return keys


def _is_near(act, entry, key) -> bool:
    if key[0] == "bulk":
        return act.entries[-1].at - entry.at <= AT_ONCE
    return act.first.at - entry.at <= TOGETHER
