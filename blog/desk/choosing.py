"""Autocomplete fields for related rows."""

from django.contrib.admin.widgets import AutocompleteSelect


class RowSelect(AutocompleteSelect):
    """Django's autocomplete widget; an invalid primary key selects nothing instead of raising."""

    def optgroups(self, name, value, attrs=None):
        numbers = [key for key in map(str, value) if key.isascii() and key.isdigit()]
        return super().optgroups(name, numbers, attrs)


class ChoosesRows:
    """A mixin for a ModelAdmin or an inline: its autocomplete_fields use RowSelect."""

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        if db_field.name in self.get_autocomplete_fields(request):
            kwargs.setdefault("widget", RowSelect(db_field, self.admin_site, using=kwargs.get("using")))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)
