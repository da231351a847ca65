"""Submit an article to the Editors, and return it to its Writer."""

from django.contrib.admin.models import CHANGE, LogEntry
from django.utils.translation import gettext as _

from blog.articles.authors import Author
from blog.articles.changes import changing
from blog.articles.models import Article
from blog.articles.submissions import Submission
from blog.articles.versions.models import Version


def submit(article: Article, user, note: str = "") -> Submission:
    """Submit the article to the Editors, and log it; return the submission. Raises SubmissionError."""
    with changing([article], by=user, action=Version.Action.SUBMITTED, note=note):
        entry = _log(article, user, _("Submitted."), note)
        return Submission.objects.submit(article, user, note, entry)


def return_to_writer(article: Article, user, note: str) -> Submission:
    """Return the article to its Writer, and log it; return the answer. Raises SubmissionError."""
    with changing([article], by=user, action=Version.Action.RETURNED, note=note):
        entry = _log(article, user, _("Returned."), note)
        return Submission.objects.return_to_writer(article, user, note, entry)


def _log(article, user, sentence, note):
    message = f"{sentence} {note}".strip()
    return LogEntry.objects.log_actions(user.pk, [article], CHANGE, message, single_object=True)


def sign(article: Article, user) -> None:
    """Set the author linked to the user as the article's author, if the article has none."""
    author = Author.objects.filter(user=user).first()
    if author and not article.author_links.exists():
        article.author_links.create(author=author)
