"""The translators whom a file names.

They are not a field of an article, but are read from the file's other keys. An export contains these keys
unchanged.
"""

from collections.abc import Mapping

from blog.documents.fields.keys import Keys
from blog.documents.fields.values import is_nobody, name_of, split_names, split_people

MOST_TRANSLATORS = 5


def read_translators(extra: Mapping[str, object]) -> list[str]:
    """Return the names of the translators. extra: the keys of the front matter that are not fields."""
    value = extra.get(Keys(extra).first("translators"))
    names = [name for item in split_names(value, at_commas=False) if (name := name_of(item))]
    if isinstance(value, str):
        names = [one for name in names for one in split_people(name, at_commas=True)]
    return [name for name in dict.fromkeys(names) if not is_nobody(name)][:MOST_TRANSLATORS]
