from django.urls import path

from housing.lodging import views

urlpatterns = [
    path("logement/", views.occupancy, name="occupancy"),
    path("logement/logements/", views.dwellings, name="dwellings"),
    path("logement/logements/nouveau/", views.dwelling_edit, name="dwelling_create"),
    path("logement/logements/<uuid:dwelling_id>/", views.dwelling, name="dwelling"),
    path("logement/logements/<uuid:dwelling_id>/modifier/", views.dwelling_edit, name="dwelling_edit"),
    path("logement/logements/<uuid:dwelling_id>/place/", views.place_create, name="place_create"),
    path(
        "logement/places/<uuid:place_id>/indisponibilite/", views.place_unavailable, name="place_unavailable"
    ),
    path("logement/sejours/<uuid:stay_id>/", views.stay, name="stay"),
    path("logement/sejours/<uuid:stay_id>/renouveler/", views.stay_renew, name="stay_renew"),
    path("logement/sejours/<uuid:stay_id>/sortie/", views.stay_exit, name="stay_exit"),
    path("logement/sejours/<uuid:stay_id>/annuler-la-sortie/", views.stay_reopen, name="stay_reopen"),
    path("menages/<uuid:household_id>/logement/entrer/", views.admit, name="admit"),
]
