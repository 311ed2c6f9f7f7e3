from django.urls import path

from cias.audit import views

app_name = "audit"

urlpatterns = [
    path("journal/", views.log, name="log"),
    path("journal/export/", views.export, name="export"),
    path("compte/journal/", views.mine, name="mine"),
]
