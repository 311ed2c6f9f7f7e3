from django.apps import AppConfig
from django.core.checks import Tags, register


class AccountsConfig(AppConfig):
    name = "cias.accounts"
    label = "accounts"
    verbose_name = "Comptes et droits"

    def ready(self) -> None:
        from cias.accounts import checks, receivers, recovery_codes
        from cias.accounts.matrix.third_party import THIRD_PARTY
        from cias.core import access

        access.third_party_rights.update(THIRD_PARTY)
        receivers.connect()
        recovery_codes.install()
        register(checks.encryption_keys, Tags.security)
        register(checks.required_roles, Tags.security)
