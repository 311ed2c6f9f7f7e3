from django.apps import AppConfig
from django.core.checks import register

from cias.core.reference import seed_after_migrate


class AbsReportsConfig(AppConfig):
    name = "abs_reports"
    verbose_name = "Analyse des besoins sociaux"

    def ready(self) -> None:
        from abs_reports import reference, registrations_departures
        from abs_reports.compiling.links import links_hold

        register(links_hold)
        seed_after_migrate(self, reference.seed)
        registrations_departures.register()
