"""The link to the screen where users choose their notices."""

from django.utils.translation import gettext_lazy as _

from blog import extend
from blog.mail.messages import mail_is_configured

LINK = extend.DeskLink(
    _("Your notices"), "admin:notices_choose", place="account", is_shown=mail_is_configured
)
extend.desk_links.add(LINK)
extend.not_in_backup.add("notices.Notice")
