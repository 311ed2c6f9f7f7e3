from django.db import models


class AccessAction(models.TextChoices):
    VIEW = "view", "Consultation"
    SEARCH = "search", "Recherche"
    PRINT = "print", "Impression"
    EXPORT = "export", "Export"
    DOWNLOAD = "download", "Téléchargement"
    REASON = "reason", "Accès avec motif"
    REFUSED = "refused", "Accès refusé"
    LOGIN = "login", "Connexion"
    LOGIN_FAILED = "login_failed", "Connexion refusée"
    LOGOUT = "logout", "Déconnexion"
