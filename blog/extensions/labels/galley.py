from django.utils.translation import gettext_lazy as _

from blog import extend

extend.desk_links.add(extend.DeskLink(_("AI labels"), "admin:labels_page", "blog.view_article", place="bar"))
