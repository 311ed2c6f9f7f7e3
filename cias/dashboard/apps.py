from django.apps import AppConfig


class DashboardConfig(AppConfig):
    name = "cias.dashboard"
    label = "dashboard"
    verbose_name = "Accueil et tableaux de bord"
