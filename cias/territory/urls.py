from django.urls import path

from cias.territory import views

app_name = "territory"

urlpatterns = [
    path("structure/", views.structure, name="structure"),
    path("horaires/", views.hours, name="hours"),
    path("horaires/changer/", views.change_hours, name="change_hours"),
    path("fermetures/", views.closures, name="closures"),
    path("fermetures/<uuid:exceptional_closure_id>/supprimer/", views.delete_closure, name="delete_closure"),
    path("communes/", views.communes, name="communes"),
    path("secret-statistique/", views.secrecy, name="secrecy"),
    path("zones/creer/", views.zone, name="create_zone"),
    path("zones/<uuid:zone_id>/", views.zone, name="zone"),
    path("zones/<uuid:zone_id>/supprimer/", views.delete_zone, name="delete_zone"),
]
