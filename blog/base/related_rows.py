"""Related rows that are read with the articles, in the same query: their fields alone."""

from django.db import DEFAULT_DB_ALIAS, models
from django.db.models import F


def with_related(rows, **fields):
    """Annotate each row with fields of its related rows, for take_related(). fields: {relation: names}."""
    shown = [column for relation, names in fields.items() for column in columns(relation, names)]
    return rows.annotate(**{f"{column}_shown": F(column) for column in shown})


def columns(relation, fields):
    return [f"{relation}__{field}" for field in fields]


def take_related(article, relation, model, fields):
    """Set the article's relation from the annotations of with_related(); None if it has none."""
    values = [article.__dict__.pop(f"{column}_shown") for column in columns(relation, fields)]
    setattr(article, relation, None if values[0] is None else row_of(model, fields, values))


def row_of(model, fields, values):
    return model.from_db(DEFAULT_DB_ALIAS, fields, values, fetch_mode=models.FETCH_RAISE)
