from django.urls import path

from blog.extensions.labels.screen import labels_file, labels_page

urlpatterns = [path("", labels_page, name="page"), path("csv/", labels_file, name="file")]
