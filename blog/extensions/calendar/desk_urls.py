from django.urls import path

from blog.extensions.calendar.screen import calendar_page

urlpatterns = [path("", calendar_page, name="page")]
