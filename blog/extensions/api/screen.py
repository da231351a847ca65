"""The screens of tokens: the list, a new one, which is shown once, and how one is revoked."""

from datetime import timedelta

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_POST

from blog.articles.categories import Category
from blog.articles.provenance import MACHINE_LENGTH, Provenance, WrittenBy
from blog.desk.base import TOAST
from blog.desk.second_step.confirmation import ask_again
from blog.extensions.api.models import NAME_LENGTH, Right, Token
from blog.extensions.api.tokens import (
    PERMISSION,
    TokenError,
    check_addresses,
    check_name,
    create_token,
    revoke,
)
from blog.imports.articles import IMPORTED
from blog.imports.models import ImportEntry, ImportRun
from blog.site.addresses import absolute

DAYS = {
    "365": gettext_lazy("a year"),
    "90": gettext_lazy("90 days"),
    "30": gettext_lazy("30 days"),
    "0": gettext_lazy("until it is revoked"),
}
MOST_AN_HOUR = 100_000
NO_CATEGORY = gettext_lazy("none: reject the file")
RIGHTS = {
    Right.CREATE: (gettext_lazy("Send new articles"), gettext_lazy("They arrive under “To review”")),
    Right.UPDATE: (
        gettext_lazy("Send changed files"),
        gettext_lazy(
            "Of articles that came by this token. Files of published articles wait as held updates."
        ),
    ),
    Right.READ: (
        gettext_lazy("Ask for the state of its articles"),
        gettext_lazy("Such as new, approved or published, and the number of open marks"),
    ),
}


class TokenForm(forms.Form):
    name = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=NAME_LENGTH,
        help_text=gettext_lazy("Where the token is used. The list of imports shows it."),
    )
    rights = forms.MultipleChoiceField(
        required=False,
        choices=[(right, name) for right, (name, _help) in RIGHTS.items()],
        initial=[Right.CREATE, Right.UPDATE],
    )
    who = forms.ChoiceField(
        label=gettext_lazy("Written by"),
        choices=[
            (Provenance.FILE, gettext_lazy("As stated in the file")),
            (Provenance.MACHINE, gettext_lazy("AI")),
            (Provenance.PEOPLE, gettext_lazy("People")),
        ],
        initial=Provenance.MACHINE,
    )
    machine = forms.CharField(
        label=gettext_lazy("Name of the AI model"), max_length=MACHINE_LENGTH, required=False
    )
    category = forms.ModelChoiceField(
        Category.objects.order_by("name"),
        label=gettext_lazy("Category, if a file names none"),
        required=False,
        empty_label=NO_CATEGORY,
    )
    days = forms.ChoiceField(label=gettext_lazy("Valid for"), choices=list(DAYS.items()), initial="365")
    hourly_limit = forms.IntegerField(
        label=gettext_lazy("Articles an hour, at most"), min_value=1, max_value=MOST_AN_HOUR, initial=200
    )
    addresses = forms.CharField(
        label=gettext_lazy("Only from these IP addresses (optional)"),
        max_length=2000,
        required=False,
        help_text=gettext_lazy("Separated by commas. Leave blank for any."),
        widget=forms.TextInput(attrs={"placeholder": "203.0.113.0/24"}),
    )

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, label_suffix="", **kwargs)
        self.user = user

    @property
    def rights_offered(self) -> list[dict]:
        chosen = set(self["rights"].value() or [])
        return [
            {"value": right.value, "name": name, "help": about, "is_chosen": right in chosen}
            for right, (name, about) in RIGHTS.items()
        ]

    def clean_name(self):
        return self._checked(check_name, self.cleaned_data["name"], self.user) or self.cleaned_data["name"]

    def clean_addresses(self):
        return self._checked(check_addresses, self.cleaned_data["addresses"])

    def _checked(self, check, *values):
        try:
            return check(*values)
        except TokenError as error:
            raise forms.ValidationError(str(error)) from None

    def save(self) -> tuple[Token, str]:
        data = self.cleaned_data
        machine = data["machine"] if data["who"] == Provenance.MACHINE else ""
        days = int(data["days"])
        return create_token(
            self.user,
            data["name"],
            data["rights"],
            written_by=str(WrittenBy(data["who"], machine)),
            category=data["category"],
            expires_at=timezone.now() + timedelta(days=days) if days else None,
            hourly_limit=data["hourly_limit"],
            addresses=data["addresses"],
        )


def _require(request):
    request.belongs_to = reverse("admin:blog_importrun_changelist")
    if not request.user.has_perm(PERMISSION):
        raise PermissionDenied


def _render(request, template, context):
    return TemplateResponse(request, template, admin.site.each_context(request) | context)


def tokens(request):
    """Show the tokens of the user, or to superusers all of them. ?revoke= asks about one."""
    _require(request)
    rows = Token.objects.shown_to(request.user).select_related("user", "category")
    rows = sorted(rows, key=lambda token: token.revoked_at is not None)
    sent = _sent([token.name for token in rows])
    shown = [{"token": token, "does": describe(token), **sent.get(token.name, {})} for token in rows]
    left = [token for token in rows if not token.revoked_at]
    context = {
        "title": _("Tokens"),
        "rows": shown,
        "asked": request.GET.get("revoke", ""),
        "sum": _sum(left),
        "sees_all": request.user.is_superuser,
        "imports_url": reverse("admin:blog_importrun_changelist"),
    }
    return _render(request, "api/tokens.html", context)


def _sum(left):
    number, ending = len(left), [token for token in left if token.expires_in is not None]
    if not number:
        return _("No tokens")
    text = ngettext("%d token", "%d tokens", number) % number
    if ending:
        expires = ngettext("%d of them expires soon", "%d of them expire soon", len(ending))
        text += ", " + expires % len(ending)
    return text


def _sent(names) -> dict[str, dict]:
    """Return {source: number of articles and imports} that came by tokens."""
    entries = ImportEntry.objects.filter(
        outcome__in=IMPORTED, batch__way=ImportRun.Way.TOKEN, batch__source_name__in=names
    )
    rows = entries.order_by().values_list("batch__source_name")
    rows = rows.annotate(Count("article", distinct=True), Count("batch", distinct=True))
    return {name: {"articles": articles, "imports": imports} for name, articles, imports in rows}


def describe(token: Token) -> str:
    """Return a sentence on what a token may do, and how its articles are labelled."""
    creates, updates, reads = (token.may(right) for right in (Right.CREATE, Right.UPDATE, Right.READ))
    if not (creates or updates):
        return _("Dry runs, and the state of its articles") if reads else _("Dry runs only")
    if creates and updates:
        text = _("Sends new articles and changed ones")
    else:
        text = _("Sends new articles") if creates else _("Sends changed files")
    writer = WrittenBy.parse(token.written_by)
    if writer.provenance == Provenance.MACHINE:
        text += _(", labelled as written by %s") % (writer.machine or _("AI"))
    elif writer.provenance == Provenance.PEOPLE:
        text += _(", labelled as written by people")
    return text + "."


@sensitive_variables("secret", "context")
def new_token(request):
    """Show the form, or make a token and show it once."""
    _require(request)
    if request.method == "POST" and (question := ask_again(request)):
        return question
    form = TokenForm(request.POST if request.method == "POST" else None, user=request.user)
    if not form.is_valid():
        return _render(request, "api/new.html", {"title": _("New token"), "form": form})
    token, secret = form.save()
    context = {
        "title": token.name,
        "token": token,
        "secret": secret,
        "address": absolute(reverse("blog:api:articles")),
        "docs": reverse("blog:api:people"),
    }
    response = _render(request, "api/once.html", context)
    response.headers["Cache-Control"] = "no-store"
    return response


@require_POST
def revoke_token(request, key):
    _require(request)
    token = get_object_or_404(Token.objects.shown_to(request.user), pk=key)
    revoke(token, request.user)
    number = _sent([token.name]).get(token.name, {}).get("articles", 0)
    said = ngettext(
        "The token %(name)s is revoked. Its %(number)d article stays.",
        "The token %(name)s is revoked. Its %(number)d articles stay.",
        number,
    )
    messages.success(request, said % {"name": token.name, "number": number}, extra_tags=TOAST)
    return HttpResponseRedirect(reverse("admin:api_tokens"))
