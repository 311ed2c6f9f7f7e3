from django.urls import path

from cias.dashboard import board, pages, views, work
from cias.dashboard.steering.views import steering

app_name = "dashboard"

urlpatterns = [
    path("", views.home, name="home"),
    path("a-faire/", work.work, name="work"),
    path("a-faire/service/", work.service, name="service"),
    path("a-faire/remplacements/", work.covers, name="covers"),
    path("a-faire/remplacements/<uuid:cover_id>/arreter/", work.cover_end, name="cover_end"),
    path("tableau-de-bord/", steering, name="steering"),
    path("tableau-de-bord/conseil/", board.board, name="board"),
    path("tableau-de-bord/conseil/figer/", board.freeze_board, name="board_freeze"),
    path("administration/", pages.administration, name="administration"),
    path("accessibilite/", pages.accessibility, name="accessibility"),
    path("donnees-personnelles/", pages.privacy, name="privacy"),
]
