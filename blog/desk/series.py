"""Series, with their parts in order."""

from django.contrib import admin
from django.db.models import Count, Q
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from blog.articles.series import Series
from blog.desk.columns import change_link, state_pill
from blog.desk.named_models import NamedForm, NamedModelAdmin


class SeriesForm(NamedForm):
    class Meta(NamedForm.Meta):
        model = Series


PARTS_SHOWN = 200


@admin.register(Series)
class SeriesAdmin(NamedModelAdmin):
    form = SeriesForm
    field_of_existing = "parts"
    used_in = ("series",)
    article_lookup = "series__id__exact"
    count = Count("articles", filter=Q(articles__trashed_at=None))

    def get_readonly_fields(self, request, obj=None):
        return (*super().get_readonly_fields(request, obj), "parts")

    @admin.display(description=gettext_lazy("Articles, in order"))
    def parts(self, series):
        found = series.articles.in_use().with_queue_relations().in_series_order()[:PARTS_SHOWN]
        rows = ((self._number(part), change_link(part), state_pill(part)) for part in found)
        return format_html('<ul class="parts">{}</ul>', format_html_join("", "<li>{} {} {}</li>", rows))

    def _number(self, part):
        number = _("by date") if part.series_part is None else _("Part %d") % part.series_part
        return format_html("<span>{}</span>", number)
