"""Addresses of estimates, in the namespace of access to rights."""

from django.urls import path

from rights.estimates import views

HOUSEHOLD = "menages/<uuid:household_id>/droits/a-verifier/"

urlpatterns = [
    path("droits/non-demandes/", views.missed, name="missed"),
    path("droits/non-demandes/avancement/", views.missed_progress, name="missed_progress"),
    path(HOUSEHOLD, views.estimate, name="estimate"),
    path(HOUSEHOLD + "avancement/", views.progress, name="estimate_progress"),
    path(HOUSEHOLD + "<slug:estimated_kind>/deja-percu/", views.told, name="estimate_told"),
]
