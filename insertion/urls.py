from django.urls import path

from insertion import views
from insertion.contracts.urls import urlpatterns as contracts
from insertion.jobs.urls import urlpatterns as jobs
from insertion.orientations.urls import urlpatterns as orientations
from insertion.permanences.urls import urlpatterns as permanences

app_name = "insertion"

urlpatterns = [
    path("menages/<uuid:household_id>/insertion/", views.household, name="household"),
    *orientations,
    *contracts,
    *permanences,
    *jobs,
]
