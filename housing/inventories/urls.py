from django.urls import path

from housing.inventories.views import pages, rules, writing

STAY = "logement/sejours/<uuid:stay_id>/etats-des-lieux/"
INVENTORY = "logement/etats-des-lieux/<uuid:inventory_id>/"
RULES = "logement/participations/regles/"

urlpatterns = [
    path(STAY + "entree/", pages.start_entry, name="inventory_entry"),
    path(STAY + "sortie/", pages.start_exit, name="inventory_exit"),
    path(STAY + "comparaison/", pages.compare, name="inventory_compare"),
    path(STAY + "comparaison/imprimer/", pages.compare_print, name="inventory_compare_print"),
    path(INVENTORY, pages.inventory, name="inventory"),
    path(INVENTORY + "saisie/", writing.edit, name="inventory_edit"),
    path(INVENTORY + "brouillon/", writing.draft, name="inventory_draft"),
    path(INVENTORY + "brouillon/effacer/", writing.draft_discard, name="inventory_draft_discard"),
    path(INVENTORY + "valider/", pages.validate, name="inventory_validate"),
    path(INVENTORY + "rouvrir/", pages.reopen, name="inventory_reopen"),
    path(INVENTORY + "abandonner/", pages.discard, name="inventory_discard"),
    path(INVENTORY + "signer/", pages.sign, name="inventory_sign"),
    path(INVENTORY + "annuler-la-signature/", pages.unsign, name="inventory_unsign"),
    path(INVENTORY + "imprimer/", pages.inventory_print, name="inventory_print"),
    path(INVENTORY + "correction/", pages.correction, name="inventory_correction"),
    path(
        "logement/etats-des-lieux/corrections/<uuid:inventory_correction_id>/",
        pages.answer,
        name="inventory_answer",
    ),
    path(
        "logement/etats-des-lieux/pieces/<uuid:inventory_room_id>/photos/",
        writing.photos,
        name="inventory_photos",
    ),
    path(
        "logement/etats-des-lieux/photos/<uuid:inventory_photo_id>/retirer/",
        writing.photo_remove,
        name="inventory_photo_remove",
    ),
    path(RULES + "vetuste/nouvelle/", rules.wear_rule, name="wear_rule_create"),
    path(RULES + "vetuste/<uuid:wear_rule_id>/", rules.wear_rule, name="wear_rule"),
    path(RULES + "pieces/nouvelle/", rules.room_template, name="room_template_create"),
    path(RULES + "pieces/<uuid:room_template_id>/", rules.room_template, name="room_template"),
    path(RULES + "etats-des-lieux/nouvelle/", rules.inventory_rule, name="inventory_rule_create"),
    path(RULES + "etats-des-lieux/<uuid:inventory_rule_id>/", rules.inventory_rule, name="inventory_rule"),
]
