"""Recovery codes: shown once, when they have just been made."""

from typing import Any

from allauth.mfa.recovery_codes.views import ViewRecoveryCodesView

from cias.accounts.recovery_codes import take_fresh


class RecoveryCodesView(ViewRecoveryCodesView):
    """The package's page, which asks for a confirmation first; it then knows the codes of this session only."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        found = dict(super().get_context_data(**kwargs))
        return {**found, "fresh": take_fresh(self.request)}
