"""Addresses of lodging, in the namespace of housing."""

from django.urls import path

from housing.lodging.steps import BY_NAME
from housing.lodging.views import (
    alt,
    documents,
    dwellings,
    figures,
    occupancy,
    proposals,
    requests,
    rules,
    stays,
)

DWELLING = "logement/logements/<uuid:dwelling_id>/"
PLACE = "logement/places/<uuid:place_id>/"
OFF = "logement/indisponibilites/<uuid:unavailability_id>/"
STAY = "logement/sejours/<uuid:stay_id>/"
CONTRACT = "logement/contrats/<uuid:stay_contract_id>/"
REQUEST = "logement/demandes/<uuid:lodging_request_id>/"
RULES = "logement/regles/"
ALT = "logement/alt/"
CONVENTION = ALT + "<uuid:alt_convention_id>/"
CAPACITY = ALT + "capacites/<uuid:alt_capacity_id>/"
COVERED = ALT + "logements/<uuid:alt_dwelling_id>/"

STEPS = {
    "request_accept": "accepter/",
    "request_decline": "refus-du-menage/",
    "request_cancel_proposal": "retirer-la-proposition/",
    "request_refuse": "refuser/",
    "request_withdraw": "retirer/",
}

urlpatterns = [
    path("logement/", occupancy.occupancy, name="occupancy"),
    path("logement/capacite/", occupancy.capacity, name="capacity"),
    path("logement/indicateurs/", figures.figures, name="figures"),
    path("logement/indicateurs/csv/", figures.figures_csv, name="figures_csv"),
    path("logement/logements/", dwellings.dwellings, name="dwellings"),
    path("logement/logements/nouveau/", dwellings.dwelling_edit, name="dwelling_create"),
    path(DWELLING, dwellings.dwelling, name="dwelling"),
    path(DWELLING + "modifier/", dwellings.dwelling_edit, name="dwelling_edit"),
    path(DWELLING + "place/", dwellings.place_create, name="place_create"),
    path(PLACE + "modifier/", dwellings.place_edit, name="place_edit"),
    path(PLACE + "indisponibilite/", dwellings.place_unavailable, name="place_unavailable"),
    path(PLACE + "candidats/", proposals.candidates, name="place_candidates"),
    path(OFF + "corriger/", dwellings.unavailability_edit, name="unavailability_edit"),
    path(OFF + "supprimer/", dwellings.unavailability_remove, name="unavailability_remove"),
    path("menages/<uuid:household_id>/logement/demander/", requests.request_create, name="request_create"),
    path("menages/<uuid:household_id>/logement/entrer/", stays.admit, name="admit"),
    path("logement/demandes/", requests.waiting, name="waiting_list"),
    path(REQUEST, requests.lodging_request, name="lodging_request"),
    path(REQUEST + "historique/", requests.request_history, name="request_history"),
    path(REQUEST + "completer/", requests.request_edit, name="request_edit"),
    path(REQUEST + "proposer/", proposals.propose, name="request_propose"),
    *(path(REQUEST + STEPS[name], requests.step, {"name": name}, name=name) for name in BY_NAME),
    path(REQUEST + "annuler-la-derniere-etape/", requests.undo, name="request_undo"),
    path(REQUEST + "lettre/", documents.request_letter, name="request_letter"),
    path(STAY, stays.stay, name="stay"),
    path(STAY + "historique/", stays.stay_history, name="stay_history"),
    path(STAY + "renouveler/", stays.stay_renew, name="stay_renew"),
    path(STAY + "annuler-l-avenant/", stays.stay_undo_renewal, name="stay_undo_renewal"),
    path(STAY + "assurance/", stays.stay_insurance, name="stay_insurance"),
    path(STAY + "examen/", stays.stay_exam, name="stay_exam"),
    path(STAY + "corriger/", stays.stay_correct, name="stay_correct"),
    path(STAY + "annuler/", stays.stay_cancel, name="stay_cancel"),
    path(STAY + "sortie/", stays.stay_exit, name="stay_exit"),
    path(STAY + "annuler-la-sortie/", stays.stay_reopen, name="stay_reopen"),
    path(CONTRACT + "pdf/", documents.contract, name="contract_pdf"),
    path(CONTRACT + "signature/", stays.contract_sign, name="contract_sign"),
    path(RULES, rules.rules, name="lodging_rules"),
    path(RULES + "historique/", rules.rules_history, name="lodging_rules_history"),
    path(RULES + "bareme/nouveau/", rules.score_change, name="score_change"),
    path(RULES + "<uuid:scheme_rule_id>/nouvelle/", rules.scheme_rule_change, name="scheme_rule_change"),
    path(RULES + "<uuid:lodging_rule_id>/verifier/", rules.rule_check, name="lodging_rule_check"),
    path(RULES + "<uuid:lodging_rule_id>/retirer/", rules.rule_withdraw, name="lodging_rule_withdraw"),
    path(ALT, alt.conventions, name="alt"),
    path(ALT + "nouvelle/", alt.convention_edit, name="alt_create"),
    path(CONVENTION, alt.convention, name="alt_convention"),
    path(CONVENTION + "modifier/", alt.convention_edit, name="alt_edit"),
    path(CONVENTION + "pdf/", alt.convention_pdf, name="alt_pdf"),
    path(CONVENTION + "csv/", alt.convention_csv, name="alt_csv"),
    path(CONVENTION + "capacite/", alt.capacity_add, name="alt_capacity_add"),
    path(CONVENTION + "logement/", alt.covered_add, name="alt_dwelling_add"),
    path(CAPACITY, alt.capacity_edit, name="alt_capacity_edit"),
    path(CAPACITY + "retirer/", alt.capacity_remove, name="alt_capacity_remove"),
    path(COVERED, alt.covered_edit, name="alt_dwelling_edit"),
    path(COVERED + "retirer/", alt.covered_remove, name="alt_dwelling_remove"),
]
