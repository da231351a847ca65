"""Categories and authors by the names that files give them."""

from blog.documents import SLUG_LENGTH, ArticleFields, slugify_name
from blog.documents.notices import Kind, Notice
from blog.models import Author, Category, first_free_slug, taken_slugs
from blog.models.querysets import folded

NAME_LENGTH = Category._meta.get_field("name").max_length


class NameIndex:
    """Categories and authors by name, so that a name met before costs no query."""

    def __init__(self):
        self._rows = {}
        self._missing = set()  # looked for, and not there

    def look_ahead(self, files: list[ArticleFields], new_files: list[ArticleFields]) -> None:
        """Ask once for all names in these files; store at once those that new files are the first to say."""
        self._look_up(Category, _categories_of(files), _categories_of(new_files))
        self._look_up(Author, _authors_of(files), _authors_of(new_files))

    def forget(self) -> None:
        """Forget rows that a rolled-back transaction has taken with it."""
        self._rows.clear()
        self._missing.clear()

    def category(self, name: str, notices: list[Notice]) -> Category | None:
        return self._named(Category, name, notices)

    def author(self, name: str, notices: list[Notice]) -> Author | None:
        return self._named(Author, name, notices)

    def _look_up(self, model, names, new_names):
        self._missing = {key for key in self._missing if key[0] != model}
        wanted = {folded(name[:NAME_LENGTH]) for name in names if name}
        wanted = {name for name in wanted if (model, name) not in self._rows}
        for name, row in model.objects.by_folded_name(wanted).items():
            self._rows[model, name] = row
        first_spellings = {}
        for name in new_names:
            if name and (model, folded(name[:NAME_LENGTH])) not in self._rows:
                first_spellings.setdefault(folded(name[:NAME_LENGTH]), name[:NAME_LENGTH])
        for row in _insert(model, first_spellings):
            self._rows[model, row.folded_name] = row
        self._missing |= {(model, name) for name in wanted if (model, name) not in self._rows}

    def _named(self, model, name, notices):
        if not name:
            return None
        name = cut(name, NAME_LENGTH, model._meta.verbose_name, notices)
        key = (model, folded(name))
        if key not in self._rows:
            known = None if key in self._missing else model.objects.named(name).first()
            self._rows[key] = known or model.objects.create(name=name)
        return self._rows[key]


def _categories_of(files):
    return [
        name for fields in files for name in (fields.primary_category, *(c.name for c in fields.categories))
    ]


def _authors_of(files):
    return [name for fields in files for name in fields.authors]


def _insert(model, names):
    """Insert a row for each of the names, by their folded ones, as save() would."""
    slugs = {folded_name: slugify_name(name)[:SLUG_LENGTH] for folded_name, name in names.items()}
    taken = taken_slugs(model.objects, slugs.values())
    rows = []
    for folded_name, slug in slugs.items():
        free = first_free_slug(slug, taken.__contains__)
        taken.add(free)
        rows.append(model(name=names[folded_name], slug=free, folded_name=folded_name))
    return model.objects.bulk_create(rows)


def cut(value, length, what, notices):
    if len(value) > length:
        notices.append(Notice(Kind.CUT, f"{what} is longer than {length} characters: cut."))
    return value[:length]
