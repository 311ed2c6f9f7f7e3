from django.urls import path

from cias.territory import views

app_name = "territory"

urlpatterns = [
    path("structure/", views.structure, name="structure"),
    path("horaires/", views.hours, name="hours"),
    path("horaires/changer/", views.change_hours, name="change_hours"),
    path("fermetures/", views.closures, name="closures"),
    path("fermetures/<uuid:exceptional_closure_id>/annuler/", views.cancel_closure, name="cancel_closure"),
    path("communes/", views.communes, name="communes"),
    path("secret-statistique/", views.secrecy, name="secrecy"),
    path("zones/creer/", views.zone, name="create_zone"),
    path("zones/<uuid:zone_id>/", views.zone, name="zone"),
    path("zones/<uuid:zone_id>/retirer/", views.retire_zone, name="retire_zone"),
]
