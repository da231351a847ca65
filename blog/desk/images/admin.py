"""The screens of images: stored files with their uses and their replacement, and remote images."""

import itertools
from collections.abc import Iterator
from functools import partial

from django.contrib import admin, messages
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import Count, IntegerField, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce
from django.forms.models import model_to_dict
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.html import format_html
from django.utils.text import capfirst
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from blog import jobs
from blog.articles.authors import Author
from blog.articles.changes import changing
from blog.articles.models import Article
from blog.desk.base import TOAST, PublicAdmin, require, screen, urls_of
from blog.desk.columns import HIDDEN_IMAGE, change_link, thumbnail
from blog.desk.images.forms import ImageForm
from blog.desk.imports.upload import may_import, require_import
from blog.desk.jobs import JobProgress
from blog.desk.lists import choice_filter
from blog.documents.image_words import ImageWords, words_of_use
from blog.documents.rendering.images import shown_images
from blog.images.links import BodyImage, PageImage
from blog.images.mirror.failures import MirrorFailure
from blog.images.models import Image
from blog.jobs.models import Job
from blog.sandbox.refusal_messages import text_refusal
from blog.site.identity import SiteIdentity
from blog.site.pages import Page

USES_SHOWN = 100
IMAGES_SHOWN = 24
IN_TEXTS = ("upload", "alt", "credit_creator", "credit_url", "credit_source")  # rendered into texts
WIDE = ("body", "body_html", "plain_text", "contents")  # columns of articles
FAILURES_ON_A_PAGE = 50
MIRROR = "mirror_images"
PLACE = ("scope", "show", "page")  # parameters of the sheet


@require_http_methods(["GET", "HEAD", "POST"])
def replace_image(request, key, *, model_admin):
    """Show the image and a file field (GET), or replace its file as the form of images does (POST).

    The screen says what the replacement changes and ends.
    """
    image = get_object_or_404(Image, pk=key)
    require(model_admin.has_change_permission(request, image))
    query = {name: request.GET[name] for name in PLACE if request.GET.get(name)}
    place = f"image-{request.GET.get('image', '')}"
    request.belongs_to = sheet = reverse("admin:blog_article_describe", query=query, fragment=place)
    data = model_to_dict(image, ImageForm.Meta.fields) if request.method == "POST" else None
    form = ImageForm(data, request.FILES or None, instance=image)
    form.fields["upload"].required = True
    used = articles_with(image).in_use()
    reviewed = used.reviewed().count()
    if request.method == "POST" and form.is_valid():
        _save(request, model_admin, form)
        ended = reviewed - used.reviewed().count()
        messages.success(request, _replaced(used.count(), ended), extra_tags=TOAST)
        return HttpResponseRedirect(sheet)
    context = {
        "title": gettext("Replace an image"),
        "form": form,
        "image": Image.objects.get(pk=key),  # read again: an invalid form has changed form.instance
        "articles": used.count(),
        "public": used.published().count(),
        "approvals": reviewed,
        "sheet": sheet,
    }
    return screen(model_admin, request, "admin/blog/image/replace.html", context)


@transaction.atomic
def _save(request, model_admin, form):
    message = model_admin.construct_change_message(request, form, [])
    image = model_admin.save_form(request, form, change=True)
    model_admin.save_model(request, image, form, change=True)
    model_admin.save_related(request, form, [], change=True)
    model_admin.log_change(request, image, message)


def _replaced(articles, ended):
    said = ngettext(
        "The image was replaced in %d article.", "The image was replaced in %d articles.", articles
    )
    said %= articles
    if ended:
        said += " " + ngettext("%d approval ended.", "%d approvals ended.", ended) % ended
    return said


@require_http_methods(["GET", "HEAD", "POST"])
def remote_images(request, *, model_admin):
    """List the images that could not be mirrored (GET), or start mirroring (POST)."""
    require(model_admin.has_view_permission(request))
    if request.method == "POST":
        return _fetch(request)
    failures = MirrorFailure.objects.order_by("-tried_at", "-pk")
    page = Paginator(failures, FAILURES_ON_A_PAGE).get_page(request.GET.get("page"))
    latest = _mirrorings().order_by("-pk").first()
    context = {
        "title": gettext("Remote images"),
        "page": page,
        "rows": _rows(page.object_list),
        "number": Image.objects.remote().count(),
        "may_fetch": may_import(request),
        "progress": JobProgress.of(latest, request.user) if latest else None,
    }
    return screen(model_admin, request, "admin/blog/image/remote.html", context)


def _fetch(request):
    require_import(request)
    if _mirrorings().active().exists():
        messages.warning(request, gettext("Images are already being fetched."))
    else:
        jobs.start(MIRROR, request.user, retry="retry" in request.POST)
    return HttpResponseRedirect(reverse("admin:blog_image_elsewhere"))


def _mirrorings():
    return Job.objects.select_related("started_by", "stop_requested_by").filter(kind=MIRROR)


def _rows(failures) -> list[dict]:
    """Return each failure with the Image of its URL, if any, whose screen lists its uses."""
    addresses = [failure.address for failure in failures]
    images = {image.source: image for image in Image.objects.filter(source__in=addresses)}
    return [
        {
            "failure": failure,
            "image": images.get(failure.address),
            "is_on_the_web": failure.address.startswith(("https://", "http://")),
        }
        for failure in failures
    ]


def articles_with(image: Image):
    """Return a queryset of the articles that show the image, as hero image or in the text."""
    in_text = BodyImage.objects.filter(image=image).values("article")
    return Article.objects.filter(Q(hero_image=image) | Q(pk__in=in_text))


def _use(row, name, place, words: ImageWords, anchor="") -> dict:
    """Return a use of the image: the row that shows it, where in it, and the alt text and credit there."""
    address = reverse(f"admin:blog_{row._meta.model_name}_change", args=[row.pk]) + anchor
    return {"name": name, "place": place, "words": words, "address": address}


def _in_articles(image) -> Iterator[dict]:
    links = image.body_image_links.select_related("article").only(
        *("credit", "is_decorative", "article__title", "article__body_html")
    )
    for link in links.order_by("-article")[:USES_SHOWN]:
        words = _words_in_text(link.article, image, link.image_text_overrides)
        yield _use(link.article, link.article.title, gettext("in the text"), words, "#panel-pictures")


def _in_pages(image) -> Iterator[dict]:
    links = image.page_image_links.select_related("page").only("page__title", "page__body_html")
    for link in links.order_by("-page")[:USES_SHOWN]:
        words = _words_in_text(link.page, image, link.image_text_overrides)
        yield _use(link.page, link.page.title, gettext("in the text"), words, "#id_body")


def _words_in_text(row, image, own):
    """Return the alt text and credit of a use in a text. The alt text is read from the rendered text."""
    alts = (shown.alt for shown in shown_images(row.body_html) if shown.address == image.url)
    return words_of_use(ImageWords(next(alts, ""), own.credit, own.is_decorative), image.words)


LocationFilter = choice_filter(
    _("location"),
    "place",
    {
        "here": (_("On this site"), lambda images: images.exclude(file="")),
        "elsewhere": (_("Remote"), lambda images: images.filter(file="")),
    },
)


@admin.register(Image)
class ImageAdmin(PublicAdmin):
    form = ImageForm
    list_display = ("image", "image_name", "size", "credit_creator", "uses")
    list_display_links = ("image_name",)
    list_filter = (LocationFilter,)
    search_fields = ("upload_name", "source", "file", "alt", "caption", "credit_creator")
    readonly_fields = ("preview", "upload_name", "size", "used_by")
    fieldsets = (
        (None, {"fields": ["preview", "upload", "upload_name", "size"]}),
        (_("Alt text, caption and focus"), {"fields": ["alt", "caption", ("focal_x", "focal_y")]}),
        (_("Credit"), {"fields": ["credit_creator", "credit_url", "credit_source"]}),
        (_("Origin and use"), {"fields": ["source", "used_by"]}),
    )

    def get_urls(self):
        views = {
            "library": ("library/", self.library_view),
            "elsewhere": ("elsewhere/", partial(remote_images, model_admin=self)),
            "replace": ("<int:key>/replace/", partial(replace_image, model_admin=self)),
        }
        return [*urls_of(self, views), *super().get_urls()]

    @method_decorator(require_safe)
    def library_view(self, request):
        """Return a fragment for the image dialog: a button for each image with a URL, newest first."""
        require(self.has_view_permission(request))
        newest = Image.objects.order_by("-pk")
        images, _may_repeat = self.get_search_results(request, newest, request.GET.get("q", ""))
        page = Paginator(images, IMAGES_SHOWN).get_page(request.GET.get("page"))
        page.object_list = [image for image in page.object_list if image.url]
        for image in page.object_list:
            image.thumbnail = thumbnail(image)
        return render(request, "admin/blog/image/library.html", {"page": page})

    def has_change_permission(self, request, obj=None):
        return super().has_change_permission(request, obj) and self._may_edit(request, obj)

    def has_delete_permission(self, request, obj=None):
        return super().has_delete_permission(request, obj) and self._may_edit(request, obj)

    def _may_edit(self, request, image):
        """Whether the user may change everything that shows the image."""
        if image is None:
            return True
        shown_by = {
            "blog.publish_article": articles_with(image).filter(status=Article.Status.PUBLISHED),
            "blog.change_page": _pages_with(image),
            "blog.change_author": image.picture_of,
            "blog.change_siteidentity": _sites_with(image),
        }
        return all(
            request.user.has_perm(permission) or not rows.exists() for permission, rows in shown_by.items()
        )

    def get_deleted_objects(self, objs, request):
        """List the uses of an image instead of its link rows. An image in use is not deleted."""
        deleted, counts, missing, protected = super().get_deleted_objects(objs, request)
        if protected:
            sentence = _("“{}” is used here, so it cannot be deleted.")
            shown = ((image, _uses(image)) for image in objs)
            shown = ((format_html(sentence, image), uses) for image, uses in shown if uses)
            protected = list(itertools.chain.from_iterable(shown))
            missing &= {self.opts.verbose_name}  # ignore permissions on the link rows
        return deleted, counts, missing, protected

    def get_queryset(self, request):
        links = [
            *((Article, "hero_image"), (BodyImage, "image"), (PageImage, "image")),
            *((Author, "picture"), (SiteIdentity, "logo")),
        ]
        number = sum((_number(model.objects, field) for model, field in links), Value(0))
        return super().get_queryset(request).annotate(use_count=number)

    def save_related(self, request, form, formsets, change):
        """Render and check texts with the image again if its file, alt text or credit has changed."""
        super().save_related(request, form, formsets, change)
        if change and any(name in form.changed_data for name in IN_TEXTS):
            image, warn = form.instance, partial(self._warn_of_refusal, request)
            with changing(action=None) as act:
                Article.objects.filter(pk__in=image.body_image_links.values("article")).derive(warn)
                act.words.update(articles_with(image).in_use().order_by().values_list("pk", flat=True))
            Page.objects.filter(pk__in=image.page_image_links.values("page")).derive(warn)

    def _warn_of_refusal(self, request, row, error):
        sentence = _("{} could not be rendered again and still shows the old file. {}")
        messages.warning(request, format_html(sentence, change_link(row), text_refusal(error)))

    @admin.display(description=HIDDEN_IMAGE)
    def image(self, image):
        return thumbnail(image)

    @admin.display(description=_("Name"), ordering="source")
    def image_name(self, image):
        return format_html(
            '<span class="title">{}</span> <span class="sub">{}</span>',
            image.alt or _("No alt text"),
            image.upload_name or image,
        )

    @admin.display(description=_("Size"))
    def size(self, image):
        return f"{image.width} \u00d7 {image.height}" if image.width else None

    @admin.display(description=_("Uses"), ordering="use_count")
    def uses(self, image):
        return image.use_count or None

    @admin.display(description=_("Image"))
    def preview(self, image):
        return format_html('<img class="preview" src="{}" alt="">', image.url) if image.url else None

    @admin.display(description=_("Used by"))
    def used_by(self, image):
        articles = Article.objects.filter(hero_image=image).select_related("hero_image").defer(*WIDE)
        uses = [
            _use(article, article.title, gettext("above the text"), article.hero_words, "#id_hero_alt")
            for article in articles[:USES_SHOWN]
        ]
        uses += [*_in_articles(image), *_in_pages(image)]
        uses += [
            _use(author, author.name, gettext("as an author's portrait"), image.words, "#id_picture")
            for author in image.picture_of.all()[:USES_SHOWN]
        ]
        uses += [
            _use(site, capfirst(site._meta.verbose_name), gettext("as the logo"), image.words)
            for site in _sites_with(image)
        ]
        return render_to_string("admin/blog/image/uses.html", {"uses": uses}) if uses else None


def _uses(image):
    """Return links to the uses of the image, at most USES_SHOWN articles and authors."""
    articles, texts = articles_with(image).only("title")[:USES_SHOWN], _pages_with(image).only("title")
    authors = image.picture_of.only("name")[:USES_SHOWN]
    site = [change_link(site, capfirst(SiteIdentity._meta.verbose_name)) for site in _sites_with(image)]
    return [*map(change_link, (*articles, *texts, *authors)), *site]


def _pages_with(image):
    return Page.objects.filter(body_image_links__image=image).distinct()


def _sites_with(image):
    return SiteIdentity.objects.filter(logo=image)


def _number(rows, field):
    number = rows.filter(**{field: OuterRef("pk")}).order_by().values(field).annotate(number=Count("pk"))
    return Coalesce(Subquery(number.values("number"), output_field=IntegerField()), 0)
