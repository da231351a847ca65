"""Categories, authors and series in versions, under the names that they have today.

What was renamed or merged changed no article: so it is no difference between two versions, either.
"""

from blog.articles.authors import Author
from blog.articles.categories import Category
from blog.articles.names import folded
from blog.articles.series import Series
from blog.articles.versions.contents import in_order


def with_names_of_today(*contents: dict) -> list[dict]:
    """Return the contents with the names of today; of what is gone, the names stay. At most six queries."""
    of_categories = _renaming(Category, [entry for one in contents for entry in _categories(one)])
    of_authors = _renaming(Author, [entry for one in contents for entry in one["authors"]])
    of_series = _renaming(Series, [one["series"] for one in contents if one["series"]])
    return [in_order(one | _renamed(one, of_categories, of_authors, of_series)) for one in contents]


def _categories(contents):
    primary = contents["primary_category"]
    return [*contents["categories"], *([primary] if primary else [])]


def _renamed(contents, of_categories, of_authors, of_series):
    primary, series = contents["primary_category"], contents["series"]
    return {
        "primary_category": of_categories(primary) if primary else None,
        "categories": _once_each(map(of_categories, contents["categories"])),
        "authors": _once_each(map(of_authors, contents["authors"])),
        "series": of_series(series) if series else None,
    }


def _renaming(model, entries):
    """Return what gives an entry the key and the name of the row that it means."""
    by_key = model.objects.in_bulk({entry["id"] for entry in entries})
    lost = {folded(entry["name"]) for entry in entries if entry["id"] not in by_key}
    by_name = model.objects.by_folded_name(lost) if lost else {}

    def renamed(entry):
        row = by_key.get(entry["id"]) or by_name.get(folded(entry["name"]))
        return entry | {"id": row.pk, "name": row.name} if row else entry

    return renamed


def _once_each(entries):
    found = []
    for entry in entries:
        if entry not in found:
            found.append(entry)
    return found
