"""Pages of packages, each with who may open it."""

from cias.core.access import ANY_AGENT, PUBLIC

# Views of django-allauth that we mount (cias/accounts/urls.py).
THIRD_PARTY: dict[str, str] = {
    "account_login": PUBLIC,
    "account_logout": ANY_AGENT,
    "account_reauthenticate": ANY_AGENT,
    "account_change_password": ANY_AGENT,
    "account_set_password": ANY_AGENT,
    "account_reset_password": PUBLIC,
    "account_reset_password_done": PUBLIC,
    "account_reset_password_from_key": PUBLIC,
    "account_reset_password_from_key_done": PUBLIC,
    "account_inactive": PUBLIC,
    "mfa_authenticate": PUBLIC,
    "mfa_login_webauthn": PUBLIC,
    "mfa_index": ANY_AGENT,
    "mfa_reauthenticate": ANY_AGENT,
    "mfa_reauthenticate_webauthn": ANY_AGENT,
    "mfa_activate_totp": ANY_AGENT,
    "mfa_deactivate_totp": ANY_AGENT,
    "mfa_list_webauthn": ANY_AGENT,
    "mfa_add_webauthn": ANY_AGENT,
    "mfa_edit_webauthn": ANY_AGENT,
    "mfa_remove_webauthn": ANY_AGENT,
    "mfa_view_recovery_codes": ANY_AGENT,
    "mfa_generate_recovery_codes": ANY_AGENT,
}
