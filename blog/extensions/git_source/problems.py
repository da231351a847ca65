"""Why a pull failed. Stored as a code with values, and shown in the language of the reader."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

# {code: (title, text)}. The URL of a repository has no secrets, see addresses.py.
PROBLEMS = {
    "key": (
        gettext_noop("Git refused the key."),
        gettext_noop(
            "The server answered “permission denied”. Add the public key below to the repository as a "
            "read-only deploy key, then pull again."
        ),
    ),
    "token": (
        gettext_noop("Git refused the token."),
        gettext_noop(
            "The server answered that it may not read this repository, or that there is none at this URL. "
            "Enter a token that may read it, then pull again."
        ),
    ),
    "host_key": (
        gettext_noop("%(host)s has another key than before."),
        gettext_noop(
            "Somebody may be between this server and %(host)s. If its key was really replaced, "
            "disconnect the repository and enter it again."
        ),
    ),
    "unreachable": (gettext_noop("%(host)s does not answer."), ""),
    "branch": (gettext_noop("There is no branch “%(branch)s”."), ""),
    "rewritten": (gettext_noop("The history of “%(branch)s” was rewritten."), ""),
    "large": (
        gettext_noop("The repository is too large."),
        gettext_noop(
            "It has more than %(limit)s. Leave large files out of it, or import a folder as a zip file."
        ),
    ),
    "slow": (
        gettext_noop("%(host)s is too slow."),
        gettext_noop("After %(minutes)s minutes, the files had not arrived. It is tried again later."),
    ),
    "private": (gettext_noop("%(host)s is on a private network."), ""),
    "no_git": (gettext_noop("Git is not installed on this server."), ""),
    "no_ssh": (
        gettext_noop("SSH is not installed on this server."),
        gettext_noop("An administrator can add it: apt-get install openssh-client"),
    ),
    "folder": (
        gettext_noop("There are no Markdown files in “%(folder)s”."),
        gettext_noop("Choose another folder under Repository, or leave it blank."),
    ),
    "failed": (gettext_noop("The repository cannot be read."), gettext_noop("Git said: %(reason)s")),
}
# These pass by themselves, so pulls go on.
PASSING = frozenset(("unreachable", "slow", "failed"))


class PullError(Exception):
    """Raised if a pull cannot go on. code: one of PROBLEMS."""

    def __init__(self, code: str, **values):
        super().__init__(code)
        self.code, self.values = code, values

    @property
    def sentence(self) -> str:
        return f"{title_of(self.code, self.values)} {text_of(self.code, self.values)}".strip()


def title_of(code: str, values: dict) -> str:
    return _(PROBLEMS[code][0]) % values


def text_of(code: str, values: dict) -> str:
    """Return what happened, what is safe, and what to do."""
    if code == "branch":
        return _branches(values["branches"])
    if code == "rewritten":
        return _rewritten(values)
    if code == "unreachable":
        return _("Nothing is lost: the next pull brings all that is missing.")
    if code == "private":
        return _("Only an administrator of the server can allow it, with GALLEY_IMPORT_REPOSITORY.")
    if code == "no_git":
        return _("An administrator can add it: apt-get install git")
    return _(PROBLEMS[code][1]) % values if PROBLEMS[code][1] else ""


def _branches(names):
    if not names:
        return _("The repository has no branch yet.")
    if len(names) == 1:
        return _("The repository has only %(branch)s. Enter it under Repository.") % {"branch": names[0]}
    first, last = ", ".join(names[:-1]), names[-1]
    return _("The repository has %(first)s and %(last)s. Choose one under Repository.") % {
        "first": first,
        "last": last,
    }


def _rewritten(values):
    """Say how many files were compared by content."""
    files = ngettext(
        "Galley compares the %(files)d file by content instead",
        "Galley compares all %(files)d files by content instead",
        values["files"],
    )
    numbers = _("%(unchanged)d unchanged, %(changed)d changed") % values
    gone = _("Commit %(commit)s, the last one pulled, is gone.") % values
    return f"{gone} {files % values}: {numbers}. {_('Nothing is imported before you say so.')}"
