"""Upload files for an import: the form, and the parts that its script sends.

Requests without the import permission are rejected before the body is read. Checking the CSRF token reads a
form with its files, so these views check the token themselves after the permission.

ImportForm has the import source and the provenance of the files.
"""

import json

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, TooManyFilesSent
from django.core.files.uploadhandler import TemporaryFileUploadHandler
from django.http import HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.csrf import csrf_protect

from blog.articles.provenance import MACHINE_LENGTH, Provenance, WrittenBy
from blog.desk.base import require
from blog.documents.generators.patterns import LONGEST_PATTERN, PatternError, check_pattern
from blog.documents.limits import in_megabytes
from blog.files.upload_limits import IMPORT_PART_BYTES, MAX_IMPORT_BYTES
from blog.imports.addresses import OFF
from blog.imports.jobs import start_check
from blog.imports.models import ImportRun
from blog.imports.report import CategorySource
from blog.imports.sources import is_source_name
from blog.imports.uploads.models import StagedImport
from blog.imports.uploads.reception import (
    AnnouncedFile,
    RefusedUploadError,
    WrongFilesError,
    WrongOffsetError,
    create_upload,
    proposed_source_name,
    receive,
    received_bytes,
    unpack,
)
from blog.imports.uploads.removal import discard_upload, forget_expired

PERMISSION = "blog.add_stagedimport"
READ_BYTES = 64 * 1024
State = StagedImport.State


def may_import(request) -> bool:
    return request.user.has_perm(PERMISSION)


def require_import(request) -> None:
    require(may_import(request))


def show_as_imports(request, site) -> None:
    """Mark the list of imports in the top bar for users who see it."""
    if site.get_model_admin(ImportRun).has_view_permission(request):
        request.belongs_to = reverse("admin:blog_importrun_changelist")


def staged_or_404(uid) -> StagedImport:
    return get_object_or_404(StagedImport.objects.with_jobs(), uid=uid)


def import_form(request, site):
    """Show the upload form, or accept files posted without JavaScript."""
    show_as_imports(request, site)
    require_import(request)
    request.upload_handlers = [TemporaryFileUploadHandler(request)]
    try:
        return _import_form(request, site)
    except TooManyFilesSent:
        reason = _("Too many files for one upload. Put them in a zip file.")
        return _form_page(request, site, ImportForm(), reason)


@csrf_protect
def _import_form(request, site):
    if request.method != "POST":
        forget_expired()
        return _form_page(request, site, ImportForm())
    form = ImportForm(request.POST)
    is_script = "manifest" in request.POST
    try:
        if form.is_valid():
            return _announced(request, form) if is_script else _receive_without_script(request, form)
    except RefusedUploadError as refusal:
        form.add_error(None, str(refusal))
    if is_script:
        return JsonResponse({"errors": {name: [*errors] for name, errors in form.errors.items()}})
    return _form_page(request, site, form)


def _form_page(request, site, form, reason=""):
    context = {
        "title": _("Import"),
        "form": form,
        "reason": reason,
        "under_way": StagedImport.objects.with_files().with_jobs(),
        "largest": MAX_IMPORT_BYTES,
        "megabytes": in_megabytes(MAX_IMPORT_BYTES),
    }
    return TemplateResponse(request, "admin/imports/form.html", site.each_context(request) | context)


def _announced(request, form):
    """Return the URL and size for uploading the files that the script has announced, as JSON."""
    staged = _announce(request, form, _manifest(request.POST["manifest"]))
    return JsonResponse(_addresses(staged) | {"received": 0}, status=201)


def _receive_without_script(request, form):
    files = request.FILES.getlist("files")
    staged = _announce(request, form, [AnnouncedFile(file.name, file.size) for file in files])
    try:
        for file in files:
            receive(staged, received_bytes(staged), file.chunks())
        unpack(staged)
    except RefusedUploadError:
        discard_upload(staged, State.DISCARDED)
        raise
    start_check(staged, request.user)
    return HttpResponseRedirect(address_of(staged))


def _announce(request, form, files):
    folder = form.cleaned_data["folder"]
    given = form.cleaned_data["source_name"]
    return create_upload(
        files,
        **({"name": folder} if folder else {}),
        created_by=request.user,
        source_name=given or folder or proposed_source_name(files),
        is_source_given=bool(given),
        written_by=form.written_by,
        addresses=form.cleaned_data["addresses"],
        categories_from=form.cleaned_data["categories_from"],
        mirror_images=form.cleaned_data["mirror_images"],
    )


def _manifest(text):
    """Return the announced files, or [] unless the text is a list of paths and sizes."""
    try:
        rows = json.loads(text)
        files = [AnnouncedFile(path, size) for path, size in rows]
    except (ValueError, TypeError, RecursionError):
        files = []
    if not all(isinstance(file.path, str) and type(file.size) is int and file.size >= 0 for file in files):
        files = []
    return files


def address_of(staged) -> str:
    return reverse("admin:import_page", args=[staged.uid])


def _addresses(staged):
    return {
        "page": address_of(staged),
        "part": reverse("admin:import_part", args=[staged.uid]),
        "part_bytes": IMPORT_PART_BYTES,
        "size": staged.size,
        "manifest": staged.manifest,
    }


def import_part(request, uid):
    """Return the number of bytes received (GET), or append a part that starts at ?offset= (POST)."""
    require_import(request)
    return _import_part(request, uid)


@csrf_protect
def _import_part(request, uid):
    staged = staged_or_404(uid)
    if staged.state != State.RECEIVING:
        return _refused(_("This upload is closed."), status=410)
    if request.method != "POST":
        return JsonResponse(_addresses(staged) | {"received": received_bytes(staged)})
    try:
        return JsonResponse({"received": receive(staged, _offset(request), _pieces(request))})
    except WrongOffsetError:
        return JsonResponse({"received": received_bytes(staged)}, status=409)
    except RefusedUploadError as refusal:
        if isinstance(refusal, WrongFilesError):
            discard_upload(staged, State.DISCARDED)
        return _refused(str(refusal))


def _refused(reason, status=200):
    return JsonResponse({"errors": {NON_FIELD_ERRORS: [reason]}}, status=status)


def _offset(request) -> int:
    offset = request.GET.get("offset", "")
    return int(offset) if offset.isdecimal() and len(offset) < 20 else -1


def _pieces(request):
    left = IMPORT_PART_BYTES
    while left and (piece := request.read(min(READ_BYTES, left))):
        left -= len(piece)
        yield piece


class ImportForm(forms.Form):
    source_name = forms.CharField(
        label=gettext_lazy("Source"),
        max_length=StagedImport._meta.get_field("source_name").max_length,
        required=False,
        help_text=gettext_lazy(
            "Files with the same source and path update the articles they created before."
        ),
    )
    folder = forms.CharField(required=False, widget=forms.HiddenInput)  # the folder that was dropped, if any
    who = forms.ChoiceField(
        label=gettext_lazy("Written by"),
        choices=Provenance,
        widget=forms.RadioSelect,
        initial=Provenance.FILE,
    )
    machine = forms.CharField(
        label=gettext_lazy("AI model"),
        max_length=MACHINE_LENGTH,
        required=False,
        help_text=gettext_lazy("Leave blank to use the name in each file."),
    )

    addresses = forms.CharField(
        label=gettext_lazy("Old URLs"),
        max_length=LONGEST_PATTERN,
        required=False,
        help_text=gettext_lazy(
            "The pattern of the URLs on the old site, such as /:year/:month/:day/:title/. They will redirect "
            "to the articles. Leave blank to use the configuration of the site generator; “off” adds none."
        ),
    )
    categories_from = forms.ChoiceField(
        label=gettext_lazy("Categories"),
        choices=[
            (CategorySource.AUTO, gettext_lazy("From files, otherwise from tags or folders")),
            (CategorySource.CATEGORIES, gettext_lazy("From files only")),
            (CategorySource.TAGS, gettext_lazy("From files, otherwise from tags")),
            (CategorySource.FOLDERS, gettext_lazy("From files, otherwise from folders")),
        ],
        required=False,
        help_text=gettext_lazy(
            "If the files name none, new articles get the tags or folders that at least three files "
            "share. Tags remain keywords."
        ),
    )
    mirror_images = forms.BooleanField(
        label=gettext_lazy("Copy remote images to this site"),
        required=False,
        help_text=gettext_lazy("Images hosted elsewhere are copied here after the import."),
    )

    @classmethod
    def of(cls, staged: StagedImport) -> "ImportForm":
        """Return the form with the options chosen earlier."""
        written_by = WrittenBy.parse(staged.written_by)
        initial = {
            "source_name": staged.source_name,
            "who": written_by.provenance,
            "machine": written_by.machine,
            "addresses": staged.addresses or staged.found_addresses.get("pattern", ""),
        }
        initial |= {"mirror_images": staged.mirror_images, "categories_from": staged.categories_from}
        return cls(initial=initial)

    def clean_source_name(self):
        name = self.cleaned_data["source_name"]
        if name and not is_source_name(name):
            raise forms.ValidationError(
                gettext_lazy("Not a valid source name: remove slashes and line breaks.")
            )
        return name

    def clean_addresses(self):
        pattern = self.cleaned_data["addresses"]
        try:
            return check_pattern(pattern) if pattern not in {"", OFF} else pattern
        except PatternError as error:
            raise forms.ValidationError(capfirst(str(error))) from None

    def clean_categories_from(self):
        return self.cleaned_data["categories_from"] or CategorySource.AUTO

    def addresses_for(self, staged: StagedImport) -> str:
        """Return the typed pattern of old URLs, or "" if it is the one that the dry run found itself."""
        pattern = self.cleaned_data["addresses"]
        is_found = not staged.addresses and pattern == staged.found_addresses.get("pattern")
        return "" if is_found else pattern

    def clean_folder(self):
        name = self.cleaned_data["folder"]
        return name if is_source_name(name) else ""

    @property
    def written_by(self) -> str:
        """The provenance, in the format of ImportOptions."""
        who = self.cleaned_data["who"]
        machine = self.cleaned_data["machine"] if who == Provenance.MACHINE else ""
        return str(WrittenBy(who, machine))
