"""The screen of redirects, with CSV import and export."""

from django import forms
from django.contrib import admin, messages
from django.http import HttpResponse
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from blog.base.queries import ByCodePoint
from blog.desk.base import PublicAdmin, require, screen
from blog.desk.columns import change_link
from blog.site.live_pages import RedirectError, clean_path, live_pages
from blog.site.redirect_lists import RedirectFileError, export_redirects, import_redirects
from blog.site.redirect_targets import GONE, find_target, shorten_chains
from blog.site.redirects import Redirect

PROBLEMS_SHOWN = 200


class RedirectForm(forms.ModelForm):
    class Meta:
        model = Redirect
        fields = ("path", *Redirect.TARGETS, "address", "is_gone")

    def clean_path(self):
        """Return the path. Raise ValidationError if it is the path of a public page."""
        try:
            path = clean_path(self.cleaned_data["path"])
        except RedirectError as error:
            raise forms.ValidationError(str(error)) from None
        live = live_pages([path]).get(path)
        if live:
            raise forms.ValidationError(
                gettext_lazy(
                    "“%(live)s” already uses this URL, so the redirect would have no effect. "
                    "Change its slug first."
                ),
                params={"live": live},
            )
        return path

    def clean(self):
        """Replace the new URL with the final target of its redirects, so that no chain is stored."""
        cleaned = super().clean()
        path, address = cleaned.get("path"), cleaned.get("address")
        if not (path and address):
            return cleaned
        try:
            target = find_target(path, address)
        except RedirectError as error:
            self.add_error("address", str(error))
            return cleaned
        cleaned["address"] = target if isinstance(target, str) and target != GONE else ""
        if target == GONE:
            cleaned["is_gone"] = True
        elif not isinstance(target, str):
            cleaned[target._meta.model_name] = cleaned[target._meta.model_name] or target
        return cleaned


class RedirectListForm(forms.Form):
    """The upload of a CSV list of redirects."""

    file = forms.FileField(
        label=gettext_lazy("File"),
        help_text=gettext_lazy("UTF-8 CSV with two columns: the old path, and the new URL or “gone”."),
        widget=forms.FileInput(attrs={"accept": ".csv,text/csv"}),
    )
    replace = forms.BooleanField(
        label=gettext_lazy("Overwrite existing redirects that point elsewhere"), required=False
    )
    dry_run = forms.BooleanField(
        label=gettext_lazy("Dry run: check the file without changing anything"), required=False
    )


@admin.register(Redirect)
class RedirectAdmin(PublicAdmin):
    form = RedirectForm
    ordering = (ByCodePoint("path"),)
    list_display = ("path", "leads_to", "created_at")
    list_filter = ("is_gone",)
    list_select_related = Redirect.TARGETS
    search_fields = (
        *(
            "path",
            "address",
            "article__title",
            "category__name",
            "author__name",
            "series__name",
            "page__title",
        ),
    )
    autocomplete_fields = Redirect.TARGETS
    actions = ("export",)

    def get_urls(self):
        view = self.admin_site.admin_view(self.import_view)
        return [path("import/", view, name="blog_redirect_import"), *super().get_urls()]

    @admin.display(description=gettext_lazy("Redirects to"))
    def leads_to(self, redirect):
        if redirect.address:
            return redirect.address
        return change_link(redirect.target) if redirect.target else _("nowhere (410 Gone)")

    def save_model(self, request, obj, form, change):
        obj.created_by_import = None  # saved by an editor, so it stays if the import is undone
        super().save_model(request, obj, form, change)
        shorten_chains([obj])

    @admin.action(permissions=["view"], description=gettext_lazy("Export the selected redirects as CSV"))
    def export(self, request, queryset):
        headers = {"Content-Disposition": 'attachment; filename="redirects.csv"'}
        return HttpResponse(
            export_redirects(queryset), content_type="text/csv; charset=utf-8", headers=headers
        )

    def import_view(self, request):
        """Import a CSV file, and show the reason for each rejected line."""
        require(self._may_import(request))
        form = RedirectListForm(*((request.POST, request.FILES) if request.method == "POST" else ()))
        report = self._import(request, form) if form.is_valid() else None
        context = {
            "title": _("Import redirects"),
            "form": form,
            "report": report,
            "problems": report.problems[:PROBLEMS_SHOWN] if report else [],
        }
        return screen(self, request, "admin/blog/redirect/import.html", context)

    def changelist_view(self, request, extra_context=None):
        return super().changelist_view(
            request, {"may_import": self._may_import(request)} | (extra_context or {})
        )

    def _may_import(self, request):
        return self.has_add_permission(request) and self.has_change_permission(request)

    def _import(self, request, form):
        options = {name: form.cleaned_data[name] for name in ("replace", "dry_run")}
        try:
            report = import_redirects(form.cleaned_data["file"].read(), **options)
        except RedirectFileError as error:
            form.add_error("file", str(error))
            return None
        if options["dry_run"]:
            sentence = _(
                "Dry run, nothing changed. Would be: "
                "%(created)d created, %(updated)d updated, %(unchanged)d unchanged, %(refused)d rejected."
            )
        else:
            sentence = _(
                "%(created)d created, %(updated)d updated, %(unchanged)d unchanged, %(refused)d rejected."
            )
        counts = {
            "created": report.created,
            "updated": report.updated,
            "unchanged": report.unchanged,
            "refused": len(report.problems),
        }
        level = messages.WARNING if report.problems else messages.SUCCESS
        messages.add_message(request, level, sentence % counts)
        return report
