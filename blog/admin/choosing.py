"""Fields that search rows of another model as somebody types."""

from django.contrib.admin.widgets import AutocompleteSelect


class RowSelect(AutocompleteSelect):
    """Django's autocomplete widget, but a value that is no primary key selects nothing instead of failing."""

    def optgroups(self, name, value, attrs=None):
        numbers = [key for key in map(str, value) if key.isascii() and key.isdigit()]
        return super().optgroups(name, numbers, attrs)


class ChoosesRows:
    """For a ModelAdmin or an inline: its autocomplete_fields are shown as a RowSelect."""

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        if db_field.name in self.get_autocomplete_fields(request):
            kwargs.setdefault("widget", RowSelect(db_field, self.admin_site, using=kwargs.get("using")))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)
