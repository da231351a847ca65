"""The rows of a site, to compare what is left by acts that were killed with what others leave.

Times that have passed, primary keys, and rows of running processes are left out, since they differ.
"""

import json
from collections import defaultdict
from functools import cache
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.db.models import DateTimeField

from blog import extend, search
from blog.articles.similar import without_similar
from blog.base.models import UserDecision
from blog.models import Article, UndoableAction, Version

LEFT_OUT = {
    "blog.CodeAttempts",
    "blog.Job",
    "blog.Message",
    "blog.Presence",
    "blog.RequestCount",
    "blog.StagedFile",
    "blog.Worker",
    "sessions.Session",
    "blog.OpenedList",
    "contenttypes.ContentType",
    "auth.Permission",
    "auth.Group_permissions",
    "blog.SimilarArticle",
}
# Random, or counted when many articles are checked at once.
VOLATILE = {"preview_key", "shared_kinds"}
# Computed after the commit from the other rows, and again by the next job if that was killed.
DERIVED = {"blog.ArticleCheck", "blog.Finding", "blog.Mention", "blog.Reference", "blog.Person"}


def print_state() -> None:
    """Print the state as JSON.

    rows: {model: rows}. derived: the same for DERIVED. articles: {primary key: its rows of other models}.
    undoable: the primary keys of articles in undoable actions. unindexed: the number of articles that a
    search does not find. lonely: the number of those that lack similar ones. files: {path: size in bytes}.
    """
    rows, articles, media = defaultdict(list), defaultdict(list), Path(settings.MEDIA_ROOT)
    for model in apps.get_models(include_auto_created=True):
        if model._meta.label in {*LEFT_OUT, *extend.not_in_backup}:
            continue
        fields = [
            field for field in model._meta.local_concrete_fields if not (field.generated or field.primary_key)
        ]
        of_article = [place for place, field in enumerate(fields) if field.related_model is Article]
        names = [field.attname for field in (*fields, model._meta.pk)]
        for values in model._base_manager.order_by("pk").values_list(*names):
            row = [_comparable(field, value) for field, value in zip(fields, values, strict=False)]
            line = json.dumps(row, default=str)
            rows[model._meta.label].append(line)
            keys = [values[-1]] if model is Article else [values[place] for place in of_article]
            for key in keys if model._meta.label not in DERIVED else ():
                articles[key].append(f"{model._meta.label} {line}")
    state = {
        "rows": {label: sorted(lines) for label, lines in rows.items() if label not in DERIVED},
        "derived": {label: sorted(lines) for label, lines in rows.items() if label in DERIVED},
        "articles": {key: sorted(lines) for key, lines in articles.items()},
        "undoable": [key for action in UndoableAction.objects.all() for key in action.keys],
        # A write that is killed may leave a draft (blog/files/atomic.py), which no row names.
        "files": {str(path.relative_to(media)): path.stat().st_size for path in media.rglob("[!.]*.*")},
        "unindexed": search.count_stale(Article.objects.all()),
        "lonely": without_similar(Article.objects).count(),
    }
    print(json.dumps(state))  # noqa: T201 -- for the test


def _comparable(field, value):
    if field.name in VOLATILE:
        return None
    if isinstance(field, DateTimeField):
        return value if value and value.year > 2040 else bool(value)
    if field.related_model and value is not None:
        return _places(field.related_model)[value]
    if field.name == "appended_rows":
        models = {model.stored_name: model for model in UserDecision.__subclasses__()}
        return [[name, _places(models[name])[key]] for name, key in value]
    if field.name == "previous_content":
        return {key: [_places(Version)[version], *others] for key, (version, *others) in value.items()}
    return value


@cache
def _places(model) -> dict:
    """Return {primary key: a value that does not depend on rows that were rolled back}."""
    if model is Version:
        return {key: place for key, *place in Version.objects.values_list("pk", "article", "number")}
    keys = model._base_manager.order_by("pk").values_list("pk", flat=True)
    return {key: place for place, key in enumerate(keys)}
