"""What editors are told of an import: a sentence for each kind of notice, and what it is about.

The messages of the importer itself are for those who run its command, and English.
"""

import re
from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from blog.documents.notices import Kind

SENTENCES = {
    Kind.ENCODING: _("The file is not in UTF-8, so its encoding was guessed."),
    Kind.CONTROL_CHARACTERS: _("Control characters were removed."),
    Kind.NO_FRONT_MATTER: _("The file has no header: all of it is the text."),
    Kind.DOUBLED_KEY: _("A key occurs twice in the header: the last one counts."),
    Kind.EMPTY_KEYS: _("These keys of the header have no value:"),
    Kind.ODD_KEYS: _("These keys of the header have odd names:"),
    Kind.TEMPLATE_IN_FRONT_MATTER: _(
        "These keys of the header have a template as their value, which is not run:"
    ),
    Kind.WRONG_TYPE: _("A value in the header is not of the type that its key takes, and was skipped."),
    Kind.LEFT_OUT: _("A part of a value in the header cannot be used, and was skipped."),
    Kind.CHANGED: _("The title was changed to text without HTML."),
    Kind.GUESSED: _("The file has no title, so one was guessed."),
    Kind.SLUG_CHANGED: _("The address was changed to one that is possible:"),
    Kind.SLUG_GUESSED: _("The address was taken from the file's name:"),
    Kind.CUT: _("A value was too long and was cut."),
    Kind.DATE: _("A date was not understood."),
    Kind.STATUS: _("The article was imported as new."),
    Kind.IMAGE_DROPPED: _("The hero image has an address that cannot be used, and was dropped."),
    Kind.IMAGE_NOT_SHOWN: _("An image cannot be shown: readers see its alternative text."),
    Kind.NO_STATIC_ROOT: _(
        "An image was not imported, because the import was not told in which folder such images are:"
    ),
    Kind.OLD_ADDRESS: _("An earlier address cannot be redirected to the article."),
    Kind.TOO_MANY_MARKS: _("The text has more markup than is rendered: the rest is shown as written."),
    Kind.LEFTOVERS: _("The text contains template tags or shortcodes of another system."),
    Kind.BROKEN_TAGS: _(
        "Quotation marks in an HTML tag do not match: the tag was read as it was probably meant."
    ),
    Kind.DROPPED_HTML: _("HTML that is not allowed was removed from the page."),
    Kind.SLUG_TAKEN: _("Another article has this address, so the article got another one:"),
    Kind.NOT_PUBLISHED: _("The article was not published and stays new."),
    Kind.PROVENANCE: _("The file changed who wrote a published article, and its label now says so."),
    Kind.PROVENANCE_KEPT: _("Who wrote the article was decided before and was not changed by the import."),
    Kind.COPY: _("The file is the same as another one and was not imported again:"),
    Kind.NOT_AS_SHOWN: _("The outcome differs from the one shown before the import."),
    Kind.UNREADABLE: _("The file cannot be read."),
    Kind.INVALID: _("The file or its header (the front matter) is not valid."),
    Kind.EMPTY: _("The file has no text that readers would see. An existing article from it stays as it is."),
    Kind.TOO_COSTLY: _("Reading the file takes too much time or memory."),
    Kind.NOT_STORED: _("The file was read, but cannot be stored."),
    Kind.CONFLICT: _(
        "The file and the article have both changed, so the article was kept. Whoever imports it again can "
        "let the file win. Changed in the article:"
    ),
    Kind.OTHER_FOLDER: _(
        "Files of another folder were imported under the same source name. Import this one under another "
        "source name. The other folder is:"
    ),
    Kind.HELD: _("Readers keep what they see of the article until an Editor accepts the file."),
    Kind.NO_ARTICLE: _("The file is not an article and was skipped."),
    Kind.IN_TRASH: _(
        "The file's article is in the trash. Restore it there to import the file, or delete it permanently."
    ),
    Kind.MERGED: _("The file was merged with what had been changed in the article:"),
    Kind.MOVED: _("The file was moved. It was here before:"),
}
_OPTION = re.compile(r"(?<!\S)--[a-z]")


def lines_for_editors(texts: Sequence[str], notices: Sequence[Sequence[str]]) -> list[str]:
    """Return messages and warnings of an import in an editor's words.

    notices: [kind, detail] of each text, see Notice. Earlier releases stored none: then the texts themselves
    are returned, without what they say of options of the command.
    """
    if len(notices) != len(texts):
        notices = [("", "")] * len(texts)
    lines = (_line(*notice, text) for notice, text in zip(notices, texts, strict=True))
    return [line for line in lines if line]


def _line(kind, detail, text):
    sentence = _SENTENCES_BY_NAME.get(kind)
    if sentence is None:
        return _without_options(text)
    return f"{sentence} {detail}" if detail else f"{str(sentence).rstrip(':.')}."


def _without_options(text):
    clauses = re.split(r"(?<=[.:])\s", text)
    said = " ".join(clause for clause in clauses if not _OPTION.search(clause))
    return f"{said.removesuffix(':')}." if said.endswith(":") else said


_SENTENCES_BY_NAME = {kind.name.lower(): sentence for kind, sentence in SENTENCES.items()}
