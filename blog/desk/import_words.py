"""Import messages reworded for editors: the originals are for those who run the import command."""

from django.utils.translation import gettext_lazy as _

NO_FOLDER_NAMED = _("the import was not told in which folder such pictures lie.")
SAID_OTHERWISE = {
    "--on-conflict file takes the file.": _("Whoever imports it again can let the file win."),
    "Have an Editor change that in the admin, or import with --status as-file.": _(
        "An Editor can change that here."
    ),
    "import this one under another name with --source.": _("import this one under another source name."),
    "to have it, name its folder with --static-root.": NO_FOLDER_NAMED,
    "name the folder of such pictures with --static-root.": NO_FOLDER_NAMED,
    "slug taken from the file name.": _("the address was taken from the file's name."),
    "Slug taken from the file name.": _("The address was taken from the file's name."),
    "no front matter.": _("it has no header."),
    "the front matter": _("the header"),
    "the slug ": _("the address "),
    "slug “": "address “",  # within a sentence that is English
    "slug is longer": _("the address is longer"),
    "gives no slug": _("gives no address"),
}


def in_editors_words(text: str) -> str:
    """Return a message or warning of an import without the names of command options and fields."""
    for option, words in SAID_OTHERWISE.items():
        text = text.replace(option, str(words))
    return text
