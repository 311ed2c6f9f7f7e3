"""The steps of a login that are ours."""

from allauth.mfa.stages import AuthenticateStage
from django.http import HttpRequest


class SecondFactorStage(AuthenticateStage):
    """The package's own, but for who comes from a provider that vouches for a second factor."""

    def _should_handle(self, request: HttpRequest) -> bool:
        return not getattr(request, "provider_factor", False) and super()._should_handle(request)
