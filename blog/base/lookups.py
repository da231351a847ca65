"""Lookups for numbers that somebody typed."""

from django.db import models
from django.db.models.lookups import In

LARGEST = 2**63 - 1  # that SQLite can compare; it raises OverflowError for others


@models.IntegerField.register_lookup
class StorableIn(In):
    """“in” without the numbers that no row can have, as Django skips them for “exact”."""

    def get_prep_lookup(self):
        values = super().get_prep_lookup()
        if not self.rhs_is_direct_value():
            return values
        return [value for value in values if not isinstance(value, int) or -LARGEST <= value <= LARGEST]
