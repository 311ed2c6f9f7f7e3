from django.urls import path

from housing.delays import views

DELAY = "logement/delais/<uuid:legal_delay_id>/"
TRUCE = "logement/delais/treve/<uuid:winter_truce_id>/"

urlpatterns = [
    path("logement/delais/", views.delays, name="delays"),
    path("logement/delais/historique/", views.history, name="delays_history"),
    path(DELAY + "corriger/", views.edit_delay, name="delay_edit"),
    path(DELAY + "nouvelle-version/", views.change_delay, name="delay_change"),
    path(DELAY + "retirer/", views.withdraw_delay, name="delay_withdraw"),
    path(TRUCE + "corriger/", views.edit_truce, name="truce_edit"),
    path(TRUCE + "nouvelle-version/", views.change_truce, name="truce_change"),
    path(TRUCE + "retirer/", views.withdraw_truce, name="truce_withdraw"),
]
