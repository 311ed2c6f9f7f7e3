from django.urls import path

from insertion.jobs.views import cv, offers, searches

JOBS = "insertion/emploi/"
SEARCH = JOBS + "<uuid:job_search_id>/"
STEP = JOBS + "demarches/<uuid:job_step_id>/"
OUTCOME = JOBS + "issues/<uuid:search_outcome_id>/"
ENTRY = JOBS + "cv/<uuid:cv_entry_id>/"
OFFERS = JOBS + "offres/"

urlpatterns = [
    path(JOBS, searches.searches, name="job_searches"),
    path("menages/<uuid:household_id>/insertion/emploi/", searches.create, name="job_search_create"),
    path(SEARCH, searches.search, name="job_search"),
    path(SEARCH + "modifier/", searches.edit, name="job_search_edit"),
    path(SEARCH + "demarche/", searches.add_step, name="job_step_add"),
    path(SEARCH + "issue/", searches.add_outcome, name="job_outcome_add"),
    path(SEARCH + "cv/", cv.edit, name="cv_edit"),
    path(SEARCH + "cv/<slug:cv_kind>/", cv.add, name="cv_add"),
    path(SEARCH + "cv.pdf", cv.sheet, name="cv"),
    path(ENTRY, cv.change, name="cv_entry"),
    path(ENTRY + "retirer/", cv.remove, name="cv_entry_remove"),
    path(STEP + "reponse/", searches.answer, name="job_step_answer"),
    path(STEP + "annuler/", searches.undo_step, name="job_step_undo"),
    path(OUTCOME + "annuler/", searches.undo_outcome, name="job_outcome_undo"),
    path(OUTCOME + "maintien/", searches.kept, name="job_outcome_kept"),
    path(OFFERS, offers.offers, name="job_offers"),
    path(OFFERS + "nouvelle/", offers.create, name="job_offer_create"),
    path(OFFERS + "<uuid:job_offer_id>/", offers.offer, name="job_offer"),
    path(OFFERS + "<uuid:job_offer_id>/modifier/", offers.edit, name="job_offer_edit"),
    path(OFFERS + "<uuid:job_offer_id>/clore/", offers.close, name="job_offer_close"),
    path("administration/emploi-durable/", offers.rules, name="job_rules"),
]
