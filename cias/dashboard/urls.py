from django.urls import path

from cias.dashboard import pages, views

app_name = "dashboard"

urlpatterns = [
    path("", views.home, name="home"),
    path("a-faire/", views.work, name="work"),
    path("administration/", pages.administration, name="administration"),
    path("accessibilite/", pages.accessibility, name="accessibility"),
    path("donnees-personnelles/", pages.privacy, name="privacy"),
]
