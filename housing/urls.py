from django.urls import path

from housing import views
from housing.dues.urls import urlpatterns as dues
from housing.inventories.urls import urlpatterns as inventories
from housing.lodging.urls import urlpatterns as lodging

app_name = "housing"

urlpatterns = [
    path("menages/<uuid:household_id>/logement/", views.household, name="household"),
    *lodging,
    *inventories,
    *dues,
]
