from blog.extensions.followers.followers import Follower
from blog.extensions.followers.mailings import Mailing, MailingArticle, MailingLetter

__all__ = ["Follower", "Mailing", "MailingArticle", "MailingLetter"]
