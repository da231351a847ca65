"""Assigning articles to a person: one on its proof or edit page, several from the list."""

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext_lazy
from django.views.decorators.http import require_POST

from blog.articles.actions.assignment import assign
from blog.articles.assignments import Assignment, assignable_people
from blog.base.models import name_of
from blog.desk.articles.selection import (
    encode_seen_versions,
    seen_or_selected,
)
from blog.desk.base import AdminPart
from blog.desk.numbers import read_number

TITLE = ngettext_lazy("Assign %d article", "Assign %d articles")
ME, NOBODY = "me", "nobody"


class AssignmentForm(forms.Form):
    """The person, by primary key; "" for nobody."""

    to = forms.ChoiceField(label=gettext_lazy("Assigned to"), required=False)

    def __init__(self, people, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.people = {str(person.pk): person for person in people}
        names = [(key, name_of(person)) for key, person in self.people.items()]
        self.fields["to"].choices = [("", _("Nobody")), *names]

    @property
    def person(self):
        return self.people.get(self.cleaned_data["to"])


class AssignmentFilter(admin.SimpleListFilter):
    """Filter by the person that articles are assigned to. “me” is the user."""

    title = gettext_lazy("assigned to")
    parameter_name = "assigned"

    def lookups(self, request, model_admin):
        rows = Assignment.objects.current().exclude(to=request.user).order_by("to_name")
        others = dict(rows.values_list("to", "to_name").distinct())
        people = [(str(key), name) for key, name in others.items()]
        return [(ME, _("Me")), (NOBODY, _("Nobody")), *people]

    def queryset(self, request, queryset):
        value = self.value()
        if value is None:
            return queryset
        if value == NOBODY:
            return queryset.unassigned()
        key = request.user.pk if value == ME else read_number(value)
        return queryset.assigned_to(key)


class AssignmentPart(AdminPart):
    """Assigning articles, which requires the permission to publish."""

    def routes(self):
        return {"assign": ("<path:object_id>/assign/", self.assign_one)}

    def actions(self):
        return (self.assign,)

    def list_context(self, request, changelist):
        is_in_use = changelist.state != "trash"
        return {"assigns_many": is_in_use and self.model_admin.has_publish_permission(request)}

    def form_context(self, request, row):
        return {"assignment": self.choice(request, row)} if row else {}

    def choice(self, request, article) -> dict:
        """Return the assignment of an article, and the people to choose from; [] if the user may not assign.

        Takes two queries, one for users who may not assign. key: the primary key of the assigned person, or
        "". has_access: that person can still work on articles.
        """
        row = Assignment.objects.current().filter(article=article).select_related("to").first()
        may_assign = self.model_admin.has_publish_permission(request) and not article.trashed_at
        people = [(str(person.pk), name_of(person)) for person in assignable_people()] if may_assign else []
        key = str(row.to_id) if row else ""
        has_access = not key or not may_assign or key in dict(people)
        name = name_of(row.to) if row else ""
        return {"key": key, "name": name, "has_access": has_access, "people": people}

    @method_decorator(require_POST)
    def assign_one(self, request, object_id):
        self.model_admin.require_publisher(request)
        article = self.model_admin.get_object(request, unquote(object_id))
        if article is None:
            return self.model_admin.missing(request, object_id)
        self._carry_out(request, [article.pk])
        name = "change" if "from_edit_page" in request.POST else "proof"
        url = self.with_filters(request, reverse(f"admin:blog_article_{name}", args=[article.pk]))
        return HttpResponseRedirect(f"{url}#assignment")

    @admin.action(permissions=["publish"], description=gettext_lazy("Assign the selected articles"))
    def assign(self, request, queryset):
        """Show the form, then assign the articles that it showed."""
        seen, articles = seen_or_selected(request, queryset)
        if not articles:
            return self.publication.report_none(request)
        if seen:
            return self._carry_out(request, seen)
        context = {
            "title": TITLE % len(articles),
            "form": AssignmentForm(assignable_people()),
            "seen": encode_seen_versions(articles),
            "any_key": articles[0].pk,
            "button": TITLE % len(articles),
            "list_url": self.list_url(request),
        }
        return self.render(request, "admin/blog/article/assignment_form.html", context)

    def _carry_out(self, request, keys):
        form = AssignmentForm(assignable_people(), request.POST)
        # Browsers leave the field out if its disabled option is chosen: the person who has left.
        if "to" in request.POST and form.is_valid():
            result = assign(request.user, keys, form.person)
            return self.publication.report(request, result)
        return messages.error(request, _("Not assigned: this person no longer has access to articles."))
