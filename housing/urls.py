from django.urls import path

from housing import views
from housing.applications.urls import urlpatterns as applications
from housing.delays.urls import urlpatterns as delays
from housing.dues.urls import urlpatterns as dues
from housing.energy.urls import urlpatterns as energy
from housing.evictions.urls import urlpatterns as evictions
from housing.inventories.urls import urlpatterns as inventories
from housing.lodging.urls import urlpatterns as lodging

app_name = "housing"

urlpatterns = [
    path("menages/<uuid:household_id>/logement/", views.household, name="household"),
    *lodging,
    *inventories,
    *dues,
    *evictions,
    *applications,
    *delays,
    *energy,
]
