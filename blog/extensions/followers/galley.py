"""The forms below articles and lists, the links to them, and what a restored backup ends."""

from blog import extend
from blog.extensions.followers.planning import end_mailings
from blog.extensions.followers.views import FollowForm
from blog.mail.messages import mail_is_configured

FOLLOW = "followers/_follow.html"
extend.slots.add(extend.Slot("article_head", "followers/_head.html", mail_is_configured))
extend.slots.add(extend.Slot("article_end", FOLLOW, mail_is_configured, lambda page: {"form": FollowForm()}))
extend.slots.add(extend.Slot("home_end", FOLLOW, mail_is_configured))
extend.slots.add(extend.Slot("footer_follow", "followers/_footer.html", mail_is_configured))
extend.never_cached.add("/follow/")
extend.never_cached.add("/mail/")
extend.after_restore.add(end_mailings)
extend.not_in_backup.add("followers.MailingLetter")
