"""A model field for the credit of an image."""

import json
from dataclasses import astuple

from django.db import models

from blog.documents.image_words import Credit


class CreditField(models.TextField):
    """A Credit in one column: a JSON list of its parts, or "" if it is empty."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **{"blank": True, "default": Credit, **kwargs})

    def from_db_value(self, value, expression, connection):
        return self.to_python(value)

    def to_python(self, value):
        return value if isinstance(value, Credit) else Credit(*json.loads(value)) if value else Credit()

    def get_prep_value(self, value):
        return json.dumps(astuple(value), ensure_ascii=False) if value else ""

    def value_to_string(self, obj):
        return self.get_prep_value(self.value_from_object(obj))
