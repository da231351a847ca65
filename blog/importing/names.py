"""Categories and authors by the names that files give them."""

from blog.documents import ArticleFields
from blog.models import Author, Category
from blog.querysets import folded

NAME_LENGTH = Category._meta.get_field("name").max_length


class NameIndex:
    """Categories and authors by name, so that a name met before costs no query."""

    def __init__(self):
        self._rows = {}
        self._missing = set()  # looked for, and not there

    def look_ahead(self, files: list[ArticleFields]) -> None:
        """Ask once for all the names that these files hold."""
        categories = {name.name for fields in files for name in fields.categories}
        self._look_up(Category, categories | {fields.primary_category for fields in files})
        self._look_up(Author, {name for fields in files for name in fields.authors})

    def forget(self) -> None:
        """Forget rows that a rolled-back transaction has taken with it."""
        self._rows.clear()
        self._missing.clear()

    def category(self, name: str, warnings: list[str]) -> Category | None:
        return self._named(Category, name, warnings)

    def author(self, name: str, warnings: list[str]) -> Author | None:
        return self._named(Author, name, warnings)

    def _look_up(self, model, names):
        self._missing = {key for key in self._missing if key[0] != model}
        wanted = {folded(name[:NAME_LENGTH]) for name in names if name}
        wanted = {name for name in wanted if (model, name) not in self._rows}
        for name, row in model.objects.by_folded_name(wanted).items():
            self._rows[model, name] = row
        self._missing |= {(model, name) for name in wanted if (model, name) not in self._rows}

    def _named(self, model, name, warnings):
        if not name:
            return None
        name = cut(name, NAME_LENGTH, model._meta.verbose_name, warnings)
        key = (model, folded(name))
        if key not in self._rows:
            known = None if key in self._missing else model.objects.named(name).first()
            self._rows[key] = known or model.objects.create(name=name)
        return self._rows[key]


def cut(value, length, what, warnings):
    if len(value) > length:
        warnings.append(f"{what} is longer than {length} characters: cut.")
    return value[:length]
