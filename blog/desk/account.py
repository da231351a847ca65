"""The screen where users change their own name, password, author page and keyboard shortcuts."""

from django import forms
from django.contrib import messages
from django.contrib.admin.forms import AdminPasswordChangeForm
from django.contrib.admin.models import ADDITION, CHANGE, LogEntry
from django.contrib.auth import get_user_model, update_session_auth_hash
from django.db import transaction
from django.http import HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_post_parameters

from blog import extend
from blog.articles.authors import Author, AuthorProposal
from blog.desk.models import Preferences
from blog.desk.named_models import AuthorForm
from blog.desk.second_step.attempts import ClosedError, closed_page, try_code
from blog.desk.second_step.letters import tell_of_password

User = get_user_model()
# {name of a form: (its title, its button, the message after it was saved)}
TEXTS = {
    "name": (gettext_lazy("Name"), gettext_lazy("Save name"), gettext_lazy("Your name was saved.")),
    "password": (
        gettext_lazy("Password"),
        gettext_lazy("Change password"),
        gettext_lazy("Your password was changed. You have been logged out everywhere else."),
    ),
    "author": (
        gettext_lazy("Author page"),
        gettext_lazy("Save author page"),
        gettext_lazy("Your author page was saved."),
    ),
    "claim": (
        gettext_lazy("Author page"),
        gettext_lazy("Set as my author page"),
        gettext_lazy("Your new articles will list you as the author."),
    ),
    "keys": (
        gettext_lazy("Keyboard shortcuts"),
        gettext_lazy("Save"),
        gettext_lazy("Your keyboard shortcut settings were saved."),
    ),
}


class OwnNameForm(forms.ModelForm):
    class Meta:
        model = User
        fields = ("first_name", "last_name")

    def save(self, request):
        self.instance.save(update_fields=self.Meta.fields)  # keep concurrent changes of other fields
        LogEntry.objects.log_actions(request.user.pk, [self.instance], CHANGE, _("Name changed."))


class OwnPasswordForm(AdminPasswordChangeForm):
    def __init__(self, request, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.request = request
        del self.fields["old_password"].widget.attrs["autofocus"]  # the form is in the middle of the page

    def clean_old_password(self):
        """Raise ClosedError after too many wrong passwords, since a stolen session could guess it here."""
        password = self.cleaned_data["old_password"]
        if not try_code(self.request, self.user, lambda: self.user.check_password(password)):
            raise forms.ValidationError(self.error_messages["password_incorrect"], code="password_incorrect")
        return password

    def save(self, request):
        super().save()
        update_session_auth_hash(request, self.user)
        tell_of_password(self.user)


class OwnAuthorForm(AuthorForm):
    """The form of the author page linked to the account.

    Changes of a page that readers see wait for an Editor, unless the user may change authors.
    """

    class Meta(AuthorForm.Meta):
        fields = ("name", "bio")

    def __init__(self, *args, instance, user, **kwargs):
        self.user = user
        self.proposal = AuthorProposal.objects.filter(author=instance).first()
        waiting = {"name": self.proposal.name, "bio": self.proposal.bio} if self.proposal else {}
        super().__init__(*args, instance=instance, initial=waiting, **kwargs)

    @property
    def note(self) -> str:
        return _("Your changes wait for an Editor. Readers see the page as it was.") if self.proposal else ""

    @transaction.atomic
    def save(self, request):
        author = self.instance
        if author.is_public and not self.user.has_perm("blog.change_author"):
            self.done = _("Your changes wait for an Editor.")
            values = {name: self.cleaned_data[name] for name in self.Meta.fields}
            values |= {"proposed_by": self.user, "proposed_at": timezone.now()}
            AuthorProposal.objects.update_or_create(author=self.instance, defaults=values)
            said = _("Change proposed on the account page.")
        else:
            super().save()
            AuthorProposal.objects.filter(author=author).delete()
            said = _("Changed on the account page.")
        LogEntry.objects.log_actions(request.user.pk, [author], CHANGE, said)


class LinkAuthorForm(forms.Form):
    """Create an author page for the account, or link an existing one with this name.

    Linking an author with published articles requires the permission to change authors, because the author
    page is public.
    """

    name = forms.CharField(
        label=gettext_lazy("Name shown to readers"),
        max_length=Author._meta.get_field("name").max_length,
        help_text=gettext_lazy(
            "If an author with this name already exists, it will be linked to your account."
        ),
    )

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, initial={"name": user.get_full_name()}, **kwargs)
        self.user = user

    def clean_name(self):
        name = self.cleaned_data["name"]
        author = Author.objects.named(name).first()
        if author is None and not self.user.has_perm("blog.add_author"):
            raise forms.ValidationError(_("There is no author with this name. Ask an Editor to add one."))
        if author and author.user_id:
            raise forms.ValidationError(_("This author belongs to another account."))
        if author and author.is_public and not self.user.has_perm("blog.change_author"):
            raise forms.ValidationError(
                _(
                    "This author already has published articles. Ask an administrator to link the author "
                    "to your account."
                )
            )
        return name

    @transaction.atomic
    def save(self, request):
        User.objects.select_for_update().get(pk=self.user.pk)
        if Author.objects.filter(user=self.user).exists():
            return
        author = Author.objects.select_for_update().named(self.cleaned_data["name"]).first()
        flag, author = (CHANGE, author) if author else (ADDITION, Author(name=self.cleaned_data["name"]))
        if author.user_id:
            return
        author.user = self.user
        author.save()
        LogEntry.objects.log_actions(self.user.pk, [author], flag, _("Linked on the account page."))


class KeysForm(forms.ModelForm):
    class Meta:
        model = Preferences
        fields = ("letter_keys",)

    def save(self, request):
        Preferences.objects.update_or_create(user=request.user, defaults=self.cleaned_data)


@sensitive_post_parameters()
def account_page(request, site):
    """Show the screen, or save the submitted form."""
    user = User.objects.get(pk=request.user.pk)
    author = Author.objects.filter(user=user).first()
    parts = account_forms(request, user, author)
    submitted = parts.get(request.POST.get("form"))
    try:
        is_valid = submitted and submitted.is_valid()
    except ClosedError:
        return closed_page(request, user)
    if is_valid:
        submitted.save(request)
        messages.success(request, str(submitted.done))
        return HttpResponseRedirect(reverse("admin:account"))
    context = {
        "title": _("Your account"),
        "parts": parts,
        "author": author,
        "account": user,
        "links": extend.links_at("account", user),
    }
    return TemplateResponse(request, "admin/account.html", site.each_context(request) | context)


def account_forms(request, user, author) -> dict[str, forms.BaseForm]:
    """Return {name: form}. Only the form whose name was submitted is bound."""

    def data(name):
        return request.POST if request.POST.get("form") == name else None

    preferences = Preferences.objects.filter(user=user).first()
    parts = {"name": OwnNameForm(data("name"), instance=user)}
    if user.has_usable_password():
        parts["password"] = OwnPasswordForm(request, user, data("password"))
    if author:
        parts["author"] = OwnAuthorForm(data("author"), instance=author, user=user)
    else:
        parts["claim"] = LinkAuthorForm(data("claim"), user=user)
    parts["keys"] = KeysForm(data("keys"), instance=preferences)
    for name, form in parts.items():
        form.title, form.verb, form.done = TEXTS[name]
    return parts
