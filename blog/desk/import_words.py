"""Sentences for editors about an import: one for each kind of notice, followed by its detail.

The importer's own messages are in English, for operators who run its command.
"""

from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from blog.documents.notices import NoticeKind

OUTCOMES = {
    "created": _("new"),
    "updated": _("updated"),
    "unchanged": _("unchanged"),
    "held": _("held"),
    "conflict": _("in conflict"),
    "rejected": _("rejected"),
    "skipped": _("skipped"),
}

SENTENCES = {
    NoticeKind.ENCODING: _("The file is not in UTF-8, so its encoding was guessed."),
    NoticeKind.CONTROL_CHARACTERS: _("Control characters were removed."),
    NoticeKind.NO_FRONT_MATTER: _("The file has no header, so all of it was imported as text."),
    NoticeKind.DOUBLED_KEY: _("A key occurs twice in the header. The last one was used."),
    NoticeKind.EMPTY_KEYS: _("These keys in the header have no value:"),
    NoticeKind.ODD_KEYS: _("These keys in the header have unusual names:"),
    NoticeKind.TEMPLATE_IN_FRONT_MATTER: _(
        "The values of these keys in the header are templates, which are not run:"
    ),
    NoticeKind.WRONG_TYPE: _("A value in the header has the wrong type and was skipped."),
    NoticeKind.LEFT_OUT: _("Part of a value in the header cannot be used and was skipped."),
    NoticeKind.CHANGED: _("HTML was removed from the title."),
    NoticeKind.GUESSED: _("The file has no title, so one was guessed."),
    NoticeKind.SLUG_CHANGED: _("The slug was not valid and was changed to:"),
    NoticeKind.HEADING_AS_TITLE: _("The title was taken from the first heading."),
    NoticeKind.SLUG_GUESSED: _("The slug was taken from the file name:"),
    NoticeKind.CUT: _("A value was too long and was shortened."),
    NoticeKind.DATE: _("A date could not be read."),
    NoticeKind.STATUS: _("The article was imported as new."),
    NoticeKind.DRAFT_NAME: _("The article was imported as new, because its name marks it as a draft."),
    NoticeKind.IMAGE_DROPPED: _("The hero image has a URL that cannot be used, and was removed."),
    NoticeKind.IMAGE_NOT_SHOWN: _("An image cannot be shown. Readers see its alt text."),
    NoticeKind.FILE_NOT_COPIED: _("A file to which the article links was not copied."),
    NoticeKind.NO_STATIC_ROOT: _(
        "An image was not imported, because the import was not given the folder for such images:"
    ),
    NoticeKind.OLD_ADDRESS: _("An earlier URL cannot be redirected to the article."),
    NoticeKind.TOO_MANY_MARKS: _(
        "The text has more markup than can be rendered. The rest is shown as written."
    ),
    NoticeKind.LEFTOVERS: _(
        "The output of template tags is missing, because only another system can write it."
    ),
    NoticeKind.CONVERTED: _("Template tags or shortcodes of another system are shown as they were meant:"),
    NoticeKind.PASSAGES_LOST: _(
        "Passages are missing, because only the system that the file was written for can fill them in."
    ),
    NoticeKind.BROKEN_TAGS: _(
        "Quotation marks in an HTML tag do not match. The tag was read as it was probably meant."
    ),
    NoticeKind.DROPPED_HTML: _("HTML that is not allowed was removed from the page."),
    NoticeKind.STYLES: _("Styles were removed from the page."),
    NoticeKind.SLUG_TAKEN: _("Another article has this slug, so the article was given a different one:"),
    NoticeKind.UNDATED: _("The article stays new, because its file has no usable date."),
    NoticeKind.NOT_PUBLISHED: _("The article was not published and stays new."),
    NoticeKind.PROVENANCE: _("The file changed who wrote a published article, so its AI label has changed."),
    NoticeKind.PROVENANCE_KEPT: _(
        "Who wrote the article was already decided, so the import did not change it."
    ),
    NoticeKind.COPY: _("The file is the same as another one and was not imported again:"),
    NoticeKind.NOT_AS_SHOWN: _("The outcome differs from that of the dry run."),
    NoticeKind.UNREADABLE: _("The file cannot be read."),
    NoticeKind.INVALID: _("The file or its header (the front matter) is not valid."),
    NoticeKind.EMPTY: _("The file has no text that readers would see. Its existing article is unchanged."),
    NoticeKind.TOO_COSTLY: _("Reading the file takes too much time or memory."),
    NoticeKind.NOT_STORED: _("The file was read, but cannot be stored."),
    NoticeKind.CONFLICT: _(
        "The file and the article have both changed, so the article was kept. Compare them under Held "
        "updates. Changed in both:"
    ),
    NoticeKind.OTHER_FOLDER: _(
        "Files from another folder were imported under the same source name. Import this one under another "
        "source name. The other folder is:"
    ),
    NoticeKind.HELD: _("Readers see the article unchanged until an Editor accepts the file."),
    NoticeKind.PAGE: _("This is a standalone page of the old site."),
    NoticeKind.LEFT_OUT_OF_EXPORT: _("Galley does not import this from an export:"),
    NoticeKind.NO_ARTICLE: _("The file is not an article and was skipped."),
    NoticeKind.NOT_MARKDOWN: _("The file is neither Markdown nor HTML and was skipped. Convert it first."),
    NoticeKind.IN_TRASH: _(
        "The file's article is in the trash. Restore it there to import the file, or delete it permanently."
    ),
    NoticeKind.MERGED: _("The file was merged with the changes made in the article:"),
    NoticeKind.MOVED: _("The file was moved. Its previous path:"),
}


def lines_for_editors(notices: Sequence[Sequence[str]]) -> list[str]:
    """Return the stored notices of an import, [kind, detail], worded for editors."""
    sentences = [(str(SENTENCES[NoticeKind[kind.upper()]]), detail) for kind, detail in notices]
    return [f"{text} {detail}" if detail else f"{text.rstrip(':.')}." for text, detail in sentences]
