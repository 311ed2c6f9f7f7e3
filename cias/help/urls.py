from django.urls import path

from cias.help import views

app_name = "help"

urlpatterns = [
    path("", views.contents, name="contents"),
    path("glossaire/", views.glossary, name="glossary"),
    path("connexion/", views.login_help, name="login"),
    path("premiers-pas/", views.show_first_steps, name="first_steps"),
    path("premiers-pas/masquer/", views.hide_first_steps, name="first_steps_hide"),
    path("<slug:slug>/", views.page, name="page"),
]
