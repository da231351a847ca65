"""Images: files of ours, and pictures elsewhere that articles show."""

from functools import partial

from django.contrib import admin, messages
from django.db.models import Count, IntegerField, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext_lazy as _

from blog.admin.columns import HIDDEN_PICTURE, change_link, thumbnail
from blog.admin.public import PublicAdmin
from blog.forms import ImageForm
from blog.models import Article, BodyImage, Image
from blog.refusals import text_refusal


def _number(rows, field):
    number = rows.filter(**{field: OuterRef("pk")}).order_by().values(field).annotate(number=Count("pk"))
    return Coalesce(Subquery(number.values("number"), output_field=IntegerField()), 0)


def _articles_with(image):
    return Article.objects.filter(Q(hero_image=image) | Q(body_image_links__image=image)).distinct()


def _published_with(image):
    return _articles_with(image).filter(status=Article.Status.PUBLISHED).exists()


class PlaceFilter(admin.SimpleListFilter):
    title = _("place")
    parameter_name = "place"

    def lookups(self, request, model_admin):
        return [("here", _("Stored here")), ("elsewhere", _("Elsewhere"))]

    def queryset(self, request, queryset):
        if self.value() == "here":
            return queryset.exclude(file="")
        return queryset.filter(file="") if self.value() == "elsewhere" else queryset


@admin.register(Image)
class ImageAdmin(PublicAdmin):
    form = ImageForm
    list_display = ("picture", "picture_name", "size", "credit_creator", "uses")
    list_display_links = ("picture_name",)
    list_filter = (PlaceFilter,)
    search_fields = ("source", "file", "alt", "caption", "credit_creator")
    readonly_fields = ("preview", "size", "used_by")
    fieldsets = (
        (None, {"fields": ["preview", "upload", "size"]}),
        (_("What it shows"), {"fields": ["alt", "caption", ("focal_x", "focal_y")]}),
        (_("Credit"), {"fields": ["credit_creator", "credit_url", "credit_source"]}),
        (_("Origin and use"), {"fields": ["source", "used_by"]}),
    )

    def has_change_permission(self, request, obj=None):
        """A picture of a published article is part of what readers see: it is for those who publish."""
        if not super().has_change_permission(request, obj):
            return False
        return obj is None or request.user.has_perm("blog.publish_article") or not _published_with(obj)

    def get_queryset(self, request):
        number = _number(Article.objects, "hero_image") + _number(BodyImage.objects, "image")
        return super().get_queryset(request).annotate(use_count=number)

    def save_related(self, request, form, formsets, change):
        """Show the new file in the texts that hold the picture."""
        super().save_related(request, form, formsets, change)
        if change and "upload" in form.changed_data:
            holders = form.instance.body_image_links.values("article")
            Article.objects.filter(pk__in=holders).derive(partial(self._warn_of_refusal, request))

    def _warn_of_refusal(self, request, article, error):
        sentence = _("{} still shows the old file, since it cannot be rendered again. {}")
        self.message_user(
            request, format_html(sentence, change_link(article), text_refusal(error)), messages.WARNING
        )

    @admin.display(description=HIDDEN_PICTURE)
    def picture(self, image):
        return thumbnail(image)

    @admin.display(description=_("Name"), ordering="source")
    def picture_name(self, image):
        return format_html(
            '<span class="title">{}</span> <span class="sub">{}</span>',
            image.alt or _("No alternative text"),
            image,
        )

    @admin.display(description=_("Size"))
    def size(self, image):
        return f"{image.width} \u00d7 {image.height}" if image.width else None

    @admin.display(description=_("Uses"), ordering="use_count")
    def uses(self, image):
        return image.use_count or None

    @admin.display(description=_("Picture"))
    def preview(self, image):
        return format_html('<img class="preview" src="{}" alt="">', image.url) if image.url else None

    @admin.display(description=_("Used by"))
    def used_by(self, image):
        links = [(change_link(article),) for article in _articles_with(image).only("title")[:100]]
        items = format_html_join("", "<li>{}</li>", links)
        return format_html('<ul class="plain">{}</ul>', items) if links else None
