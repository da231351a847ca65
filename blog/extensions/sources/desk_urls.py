from django.urls import path

from blog.extensions.sources.screens import (
    confirm_views,
    list_views,
    proof_views,
    replace_views,
    settings_views,
)

urlpatterns = [
    path("", list_views.show_list, name="list"),
    path("check/", list_views.check_all, name="check_all"),
    path("moved/", replace_views.replace_moved, name="moved"),
    path("settings/", settings_views.change_settings, name="settings"),
    path("settings/forget/", settings_views.forget, name="forget"),
    path("article/<int:pk>/", list_views.show_article, name="article"),
    path("article/<int:pk>/look/", proof_views.look, name="look"),
    path("article/<int:pk>/answer/", proof_views.answer, name="answer"),
    path("article/<int:pk>/confirm/", confirm_views.confirm_in_article, name="confirm"),
    path("import/<int:pk>/confirm/", confirm_views.confirm_in_import, name="confirm_import"),
    path("<int:pk>/state/", list_views.show_row_state, name="state"),
    path("<int:pk>/check/", list_views.check, name="check"),
    path("<int:pk>/replace/", replace_views.replace, name="replace"),
    path("<int:pk>/ignore/", list_views.ignore_source, name="ignore"),
    path("<int:pk>/ignored/", list_views.end_ignoring_source, name="end_ignoring"),
]
