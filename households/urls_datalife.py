"""The end of files (C7) and the rights of persons (C8)."""

from django.urls import path

from households.views import ending, person_requests, slips

urlpatterns = [
    path("fin-de-vie/", ending.endings, name="endings"),
    path("fin-de-vie/dossiers/", ending.ending_find, name="ending_find"),
    path("fin-de-vie/dossiers/<uuid:household_id>/", ending.ending_file, name="ending_file"),
    path("fin-de-vie/dossiers/<uuid:household_id>/suspendre/", ending.hold_set, name="hold_set"),
    path("fin-de-vie/suspensions/<uuid:legal_hold_id>/lever/", ending.hold_lift, name="hold_lift"),
    path("fin-de-vie/durees/", ending.rules, name="retention_rules"),
    path("fin-de-vie/bordereaux/", slips.slip_list, name="slips"),
    path("fin-de-vie/bordereaux/<uuid:disposal_slip_id>/", slips.slip, name="slip"),
    path("fin-de-vie/bordereaux/<uuid:disposal_slip_id>/bordereau.pdf", slips.slip_print, name="slip_print"),
    path("fin-de-vie/bordereaux/<uuid:disposal_slip_id>/vise/", slips.slip_scan, name="slip_scan"),
    path("fin-de-vie/bordereaux/<uuid:disposal_slip_id>/transmettre/", slips.slip_send, name="slip_send"),
    path("fin-de-vie/bordereaux/<uuid:disposal_slip_id>/visa/", slips.slip_visa, name="slip_visa"),
    path("fin-de-vie/bordereaux/<uuid:disposal_slip_id>/arreter/", slips.slip_stop, name="slip_stop"),
    path("fin-de-vie/bordereaux/<uuid:disposal_slip_id>/anonymiser/", slips.slip_run, name="slip_run"),
    path("fin-de-vie/bordereaux/<uuid:disposal_slip_id>/avancement/", slips.slip_progress, name="slip_progress"),
    path("fin-de-vie/inscrits/<uuid:disposal_line_id>/retirer/", slips.line_withdraw, name="slip_withdraw"),
    path("droits-des-personnes/", person_requests.requests, name="person_requests"),
    path("droits-des-personnes/nouvelle/", person_requests.request_find, name="person_request_find"),
    path(
        "droits-des-personnes/dossiers/<uuid:household_id>/", person_requests.request_new,
        name="person_request_new",
    ),
    path("droits-des-personnes/<uuid:person_request_id>/", person_requests.request_detail, name="person_request"),
    path(
        "droits-des-personnes/<uuid:person_request_id>/identite/", person_requests.request_identity,
        name="person_request_identity",
    ),
    path(
        "droits-des-personnes/<uuid:person_request_id>/reponse/", person_requests.request_answer,
        name="person_request_answer",
    ),
    path(
        "droits-des-personnes/<uuid:person_request_id>/delai/", person_requests.request_extend,
        name="person_request_extend",
    ),
    path(
        "droits-des-personnes/<uuid:person_request_id>/copie.pdf", person_requests.request_copy, {"form": "pdf"},
        name="person_request_pdf",
    ),
    path(
        "droits-des-personnes/<uuid:person_request_id>/copie.json", person_requests.request_copy, {"form": "json"},
        name="person_request_json",
    ),
    path(
        "droits-des-personnes/<uuid:person_request_id>/documents.zip", person_requests.request_copy, {"form": "zip"},
        name="person_request_documents",
    ),
    path("notice/", person_requests.notice, name="notice"),
    path("notice/courte.pdf", person_requests.notice_print, {"form": "courte"}, name="notice_short"),
    path("notice/complete.pdf", person_requests.notice_print, {"form": "complete"}, name="notice_full"),
    path("notice/ecrire/", person_requests.notice_edit, name="notice_edit"),
]  # fmt: skip
