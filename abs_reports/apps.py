from django.apps import AppConfig

from cias.core.reference import seed_after_migrate


class AbsReportsConfig(AppConfig):
    name = "abs_reports"
    verbose_name = "Analyse des besoins sociaux"

    def ready(self) -> None:
        from abs_reports import reference, registrations_departures

        seed_after_migrate(self, reference.seed)
        registrations_departures.register()
