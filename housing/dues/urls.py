from django.urls import path

from housing.dues.views import account, ledger, months, rules, steps

MONTHS = "logement/participations/"
ACCOUNT = "logement/sejours/<uuid:stay_id>/compte/"
DUE = "logement/appels/<uuid:due_id>/"
PAYMENT = "logement/paiements/<uuid:payment_id>/"
PLAN = "logement/plans/<uuid:plan_id>/"
DEPOSIT = "logement/depots/"
REMINDER = "logement/relances/<uuid:reminder_id>/"

urlpatterns = [
    path(MONTHS, months.months, name="participations"),
    path(MONTHS + "appeler/", months.call, name="participations_call"),
    path(MONTHS + "avis/", months.notices, name="participations_notices"),
    path(MONTHS + "quittances/", months.receipts, name="participations_receipts"),
    path(MONTHS + "impayes/", months.arrears, name="arrears"),
    path(MONTHS + "ecritures/", ledger.entries, name="ledger"),
    path(MONTHS + "regles/", rules.rules, name="dues_rules"),
    path(MONTHS + "regles/nouvelle/", rules.rule_edit, name="dues_rule_create"),
    path(MONTHS + "regles/<uuid:dues_rule_id>/", rules.rule_edit, name="dues_rule"),
    path(ACCOUNT, account.account, name="account"),
    path(ACCOUNT + "releve/", account.statement_view, name="account_statement"),
    path(ACCOUNT + "paiement/", steps.step, {"name": "pay"}, name="account_pay"),
    path(ACCOUNT + "somme/", steps.step, {"name": "sum"}, name="account_sum"),
    path(ACCOUNT + "trop-percu/", steps.step, {"name": "refund"}, name="account_refund"),
    path(ACCOUNT + "plan/", steps.step, {"name": "plan"}, name="account_plan"),
    path(ACCOUNT + "depot/", steps.step, {"name": "deposit"}, name="account_deposit"),
    path(ACCOUNT + "depot/solder/", steps.step, {"name": "settle"}, name="account_settle"),
    path(ACCOUNT + "relance/<int:level>/", steps.remind, name="account_remind"),
    path(DUE + "avis/", account.due_notice, name="due_notice"),
    path(DUE + "quittance/", account.due_receipt, name="due_receipt"),
    path(DUE + "annuler/", steps.due_reverse, name="due_reverse"),
    path(DUE + "regulariser/", steps.due_regularise, name="due_regularise"),
    path(PAYMENT + "recu/", account.payment_receipt, name="payment_receipt"),
    path(PAYMENT + "annuler/", steps.payment_reverse, name="payment_reverse"),
    path(PLAN + "imprimer/", account.plan_print, name="plan_print"),
    path(PLAN + "fin/", steps.plan_end, name="plan_end"),
    path(PLAN + "reprendre/", steps.plan_resume, name="plan_resume"),
    path(DEPOSIT + "<uuid:deposit_id>/annuler/", steps.deposit_reverse, name="deposit_reverse"),
    path(DEPOSIT + "soldes/<uuid:settlement_id>/", account.settlement_print, name="settlement_print"),
    path(
        DEPOSIT + "soldes/<uuid:settlement_id>/annuler/", steps.settlement_reverse, name="settlement_reverse"
    ),
    path(REMINDER + "lettre/", account.reminder_print, name="reminder_print"),
    path(REMINDER + "annuler/", steps.reminder_cancel, name="reminder_cancel"),
]
