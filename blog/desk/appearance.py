"""The screen *Appearance*: the look of the site, with a preview, and the way back to earlier looks.

The preview shows pages of the site in frames, in a look that is not stored. The URL of a frame has the values
of the form. So it works without JavaScript, by the Preview button; static/js/admin-appearance.js updates it.
"""

from dataclasses import replace

from django import forms
from django.contrib import messages
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth.decorators import permission_required
from django.db import transaction
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.csp import CSP
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.csp import csp_override
from django.views.decorators.http import require_safe

from blog.articles.models import Article
from blog.desk.images.forms import IMAGE_TYPES, stored_upload
from blog.desk.numbers import read_number
from blog.images.models import Image, get_or_create_image
from blog.reader.look import page_look, stylesheet
from blog.reader.views.archive import archive
from blog.reader.views.articles import article_detail
from blog.reader.views.home import home
from blog.site.colours import ENOUGH, contrast
from blog.site.identity import (
    SINGLETON_PK,
    EarlierLook,
    SiteIdentity,
    change_look,
    restore_look,
    site_identity,
    site_identity_cached,
)
from blog.site.look import (
    LOOK_FIELDS,
    Column,
    Face,
    Look,
    Manner,
    Paper,
    TextFace,
    Theme,
    look_of,
    validate_accent,
)

EARLIER_SHOWN = 10
OWN = "own"
TONES = {
    "#2536c9": gettext_lazy("Blue pencil"),
    "#0b5f46": gettext_lazy("Bottle green"),
    "#8f1d2c": gettext_lazy("Oxblood"),
    "#6a2c70": gettext_lazy("Damson"),
    "#8a4300": gettext_lazy("Burnt ochre"),
    "#14171c": gettext_lazy("Ink"),
}
PAGES = {
    "home": gettext_lazy("Front page"),
    "article": gettext_lazy("Article"),
    "archive": gettext_lazy("Archive"),
}
FRAMES = {"light": gettext_lazy("Preview, light"), "dark": gettext_lazy("Preview, dark")}
# As for other pages (SECURE_CSP), except that this site may show the page in a frame.
FRAMED = {
    "default-src": [CSP.SELF],
    "img-src": [CSP.SELF, "https:", "data:"],
    "object-src": [CSP.NONE],
    "base-uri": [CSP.NONE],
    "form-action": [CSP.NONE],
    "frame-ancestors": [CSP.SELF],
}


class LookForm(forms.Form):
    """The look, and the logo, which is stored like every image. tone is an accent colour, or "own"."""

    manner = forms.ChoiceField(label=gettext_lazy("Manner"), choices=Manner, widget=forms.RadioSelect)
    face = forms.ChoiceField(label=gettext_lazy("Titles"), choices=Face, widget=forms.RadioSelect)
    text = forms.ChoiceField(label=gettext_lazy("Text"), choices=TextFace, widget=forms.RadioSelect)
    column = forms.ChoiceField(label=gettext_lazy("Column"), choices=Column, widget=forms.RadioSelect)
    tone = forms.ChoiceField(
        label=gettext_lazy("Accent colour"),
        choices=[*TONES.items(), (OWN, gettext_lazy("Another colour"))],
        widget=forms.RadioSelect,
    )
    own = forms.CharField(
        label=gettext_lazy("Another colour"),
        max_length=7,
        required=False,
        validators=[validate_accent],
        widget=forms.TextInput(attrs={"type": "color"}),
    )
    paper = forms.ChoiceField(label=gettext_lazy("Paper"), choices=Paper, widget=forms.RadioSelect)
    theme = forms.ChoiceField(
        label=gettext_lazy("Readers start with"), choices=Theme, widget=forms.RadioSelect
    )
    upload = forms.FileField(
        label=gettext_lazy("New logo"),
        required=False,
        help_text=gettext_lazy(
            "JPEG, PNG, GIF, WebP, AVIF or SVG. It is shown next to the name, on light and on dark paper, "
            "and given to search engines as the publisher's logo."
        ),
        widget=forms.FileInput(attrs=IMAGE_TYPES),
    )
    logo = forms.CharField(required=False, widget=forms.HiddenInput)  # the key of the stored image
    remove_logo = forms.BooleanField(label=gettext_lazy("Remove the logo"), required=False)
    logo_is_name = forms.BooleanField(
        label=gettext_lazy("The logo contains the name, and is shown in place of it"), required=False
    )
    shown = forms.ChoiceField(
        label=gettext_lazy("Page"), choices=PAGES, widget=forms.RadioSelect, required=False
    )

    offer = ""  # a colour with enough contrast, if the chosen one has too little
    image = None  # the logo
    stored = None  # the file of a new logo

    def clean_own(self):
        colour = self.cleaned_data["own"].lower()
        if self.cleaned_data.get("tone") == OWN:
            validate_accent(colour)
        return colour

    def clean(self):
        super().clean()
        self.image = image_with_key(self.data.get("logo", ""))
        if self.cleaned_data.get("remove_logo"):
            self.image = None
        upload = self.cleaned_data.get("upload")
        self.stored = stored_upload(self, upload) if upload else None
        if self.errors.keys().isdisjoint({"tone", "own", "paper"}):
            self._check_accent()
        return self.cleaned_data

    def add_logo(self) -> None:
        """Add a new logo to the images, so that also an invalid form and a preview show it again."""
        if self.stored:
            self.image = get_or_create_image(self.stored, self.cleaned_data["upload"].name)

    def _check_accent(self):
        look = self.look
        if look.has_readable_accent:
            return
        self.offer = look.nearest_accent
        message = _(
            "%(colour)s is too light for text: its contrast is %(contrast)s, and %(needed)s is needed. "
            "The nearest colour with enough contrast is %(offer)s."
        )
        ratio = min(contrast(look.accent, ground) for ground in look.grounds)
        values = {"colour": look.accent, "contrast": f"{ratio:.1f}", "needed": ENOUGH, "offer": self.offer}
        self.add_error("own" if self.cleaned_data["tone"] == OWN else "tone", message % values)

    @property
    def look(self) -> Look:
        """The look with the values of a bound form, those of the default look where they are invalid."""
        return submitted_look(self.data)

    @property
    def values(self) -> dict:
        return {name: getattr(self.look, name) for name in LOOK_FIELDS}


def image_with_key(key: str) -> Image | None:
    """Return the stored image with this primary key, from a form or a URL, or None."""
    return Image.objects.filter(pk=read_number(key)).exclude(file="").first()


def submitted_look(data) -> Look:
    """Return the look of a form's values, or of the parameters of a URL."""
    tone = data.get("tone", "")
    accent = data.get("own", "").lower() if tone == OWN else tone
    values = {name: data.get(name, "") for name in LOOK_FIELDS} | {"accent": accent}
    return look_of(**values)


def form_values(look: Look, logo: Image | None) -> dict[str, str]:
    """Return the values of the form for a look."""
    values = {name: getattr(look, name) for name in ("manner", "face", "text", "column", "paper", "theme")}
    is_own = look.accent not in TONES
    values |= {"tone": OWN if is_own else look.accent, "own": look.accent, "shown": "home"}
    return values | {"logo": str(logo.pk) if logo else "", "logo_is_name": "on" if look.logo_is_name else ""}


@permission_required("blog.change_siteidentity", raise_exception=True)
def appearance_page(request, site):
    """Show the screen, preview the submitted look, store it, or go back to an earlier one."""
    identity = SiteIdentity.objects.select_related("logo").filter(pk=SINGLETON_PK).first() or SiteIdentity()
    stored = form_values(identity.look, identity.logo)
    if request.method != "POST":
        return show(request, site, LookForm(initial=stored), stored)
    if key := request.POST.get("restore"):
        return go_back(request, key)
    data = request.POST.copy()
    if colour := data.pop("use", None):
        data["tone"], data["own"] = OWN, colour[-1]
    form = LookForm(data, request.FILES)
    is_preview = "preview" in data or bool(colour)
    is_valid = form.is_valid()
    form.add_logo()
    if is_valid and not is_preview:
        return save(request, form)
    data["logo"] = str(form.image.pk) if form.image else ""
    if is_preview:
        data.pop("remove_logo", None)  # it is in the value of logo
    return show(request, site, form, data.dict())


def show(request, site, form, values):
    look, logo = submitted_look(values), image_with_key(values.get("logo", ""))
    query = {
        name: values.get(name, "") for name in LookForm.base_fields if name not in {"upload", "remove_logo"}
    }
    frames = [
        (name, reverse("admin:appearance_preview", query=query | {"scheme": scheme}))
        for scheme, name in FRAMES.items()
    ]
    context = site.each_context(request) | {
        "title": _("Appearance"),
        "form": form,
        "values": values,
        "look": page_look(look),
        "contrasts": contrast_rows(look),
        "logo": logo,
        "tones": TONES,
        "frames": frames,
        "preview_url": reverse("admin:appearance_preview"),
        "earlier": EarlierLook.objects.select_related("logo")[:EARLIER_SHOWN],
    }
    return TemplateResponse(request, "admin/appearance.html", context)


def contrast_rows(look) -> list[tuple[str, str, bool]]:
    names = {
        "light": _("On light paper"),
        "dark": _("On dark paper, as %(colour)s") % {"colour": look.dark_accent},
        "white": _("White on the colour"),
    }
    return [(names[key], f"{ratio:.1f}", ratio >= ENOUGH) for key, ratio in look.contrasts.items()]


def save(request, form):
    with transaction.atomic():
        changed = change_look(form.values, form.image, request.user)
        if changed:
            log(request, [{"changed": {"fields": field_names(changed)}}])
    messages.success(request, _("Saved. Readers see this look.") if changed else _("Nothing was changed."))
    return HttpResponseRedirect(reverse("admin:appearance"))


def go_back(request, key):
    with transaction.atomic():
        earlier = get_object_or_404(EarlierLook.objects.select_related("logo"), pk=read_number(key))
        if changed := restore_look(earlier, request.user):
            log(request, _("Went back to an earlier look."))
    messages.success(
        request,
        _("Readers see the earlier look again.")
        if changed
        else _("Nothing was changed: it is the same look."),
    )
    return HttpResponseRedirect(reverse("admin:appearance"))


def log(request, message):
    site = SiteIdentity.objects.get(pk=SINGLETON_PK)
    LogEntry.objects.log_actions(request.user.pk, [site], CHANGE, message, single_object=True)


def field_names(changed) -> list[str]:
    """Return the names of fields as Django's log stores them: not translated."""
    with override(None):
        return [str(SiteIdentity._meta.get_field(name).verbose_name) for name in changed]


@require_safe
@xframe_options_sameorigin
@csp_override(FRAMED)
@permission_required("blog.change_siteidentity", raise_exception=True)
def appearance_preview(request):
    """Show a page of the site in the look of the query string. Nothing on it can be clicked."""
    query = request.GET
    logo = image_with_key(query.get("logo", ""))
    identity = replace(site_identity(), look=readable_look(query), logo=logo.as_resolved() if logo else None)
    request.previewed_stylesheet = reverse("admin:appearance_style", query=query.dict())
    with site_identity_cached(identity):
        response = preview_page(request, query.get("shown", ""))
    response.content = response.content.replace(b"<body>", b"<body inert>", 1)
    return response


def preview_page(request, shown):
    newest = Article.objects.published().newest_first().first() if shown == "article" else None
    if newest:
        return article_detail(request, newest.slug)
    return archive(request) if shown == "archive" else home(request)


def readable_look(query) -> Look:
    look = submitted_look(query)
    return replace(look, accent=look.nearest_accent)


@require_safe
@permission_required("blog.change_siteidentity", raise_exception=True)
def appearance_style(request):
    """Serve the style sheet of the look in the query string, in the theme that it names."""
    scheme = "dark" if request.GET.get("scheme") == "dark" else "light"
    forced = f":root,:root[data-theme]{{color-scheme:{scheme}!important}}"
    rules = f"{stylesheet(readable_look(request.GET))}\n{forced}\n"
    return HttpResponse(rules, content_type="text/css; charset=utf-8")
