from django.urls import path

from insertion.contracts import printing, views

CONTRACT = "insertion/contrats/<uuid:contract_id>/"
AMENDMENT = "insertion/avenants/<uuid:amendment_id>/"

urlpatterns = [
    path(
        "insertion/orientations/<uuid:orientation_id>/contrat/", views.contract_create, name="contract_create"
    ),
    path(CONTRACT, views.contract, name="contract"),
    path(CONTRACT + "contrat.pdf", printing.contract_pdf, name="contract_pdf"),
    path(CONTRACT + "corriger/", views.contract_edit, name="contract_edit"),
    path(CONTRACT + "historique/", views.history, name="contract_history"),
    path(CONTRACT + "signer/", views.sign, name="contract_sign"),
    path(CONTRACT + "actualiser/", views.update, name="contract_update"),
    path(CONTRACT + "terminer/", views.end, name="contract_end"),
    path(CONTRACT + "abandonner/", views.cancel, name="contract_cancel"),
    path(CONTRACT + "annuler/", views.undo, name="contract_undo"),
    path(CONTRACT + "exemplaire/", views.scan, name="contract_scan"),
    path(CONTRACT + "heures/", views.hours, name="contract_hours"),
    path(CONTRACT + "heures/annuler/", views.hours_undo, name="contract_hours_undo"),
    path(CONTRACT + "avenant/", views.amend, name="contract_amend"),
    path(AMENDMENT + "signer/", views.amendment_sign, name="amendment_sign"),
    path(AMENDMENT + "retirer/", views.amendment_drop, name="amendment_drop"),
    path(AMENDMENT + "avenant.pdf", printing.amendment_pdf, name="amendment_pdf"),
    path("insertion/actions/<uuid:contract_action_id>/", views.action_edit, name="contract_action"),
]
