from django.urls import path

from cias.dashboard import board, pages, views

app_name = "dashboard"

urlpatterns = [
    path("", views.home, name="home"),
    path("a-faire/", views.work, name="work"),
    path("tableau-de-bord/conseil/", board.board, name="board"),
    path("tableau-de-bord/conseil/figer/", board.freeze_board, name="board_freeze"),
    path("administration/", pages.administration, name="administration"),
    path("accessibilite/", pages.accessibility, name="accessibility"),
    path("donnees-personnelles/", pages.privacy, name="privacy"),
]
