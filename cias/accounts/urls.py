from allauth.account import views as account_views
from django.urls import include, path

from cias.accounts import views

accounts = (
    [
        path("", views.me, name="me"),
    ],
    "accounts",
)

urlpatterns = [
    path("", include(accounts)),
    path("connexion/", account_views.login, name="account_login"),
    path("deconnexion/", account_views.logout, name="account_logout"),
]
