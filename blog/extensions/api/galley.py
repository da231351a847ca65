"""What the API adds to Galley: large bodies, notes on imports, and links to the screen of tokens."""

from django.utils.translation import gettext_lazy as _

from blog import extend
from blog.documents.limits import MEGABYTE
from blog.extensions.api import notes
from blog.extensions.api.problems import as_body
from blog.extensions.api.requests import refusal_of
from blog.extensions.api.tokens import PERMISSION
from blog.files.upload_limits import MAX_IMPORT_BYTES

PARTS_BYTES = 64 * MEGABYTE  # of an article with its pictures
extend.never_cached.add("/api/")
extend.in_turn.add("/api/")
extend.uploads.add(extend.Upload("/api/v1/articles", PARTS_BYTES, refusal_of, as_body))
extend.uploads.add(extend.Upload("/api/v1/imports", MAX_IMPORT_BYTES + MEGABYTE, refusal_of, as_body))
extend.not_in_backup.add("api.Answer")
extend.import_notes.add(notes.notes_on)
extend.slots.add(extend.Slot("import", "api/refusals.html", context=notes.refusals_of))
for place in ("dashboard", "imports"):
    extend.desk_links.add(extend.DeskLink(_("Tokens"), "admin:api_tokens", PERMISSION, place))
