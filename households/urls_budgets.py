"""Budgets and debts, and what the direction settles about them."""

from django.urls import path

from households.enums import Side
from households.views import budget_grid, budget_settings, budgets, debts

urlpatterns = [
    path("<uuid:household_id>/budgets/nouveau/", budget_grid.budget_create, name="budget_create"),
    path("<uuid:household_id>/budgets/brouillon/", budget_grid.budget_draft, name="budget_draft"),
    path("<uuid:household_id>/budgets/totaux/", budget_grid.budget_totals, name="budget_totals"),
    path("<uuid:household_id>/budgets/comparer/", budgets.budget_compare, name="budget_compare"),
    path("<uuid:household_id>/dettes/ajouter/", debts.debt_create, name="debt_create"),
    path("budgets/<uuid:budget_id>/", budgets.budget, name="budget"),
    path("budgets/<uuid:budget_id>/modifier/", budget_grid.budget_edit, name="budget_edit"),
    path("budgets/<uuid:budget_id>/brouillon/", budget_grid.budget_edit_draft, name="budget_edit_draft"),
    path("budgets/<uuid:budget_id>/recompter/", budgets.budget_recount, name="budget_recount"),
    path("budgets/<uuid:budget_id>/figer/", budgets.budget_freeze, name="budget_freeze"),
    path("budgets/<uuid:budget_id>/imprimer/", budgets.budget_pdf, name="budget_pdf"),
    path(
        "budgets/brouillons/<uuid:budget_draft_id>/effacer/",
        budget_grid.budget_draft_discard,
        name="budget_draft_discard",
    ),
    path("budgets/copies/<uuid:budget_snapshot_id>/", budgets.budget_snapshot, name="budget_snapshot"),
    path(
        "budgets/copies/<uuid:budget_snapshot_id>/imprimer/",
        budgets.budget_snapshot_pdf,
        name="budget_snapshot_pdf",
    ),
    path("dettes/<uuid:debt_id>/", debts.debt, name="debt"),
    path("dettes/<uuid:debt_id>/modifier/", debts.debt_edit, name="debt_edit"),
    path("reglages/budget/", budget_settings.budget_settings, name="budget_settings"),
    path("reglages/budget/formule/", budget_settings.budget_formula, name="budget_formula"),
    path(
        "reglages/budget/formule/exemple/",
        budget_settings.budget_formula_example,
        name="budget_formula_example",
    ),
    path(
        "reglages/budget/formule/<uuid:budget_formula_id>/",
        budget_settings.budget_formula_version,
        name="budget_formula_version",
    ),
    path(
        "reglages/budget/categories/ajouter-une-ressource/",
        budget_settings.budget_category_add,
        {"side": Side.RESOURCE},
        name="budget_resource_add",
    ),
    path(
        "reglages/budget/categories/ajouter-une-charge/",
        budget_settings.budget_category_add,
        {"side": Side.CHARGE},
        name="budget_charge_add",
    ),
    path(
        "reglages/budget/categories/<uuid:budget_category_id>/",
        budget_settings.budget_category,
        name="budget_category",
    ),
]
