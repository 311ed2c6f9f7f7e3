from django.urls import path

from insertion import views
from insertion.contracts.urls import urlpatterns as contracts
from insertion.diagnoses.urls import urlpatterns as diagnoses
from insertion.followup.urls import urlpatterns as followup
from insertion.imports.urls import urlpatterns as imports
from insertion.jobs.urls import urlpatterns as jobs
from insertion.orientations.urls import urlpatterns as orientations
from insertion.permanences.urls import urlpatterns as permanences
from insertion.reporting.urls import urlpatterns as reporting
from insertion.workshops.urls import urlpatterns as workshops

app_name = "insertion"

urlpatterns = [
    path("menages/<uuid:household_id>/insertion/", views.household, name="household"),
    *orientations,
    *diagnoses,
    *contracts,
    *followup,
    *imports,
    *workshops,
    *reporting,
    *permanences,
    *jobs,
]
