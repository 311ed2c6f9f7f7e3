"""Login and accounts. The views of django-allauth are mounted one by one: what is not here is off."""

from allauth.account import views as account_views
from allauth.mfa.base import views as mfa_views
from allauth.mfa.recovery_codes import views as codes_views
from allauth.mfa.totp import views as totp_views
from allauth.mfa.webauthn import views as webauthn_views
from django.urls import include, path, re_path

from cias.accounts.views import codes, departures, manage, me, provider, recovery, sessions

account = [
    path("connexion/", account_views.login, name="account_login"),
    path("connexion/second-facteur/", mfa_views.authenticate, name="mfa_authenticate"),
    path("connexion/cle-d-acces/", webauthn_views.login_webauthn, name="mfa_login_webauthn"),
    path("deconnexion/", account_views.logout, name="account_logout"),
    path("ferme/", account_views.account_inactive, name="account_inactive"),
    path("mot-de-passe/", account_views.password_change, name="account_change_password"),
    path("mot-de-passe/definir/", account_views.password_set, name="account_set_password"),
    path("mot-de-passe/oublie/", account_views.password_reset, name="account_reset_password"),
    path(
        "mot-de-passe/oublie/envoye/", account_views.password_reset_done, name="account_reset_password_done"
    ),
    re_path(
        r"^mot-de-passe/choisir/(?P<uidb36>[0-9a-f]{32})-(?P<key>[^/]+)/$",
        account_views.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path(
        "mot-de-passe/choisi/",
        account_views.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
]

security = [
    path("", mfa_views.index, name="mfa_index"),
    path("confirmer/", account_views.reauthenticate, name="account_reauthenticate"),
    path("confirmer/code/", mfa_views.reauthenticate, name="mfa_reauthenticate"),
    path("confirmer/cle/", webauthn_views.reauthenticate_webauthn, name="mfa_reauthenticate_webauthn"),
    path("application/activer/", totp_views.activate_totp, name="mfa_activate_totp"),
    path("application/retirer/", totp_views.deactivate_totp, name="mfa_deactivate_totp"),
    path("cles/", webauthn_views.list_webauthn, name="mfa_list_webauthn"),
    path("cles/ajouter/", webauthn_views.add_webauthn, name="mfa_add_webauthn"),
    path("cles/<int:pk>/renommer/", webauthn_views.edit_webauthn, name="mfa_edit_webauthn"),
    path("cles/<int:pk>/retirer/", webauthn_views.remove_webauthn, name="mfa_remove_webauthn"),
    path("codes-de-secours/", codes.RecoveryCodesView.as_view(), name="mfa_view_recovery_codes"),
    path(
        "codes-de-secours/renouveler/",
        codes_views.generate_recovery_codes,
        name="mfa_generate_recovery_codes",
    ),
]

ours = (
    [
        path("compte/", me.me, name="me"),
        path("compte/preferences/", me.preferences, name="preferences"),
        path("compte/connexion/identite/", provider.start, name="provider"),
        path("compte/connexion/identite/retour/", provider.callback, name="provider_callback"),
        path("compte/session/", sessions.session, name="session"),
        path("compte/session/continuer/", sessions.extend, name="extend"),
        path("compte/sessions/fermer/", sessions.end_other_sessions, name="end_sessions"),
        path("compte/sessions/fermer-une/", sessions.end_one, name="end_session"),
        path("compte/proteger/", sessions.enrol, name="enrol"),
        path("qui-voit-quoi/", me.rights, name="rights"),
        path("administration/comptes/", manage.accounts, name="list"),
        path("administration/comptes/ouvrir/", manage.open_account, name="open"),
        path("administration/comptes/<uuid:user_id>/", manage.account, name="account"),
        path("administration/comptes/<uuid:user_id>/modifier/", manage.edit_account, name="edit"),
        path("administration/comptes/<uuid:user_id>/fermer/", manage.close_account, name="close"),
        path("administration/comptes/<uuid:user_id>/depart/", departures.departure, name="departure"),
        path("administration/travail-sans-titulaire/", departures.left_behind, name="left_behind"),
        path("administration/comptes/<uuid:user_id>/rouvrir/", manage.reopen_account, name="reopen"),
        path(
            "administration/comptes/<uuid:user_id>/sessions/fermer/",
            manage.end_sessions_of,
            name="end_theirs",
        ),
        path("administration/comptes/<uuid:user_id>/delier/", manage.unlink, name="unlink"),
        path("administration/comptes/<uuid:user_id>/telephone-perdu/", recovery.ask, name="ask_reset"),
        path("administration/telephones-perdus/", recovery.resets, name="resets"),
        path("administration/telephones-perdus/<uuid:reset_id>/", recovery.decide, name="decide_reset"),
        path(
            "administration/comptes/<uuid:user_id>/inviter/annuler/",
            manage.cancel_invitation,
            name="cancel_invitation",
        ),
        path("administration/comptes/<uuid:user_id>/inviter/", manage.invite, name="invite"),
    ],
    "accounts",
)

urlpatterns = [
    path("", include(ours)),
    path("compte/", include(account)),
    path("compte/securite/", include(security)),
]
