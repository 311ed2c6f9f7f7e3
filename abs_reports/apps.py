from django.apps import AppConfig


class AbsReportsConfig(AppConfig):
    name = "abs_reports"
    verbose_name = "Analyse des besoins sociaux"
