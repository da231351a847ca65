"""Registers the checks, the jobs, the links to the screen, and the note on articles of deleted files."""

from django.utils.translation import gettext_lazy as _

from blog import extend
from blog.extensions.git_source import checks, jobs  # noqa: F401 -- each registers itself
from blog.extensions.git_source.screen import PERMISSION, gone_file, import_notes

for place in ("dashboard", "imports"):
    extend.desk_links.add(extend.DeskLink(_("Git"), "admin:git_source_screen", PERMISSION, place=place))
extend.import_notes.add(import_notes)
extend.slots.add(extend.Slot("edit_side", "git_source/_gone.html", context=gone_file))
extend.never_cached.add("/hooks/git/")
