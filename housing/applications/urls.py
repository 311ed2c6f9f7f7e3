from django.urls import path

from housing.applications.views import dalo, requests

LIST = "logement/logement-social/"
REQUEST = LIST + "<uuid:housing_application_id>/"
APPEAL = "logement/dalo/<uuid:dalo_appeal_id>/"
HOUSEHOLD = "menages/<uuid:household_id>/logement/"

urlpatterns = [
    path(LIST, requests.applications, name="applications"),
    path(HOUSEHOLD + "demande/", requests.create, name="application_create"),
    path(REQUEST, requests.application, name="application"),
    path(REQUEST + "modifier/", requests.edit, name="application_edit"),
    path(REQUEST + "historique/", requests.history, name="application_history"),
    path(REQUEST + "etape/<slug:step_code>/", requests.step, name="application_step"),
    path(REQUEST + "annuler/", requests.undo, name="application_undo"),
    path(REQUEST + "proposition/", requests.propose, name="application_propose"),
    path(
        LIST + "propositions/<uuid:housing_proposal_id>/issue/",
        requests.outcome,
        name="application_outcome",
    ),
    path(HOUSEHOLD + "dalo/", dalo.create, name="dalo_create"),
    path(APPEAL, dalo.appeal, name="dalo"),
    path(APPEAL + "modifier/", dalo.edit, name="dalo_edit"),
    path(APPEAL + "etape/<slug:dalo_state>/", dalo.step, name="dalo_step"),
    path(APPEAL + "annuler/", dalo.undo, name="dalo_undo"),
]
