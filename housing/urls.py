from django.urls import path

from housing import views
from housing.energy.urls import urlpatterns as energy
from housing.lodging.urls import urlpatterns as lodging

app_name = "housing"

urlpatterns = [
    path("menages/<uuid:household_id>/logement/", views.household, name="household"),
    *lodging,
    *energy,
]
