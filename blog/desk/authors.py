"""The screen of authors."""

from django import forms
from django.contrib import admin
from django.utils.html import format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from blog.articles.authors import Author, AuthorLink, AuthorProposal
from blog.articles.links import ArticleAuthor
from blog.desk.base import OwnedInline
from blog.desk.columns import thumbnail
from blog.desk.lists import choice_filter
from blog.desk.named_models import AuthorForm, NamedModelAdmin, article_count_expression


class AuthorLinkInline(OwnedInline):
    model = AuthorLink
    fields = ("label", "address", "position")
    extra = 1  # without JavaScript, the only way to add a row


class DecisionForm(AuthorForm):
    """The form of an author, with the decision on a proposed change if there is one."""

    ACCEPT, DECLINE = "accept", "decline"

    decision = forms.ChoiceField(
        label=gettext_lazy("Your decision"),
        choices=[
            ("", gettext_lazy("Leave it waiting")),
            (ACCEPT, gettext_lazy("Accept: the page says this")),
            (DECLINE, gettext_lazy("Decline: keep the page unchanged")),
        ],
        required=False,
        widget=forms.RadioSelect,
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.proposal = proposal_for(self.instance)
        if self.proposal is None:
            self.fields.pop("decision", None)

    def clean(self):
        super().clean()
        if self.cleaned_data.get("decision") == self.ACCEPT:
            self.cleaned_data |= {"name": self.proposal.name, "bio": self.proposal.bio}
            if Author.objects.named(self.proposal.name).exclude(pk=self.instance.pk).exists():
                self.add_error("decision", _("Another author already has this name."))
        return self.cleaned_data


def proposal_for(author) -> AuthorProposal | None:
    return AuthorProposal.objects.filter(author=author).first() if author and author.pk else None


ProposalFilter = choice_filter(
    gettext_lazy("proposed change"),
    "proposal",
    {
        "yes": (
            gettext_lazy("Waits for an Editor"),
            lambda authors: authors.filter(proposal__isnull=False),
        )
    },
)


@admin.register(Author)
class AuthorAdmin(NamedModelAdmin):
    form = DecisionForm
    list_filter = (ProposalFilter,)
    inlines = (AuthorLinkInline,)
    fieldsets = (
        (None, {"fields": ["name", "slug", "bio", "url", "user"]}),
        (gettext_lazy("Image"), {"fields": ["picture_preview", "picture"]}),
    )
    list_display = ("name", "address", "number_of_articles", "user")
    list_select_related = ("user",)
    autocomplete_fields = ("picture", "user")
    used_in = ("author_links__author",)
    article_lookup = "author"
    count = article_count_expression(ArticleAuthor, "author")

    def get_readonly_fields(self, request, obj=None):
        """Return the read-only fields. Only users who may view users can choose the author's user."""
        user = () if request.user.has_perm("auth.view_user") else ("user",)
        return ("picture_preview", "proposed", *user)

    @admin.display(description=gettext_lazy("Image"))
    def picture_preview(self, author):
        return thumbnail(author.picture) if author.picture else _("None chosen.")

    def get_fieldsets(self, request, obj=None):
        fieldsets = super().get_fieldsets(request, obj)
        if not (proposal_for(obj) and self.has_change_permission(request, obj)):
            return fieldsets
        return [(gettext_lazy("Proposed change"), {"fields": ["proposed", "decision"]}), *fieldsets]

    @admin.display(description=gettext_lazy("Proposed page"))
    def proposed(self, author):
        proposal = proposal_for(author)
        lines = [proposal.name, *proposal.bio.splitlines()]
        return format_html_join("", "<p><bdi>{}</bdi></p>", ((line,) for line in lines))

    def save_model(self, request, obj, form, change):
        super().save_model(request, obj, form, change)
        decision = form.cleaned_data.get("decision")
        if decision:
            form.proposal.delete()
            is_accepted = decision == form.ACCEPT
            said = _("Proposed change accepted.") if is_accepted else _("Proposed change declined.")
            self.log_change(request, obj, said)
