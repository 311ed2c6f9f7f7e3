from django.db import models

from cias.core import account_acts


class AccessAction(models.TextChoices):
    VIEW = "view", "Consultation"
    SEARCH = "search", "Recherche"
    PRINT = "print", "Impression"
    EXPORT = "export", "Export"
    DOWNLOAD = "download", "Téléchargement"
    REASON = "reason", "Accès avec motif"
    EMERGENCY = "emergency", "Accès d’urgence"
    REFUSED = "refused", "Accès refusé"
    LOGIN = "login", "Connexion"
    LOGIN_FAILED = "login_failed", "Connexion refusée"
    LOGOUT = "logout", "Déconnexion"
    SECURITY = "security", "Réglage de sécurité"


ICONS = {
    AccessAction.VIEW: "bi-eye",
    AccessAction.SEARCH: "bi-search",
    AccessAction.PRINT: "bi-printer",
    AccessAction.EXPORT: "bi-box-arrow-up",
    AccessAction.DOWNLOAD: "bi-download",
    AccessAction.REASON: "bi-chat-square-text",
    AccessAction.EMERGENCY: "bi-unlock",
    AccessAction.REFUSED: "bi-slash-circle",
    AccessAction.LOGIN: "bi-box-arrow-in-right",
    AccessAction.LOGIN_FAILED: "bi-exclamation-triangle",
    AccessAction.LOGOUT: "bi-box-arrow-right",
    AccessAction.SECURITY: "bi-shield-lock",
}


class SecurityEvent(models.TextChoices):
    """What a login or security line is about, kept as a code in the line's detail."""

    PASSWORD_REFUSED = "password_refused", "mot de passe refusé"
    CODE_REFUSED = "code_refused", "second facteur refusé"
    IDENTITY_REFUSED = "identity_refused", "autre identité chez le fournisseur, refusée"
    PASSWORD_CHANGED = "password_changed", "mot de passe changé"
    TOTP_ADDED = "totp_added", "application d’authentification activée"
    TOTP_REMOVED = "totp_removed", "application d’authentification retirée"
    WEBAUTHN_ADDED = "webauthn_added", "clé d’accès ajoutée"
    WEBAUTHN_REMOVED = "webauthn_removed", "clé d’accès retirée"
    CODES_ADDED = "recovery_codes_added", "codes de secours créés"
    CODES_REMOVED = "recovery_codes_removed", "codes de secours retirés"
    CODES_RENEWED = "recovery_codes_reset", "codes de secours renouvelés"
    # What is done to somebody's account: the dpo reads it beside what agents read (docs/adr/0019-accounts.md).
    ACCOUNT_OPENED = account_acts.OPENED, "compte ouvert"
    ACCOUNT_CHANGED = account_acts.CHANGED, "rôle ou adresse du compte changés"
    ACCOUNT_CLOSED = account_acts.CLOSED, "compte fermé"
    ACCOUNT_REOPENED = account_acts.REOPENED, "compte rouvert"
    IDENTITY_UNBOUND = account_acts.UNBOUND, "identité chez le fournisseur déliée"
    RESET_ASKED = account_acts.RESET_ASKED, "second facteur perdu, demande"
    RESET_GRANTED = account_acts.RESET_GRANTED, "second facteur perdu, accord"
    RESET_REFUSED = account_acts.RESET_REFUSED, "second facteur perdu, refus"
