"""Logging in through an identity provider (OpenID Connect, ProConnect for instance): who somebody is, nothing more.

Authlib does the protocol: discovery, state, nonce, PKCE, signature, issuer, audience. What is ours: an account must
exist, be open, and be bound to the very subject the provider names, or have the address it vouches for while it is
bound to none yet (cias/accounts/links.py). Nobody is created, and the login goes on as any other one, second factor
included. docs/adr/0019-accounts.md says why Authlib.
"""

from dataclasses import dataclass
from functools import cache
from typing import Any

from authlib.integrations.base_client.errors import OAuthError
from authlib.integrations.django_client import OAuth
from django.conf import settings
from django.contrib.auth.signals import user_login_failed
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from requests import RequestException

from cias.accounts import links
from cias.accounts.models import User
from cias.core.reauthentication import BY_PROVIDER, PROVIDER_TOKEN

NAME = "provider"
IDENTITY = (
    "provider_identity"  # what a login through a provider carries to its end: {"issuer": …, "subject": …}
)


class Refused(Exception):
    """The provider's answer opens nothing. The message is French, for the person; `code` is for the log."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


UNKNOWN = "Aucun compte ouvert ne correspond à cette identité. Adressez-vous à l’administration technique."
UNVERIFIED = "Le fournisseur d’identité ne garantit pas votre adresse e-mail."
INVALID = "La réponse du fournisseur d’identité n’est pas valable. Recommencez."
UNREACHABLE = "Le fournisseur d’identité ne répond pas. Connectez-vous avec votre mot de passe, ou plus tard."


@dataclass(frozen=True)
class Identity:
    """Whose account it is, whether it is bound to this identity already, and whether the provider vouches for a second
    factor."""

    account: User
    issuer: str
    subject: str
    is_bound: bool
    second_factor: bool
    id_token: str


def is_configured() -> bool:
    return bool(settings.OIDC_ISSUER)


def client() -> Any:
    return _client(
        settings.OIDC_ISSUER, settings.OIDC_CLIENT_ID, settings.OIDC_CLIENT_SECRET, settings.OIDC_SCOPES
    )


@cache
def _client(issuer: str, client_id: str, secret: str, scopes: str) -> Any:
    return OAuth().register(
        NAME,
        client_id=client_id,
        client_secret=secret,
        server_metadata_url=f"{issuer.rstrip('/')}/.well-known/openid-configuration",
        client_kwargs={"scope": scopes, "code_challenge_method": "S256", "default_timeout": 10},
    )


def begin(request: HttpRequest, callback: str) -> HttpResponse:
    """Send the browser to the provider. Raises Refused when it cannot be reached, or is another one."""
    asked = {"acr_values": settings.OIDC_ACR_VALUES} if settings.OIDC_ACR_VALUES else {}
    try:
        _check_issuer()
        return client().authorize_redirect(request, callback, **asked)
    except RequestException as error:
        raise Refused("unreachable", UNREACHABLE) from error


def _check_issuer() -> None:
    """Metadata naming another issuer than the settings would have its tokens accepted (OpenID Connect Discovery, 4.3).

    Raises Refused.
    """
    issuer = str(client().load_server_metadata().get("issuer", ""))
    if issuer.rstrip("/") != settings.OIDC_ISSUER.rstrip("/"):
        raise Refused("issuer", INVALID)


def identify(request: HttpRequest) -> Identity:
    """Read the provider's answer.

    Raises Refused: forged or stale answer, address not vouched for, no open account; BoundElsewhere: the address is
    that of an account which another subject opens.
    """
    try:
        _check_issuer()
        token = client().authorize_access_token(request)
        claims = token.get("userinfo")
        if not claims:  # no ID token, or none that our nonce answers to
            raise Refused("invalid", INVALID)
        person = {**claims, **_userinfo(token, claims["sub"])}
    except RequestException as error:
        raise Refused("unreachable", UNREACHABLE) from error
    except (OAuthError, JoseError, KeyError, ValueError, RuntimeError, AttributeError) as error:
        raise Refused("invalid", INVALID) from error
    issuer, subject = str(claims["iss"]), str(claims["sub"])
    account = links.find(issuer=issuer, subject=subject)
    is_bound = account is not None
    if account is None:
        account = _by_address(person)
        links.check_free(account=account, issuer=issuer)
    elif not account.is_active:
        raise Refused("unknown", UNKNOWN)
    return Identity(account, issuer, subject, is_bound, _vouches(claims), token["id_token"])


def _userinfo(token: dict[str, Any], subject: str) -> dict[str, Any]:
    """What the provider says of the person: JSON, or a signed token (ProConnect); about the same person."""
    metadata = client().load_server_metadata()
    if "userinfo_endpoint" not in metadata:
        return {}
    answer = client().get(metadata["userinfo_endpoint"], token=token)
    answer.raise_for_status()
    if "jwt" in answer.headers.get("Content-Type", ""):
        keys = KeySet.import_key_set(client().fetch_jwk_set())
        found = jwt.decode(answer.text, keys, algorithms=["RS256", "ES256"]).claims
        audience = found.get("aud", settings.OIDC_CLIENT_ID)
        if found.get("iss", metadata["issuer"]) != metadata["issuer"] or settings.OIDC_CLIENT_ID not in (
            audience if isinstance(audience, list) else [audience]
        ):
            raise ValueError("userinfo for somebody else")
    else:
        found = answer.json()
    if found.get("sub") != subject:
        raise ValueError("userinfo about another subject")
    return dict(found)


def _by_address(person: dict[str, Any]) -> User:
    email, verified = person.get("email"), person.get("email_verified")
    if verified is not True and not (verified is None and settings.OIDC_TRUST_EMAIL):
        raise Refused("unverified", UNVERIFIED)
    account = User.objects.active().filter(email__iexact=email).first() if isinstance(email, str) else None
    # The database holds « ı » and « ſ » for i and s: such an address is another one, and somebody else's.
    if account is None or (account.email != email and not f"{account.email}{email}".isascii()):
        raise Refused("unknown", UNKNOWN)
    return account


def refuse_other_identity(request: HttpRequest, account: User) -> HttpResponse:
    """The page for who comes with the address of an account that another subject opens; a line in the log."""
    user_login_failed.send(
        sender=__name__, credentials={"email": account.email, BY_PROVIDER: True}, request=request
    )
    return render(request, "accounts/identity_refused.html", status=403)


def _vouches(claims: dict[str, Any]) -> bool:
    """The ID token alone counts, it is signed: `amr` (RFC 8176) says "mfa", or `acr` is one the settings trust."""
    return "mfa" in (claims.get("amr") or []) or claims.get("acr") in settings.OIDC_MFA_ACR


def logout_url(request: HttpRequest, back: str) -> str:
    """Where to send a browser whose session came from the provider, so that it ends there too; "" otherwise."""
    token = request.session.get(PROVIDER_TOKEN)
    if not token or not is_configured():
        return ""
    try:
        return str(client().create_logout_url(post_logout_redirect_uri=back, id_token_hint=token)["url"])
    except (
        RequestException,
        RuntimeError,
    ):  # it has no such page, or does not answer: ours ends all the same
        return ""
