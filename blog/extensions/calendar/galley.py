from django.utils.translation import gettext_lazy as _

from blog import extend

extend.desk_links.add(
    extend.DeskLink(
        _("Calendar"), "admin:calendar_page", "blog.view_article", place="after_articles", keys="g c"
    )
)
