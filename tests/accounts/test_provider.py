"""Logging in through an identity provider, against a real one that lies about one thing at a time (C6)."""

from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.test import Client

from cias.accounts import provider as ours
from cias.accounts.links import BoundElsewhere, bind
from cias.accounts.models import ProviderLink, User
from cias.accounts.services import save_account
from cias.audit.enums import AccessAction, SecurityEvent
from cias.audit.models import AccessLog
from tests.accounts.conftest import PASSWORD
from tests.accounts.oidc_server import CLIENT_ID, CLIENT_SECRET, Provider
from tests.accounts.test_second_factor import code_of

pytestmark = pytest.mark.django_db
START = "/compte/connexion/identite/"
SECOND_STEP = "/compte/connexion/second-facteur/"


@pytest.fixture
def client() -> Client:
    """The protocol's return is a GET that logs in, guarded by its state: not for the strict client."""
    return Client()


@pytest.fixture
def idp(settings: Any) -> Iterator[Provider]:
    provider = Provider()
    ours._client.cache_clear()
    settings.OIDC_ISSUER, settings.OIDC_CLIENT_ID = provider.issuer, CLIENT_ID
    settings.OIDC_CLIENT_SECRET = CLIENT_SECRET
    yield provider
    provider.stop()
    ours._client.cache_clear()


@pytest.fixture
def of_claire(idp: Provider, claire: User) -> Provider:
    idp.person = {"email": "Claire@CIAS.test", "email_verified": True}
    return idp


def go(client: Client, idp: Provider) -> Any:
    return client.get(idp.authorize(client.get(START).url))


def refused(client: Client, answer: Any, message: str) -> bool:
    assert answer.url == "/compte/connexion/"
    page = client.get(answer.url).content.decode()
    assert client.get("/compte/").status_code == 302
    return message in page


def test_an_agent_enters_by_the_verified_address(client: Client, of_claire: Provider, claire: User) -> None:
    assert "Se connecter avec ProConnect" in client.get("/compte/connexion/").content.decode()
    assert go(client, of_claire).url == "/"
    assert client.get("/compte/").status_code == 200
    assert AccessLog.objects.get(action=AccessAction.LOGIN).user == claire
    assert User.objects.count() == 1


def test_what_is_asked_has_state_nonce_and_pkce(client: Client, idp: Provider) -> None:
    url = client.get(START).url
    asked = parse_qs(urlsplit(url).query)
    assert url.startswith(f"{idp.issuer}/authorize?")
    assert asked["code_challenge_method"] == ["S256"]
    assert asked["response_type"] == ["code"]
    for name in ("state", "nonce", "code_challenge"):
        assert len(asked[name][0]) >= 20
    assert asked["redirect_uri"] == ["http://testserver/compte/connexion/identite/retour/"]


def test_userinfo_may_be_a_signed_token(client: Client, of_claire: Provider) -> None:
    of_claire.signed_userinfo = True
    assert go(client, of_claire).url == "/"


class TestRefusals:
    @pytest.mark.parametrize(
        ("person", "message"),
        [
            ({"email": "inconnue@cias.test", "email_verified": True}, ours.UNKNOWN),
            ({"email": "claire@cias.test", "email_verified": False}, ours.UNVERIFIED),
            ({"email": "claire@cias.test"}, ours.UNVERIFIED),
            ({"email": "claire@cias.test", "email_verified": "true"}, ours.UNVERIFIED),
            ({"email_verified": True}, ours.UNKNOWN),
            ({"email": "claire@cias.test", "email_verified": True, "sub": "un-autre"}, ours.INVALID),
        ],
    )
    def test_of_a_person(
        self, client: Client, idp: Provider, claire: User, person: dict[str, Any], message: str
    ) -> None:
        idp.person = person
        assert refused(client, go(client, idp), message)
        assert User.objects.count() == 1

    @pytest.mark.parametrize("email", ["cla\u0131re@cias.test", "claire@cia\u017f.test"])
    def test_of_an_address_that_only_looks_the_same(
        self, client: Client, idp: Provider, claire: User, email: str
    ) -> None:
        idp.person = {"email": email, "email_verified": True}
        assert refused(client, go(client, idp), ours.UNKNOWN)

    def test_of_a_closed_account(self, client: Client, of_claire: Provider, claire: User) -> None:
        User.objects.filter(pk=claire.pk).update(is_active=False)
        assert refused(client, go(client, of_claire), ours.UNKNOWN)

    @pytest.mark.parametrize(
        "claims",
        [
            {"nonce": "un-autre"},
            {"aud": "une-autre-application"},
            {"iss": "https://ailleurs.test"},
            {"exp": 1_000_000},
        ],
        ids=lambda claims: next(iter(claims)),
    )
    def test_of_an_id_token(self, client: Client, of_claire: Provider, claims: dict[str, Any]) -> None:
        of_claire.claims = claims
        assert refused(client, go(client, of_claire), ours.INVALID)

    def test_of_a_signature(self, client: Client, of_claire: Provider) -> None:
        of_claire.wrong_key = True
        assert refused(client, go(client, of_claire), ours.INVALID)

    def test_of_a_state_that_is_not_ours(self, client: Client, of_claire: Provider) -> None:
        back = of_claire.authorize(client.get(START).url)
        assert refused(client, client.get(back.replace("state=", "state=x")), ours.INVALID)

    def test_of_an_answer_meant_for_another_browser(self, client: Client, of_claire: Provider) -> None:
        back = of_claire.authorize(Client().get(START).url)
        assert refused(client, client.get(back), ours.INVALID)

    def test_of_an_answer_played_again(self, client: Client, of_claire: Provider) -> None:
        back = of_claire.authorize(client.get(START).url)
        client.get(back)
        client.post("/compte/deconnexion/")
        assert refused(client, client.get(back), ours.INVALID)

    def test_of_an_error_of_the_provider(self, client: Client, idp: Provider) -> None:
        state = parse_qs(urlsplit(client.get(START).url).query)["state"][0]
        answer = client.get(f"{START}retour/?error=access_denied&state={state}")
        assert refused(client, answer, ours.INVALID)

    def test_of_metadata_that_name_another_issuer(
        self, client: Client, of_claire: Provider, settings: Any
    ) -> None:
        settings.OIDC_ISSUER = of_claire.issuer.replace("127.0.0.1", "localhost")
        assert refused(client, client.get(START), ours.INVALID)

    def test_of_a_provider_that_does_not_answer(self, client: Client, idp: Provider, settings: Any) -> None:
        settings.OIDC_ISSUER = "http://127.0.0.1:9"
        assert refused(client, client.get(START), "ne répond pas")


class TestBinding:
    """The subject is the person (OpenID Connect Core 5.7, ASVS 10.5.2); an address may be given to somebody else."""

    @pytest.fixture
    def bound(self, of_claire: Provider) -> Provider:
        first = Client()
        assert go(first, of_claire).url == "/"
        return of_claire

    def become(self, idp: Provider, subject: str, **person: Any) -> None:
        idp.claims["sub"] = subject
        idp.person |= {"sub": subject, **person}

    def test_the_first_login_binds(self, bound: Provider, claire: User) -> None:
        link = ProviderLink.objects.get()
        assert (link.account, link.issuer, link.subject) == (claire, bound.issuer, "sujet-1")

    def test_the_subject_opens_whatever_the_address_has_become(
        self, client: Client, bound: Provider, claire: User
    ) -> None:
        bound.person = {"email": "mariee@ailleurs.test", "email_verified": False}
        assert go(client, bound).url == "/"
        assert client.get("/compte/").context["user"] == claire
        assert ProviderLink.objects.count() == 1

    def test_the_same_address_with_another_subject_opens_nothing(
        self, client: Client, bound: Provider, claire: User
    ) -> None:
        self.become(bound, "sujet-2")
        answer = go(client, bound)
        assert answer.status_code == 403
        page = answer.content.decode()
        assert "Ce compte est celui d’une autre identité" in page
        assert claire.last_name not in page
        assert client.get("/compte/").status_code == 302
        link = ProviderLink.objects.get()
        assert (link.subject, link.refused_at is not None) == ("sujet-1", True)
        line = AccessLog.objects.get(action=AccessAction.LOGIN_FAILED)
        assert (line.user, line.detail) == (claire, {"event": SecurityEvent.IDENTITY_REFUSED})

    def test_a_subject_of_another_issuer_is_another_one(
        self, client: Client, bound: Provider, isabelle: User, settings: Any
    ) -> None:
        """Subjects are the issuer's own: the same word elsewhere is nobody we know."""
        link = ProviderLink.objects.get()
        ProviderLink.objects.filter(pk=link.pk).update(issuer="https://ancien.test")
        bound.person = {"email": isabelle.email, "email_verified": True}
        assert go(client, bound).url == "/"
        assert client.get("/compte/").context["user"] == isabelle

    def test_a_closed_account_stays_closed_to_its_subject(
        self, client: Client, bound: Provider, claire: User
    ) -> None:
        User.objects.filter(pk=claire.pk).update(is_active=False)
        assert refused(client, go(client, bound), ours.UNKNOWN)

    def test_a_login_that_was_left_binds_nothing_to_the_next_one(
        self, client: Client, of_claire: Provider, claire: User, with_password: Callable[[User], User]
    ) -> None:
        """Somebody's provider, left at the second step of a shared computer; the agent then types her password."""
        with_password(claire)
        secret = generate_totp_secret()
        TOTP.activate(claire, secret)
        assert go(client, of_claire).url == SECOND_STEP
        assert "liera votre compte" in client.get(SECOND_STEP).content.decode()
        client.post("/compte/deconnexion/")
        client.post("/compte/connexion/", {"login": claire.email, "password": PASSWORD})
        assert "liera votre compte" not in client.get(SECOND_STEP).content.decode()
        assert client.post(SECOND_STEP, {"code": code_of(secret)}).url == "/"
        assert not ProviderLink.objects.exists()

    def test_of_two_first_logins_one_binds(self, client: Client, of_claire: Provider, claire: User) -> None:
        secret = generate_totp_secret()
        TOTP.activate(claire, secret)
        assert go(client, of_claire).url == SECOND_STEP
        bind(account=claire, issuer=of_claire.issuer, subject="sujet-2")
        assert client.post(SECOND_STEP, {"code": code_of(secret)}).status_code == 403
        assert client.get("/compte/").status_code == 302

    def test_nor_does_one_subject_open_two_accounts(self, bound: Provider, isabelle: User) -> None:
        with pytest.raises(BoundElsewhere):
            bind(account=isabelle, issuer=bound.issuer, subject="sujet-1")

    def test_the_administrator_sees_it_and_unbinds(
        self,
        client: Client,
        bound: Provider,
        claire: User,
        armelle: User,
        login: Callable[[User], Client],
        with_password: Callable[[User], User],
    ) -> None:
        self.become(bound, "sujet-2")
        go(client, bound)
        admin, page = login(with_password(armelle)), f"/administration/comptes/{claire.pk}/"
        shown = admin.get(page).content.decode()
        assert "une autre identité. L’entrée lui a été refusée" in shown
        asked = admin.post(f"{page}delier/")
        assert ProviderLink.objects.current().exists()  # a dangerous act: confirmed first
        assert (
            "Le compte est délié"
            in admin.post(asked.url, {"password": PASSWORD}, follow=True).content.decode()
        )
        shown = admin.get(page).content.decode()
        assert "délier/" not in shown
        assert "identité chez un fournisseur" in shown.lower()  # in the history
        assert go(client, bound).url == "/"
        assert ProviderLink.objects.current().get().subject == "sujet-2"

    def test_another_address_given_here_unbinds(self, client: Client, bound: Provider, claire: User) -> None:
        claire.email = "autre@cias.test"
        save_account(account=claire, by=claire)
        assert refused(client, go(client, bound), ours.UNKNOWN)


class TestSecondFactor:
    @pytest.fixture(autouse=True)
    def _required(self, settings: Any, claire: User) -> None:
        settings.MFA_REQUIRED_ROLES = ["all"]

    def test_ours_is_still_asked(self, client: Client, of_claire: Provider, claire: User) -> None:
        TOTP.activate(claire, generate_totp_secret())
        assert go(client, of_claire).url == "/compte/connexion/second-facteur/"
        assert client.get("/compte/").status_code == 302

    def test_who_has_none_has_to_take_one(self, client: Client, of_claire: Provider) -> None:
        go(client, of_claire)
        assert client.get("/compte/").url == "/compte/proteger/"

    @pytest.mark.parametrize("claims", [{"amr": ["pwd", "mfa"]}, {"acr": "eidas2"}], ids=["amr", "acr"])
    def test_the_providers_counts_when_it_says_so(
        self, client: Client, of_claire: Provider, claire: User, settings: Any, claims: dict[str, Any]
    ) -> None:
        settings.OIDC_MFA_ACR = ["eidas2"]
        of_claire.claims = claims
        bind(account=claire, issuer=of_claire.issuer, subject="sujet-1")
        TOTP.activate(claire, generate_totp_secret())
        assert go(client, of_claire).url == "/"
        assert client.get("/compte/").status_code == 200

    def test_but_not_for_who_comes_for_the_first_time(
        self, client: Client, of_claire: Provider, claire: User
    ) -> None:
        """The address alone must not bind an account whose owner holds a factor: whoever has that address now could."""
        of_claire.claims = {"amr": ["mfa"]}
        secret = generate_totp_secret()
        TOTP.activate(claire, secret)
        assert go(client, of_claire).url == SECOND_STEP
        assert not ProviderLink.objects.exists()
        assert client.post(SECOND_STEP, {"code": code_of(secret)}).url == "/"
        assert ProviderLink.objects.get().account == claire

    def test_userinfo_cannot_claim_it(self, client: Client, of_claire: Provider, claire: User) -> None:
        of_claire.person["amr"] = ["mfa"]
        TOTP.activate(claire, generate_totp_secret())
        assert go(client, of_claire).url == "/compte/connexion/second-facteur/"

    def test_a_dangerous_act_wants_a_factor_of_ours(
        self, client: Client, of_claire: Provider, claire: User
    ) -> None:
        of_claire.claims = {"amr": ["mfa"]}
        go(client, of_claire)
        assert client.post("/compte/sessions/fermer/").url == "/compte/proteger/"


def test_nor_is_one_made_where_no_factor_is_asked_and_nothing_can_confirm(
    client: Client, of_claire: Provider
) -> None:
    go(client, of_claire)
    assert client.post("/compte/sessions/fermer/").url == "/compte/proteger/"


def test_logging_out_ends_the_providers_session_too(client: Client, of_claire: Provider) -> None:
    go(client, of_claire)
    out = client.post("/compte/deconnexion/").url
    asked = parse_qs(urlsplit(out).query)
    assert out.startswith(f"{of_claire.issuer}/end?")
    assert asked["post_logout_redirect_uri"] == ["http://testserver/compte/connexion/"]
    assert asked["id_token_hint"]
    assert client.get("/compte/").status_code == 302


def test_without_a_provider_one_is_sent_to_the_login_page(client: Client, db: None) -> None:
    assert client.get(START).url == "/compte/connexion/"
    assert client.get(f"{START}retour/?code=x&state=y").url == "/compte/connexion/"
    assert "ProConnect" not in client.get("/compte/connexion/").content.decode()


def test_who_is_in_already_goes_home(login: Callable[[User], Client], idp: Provider, claire: User) -> None:
    assert login(claire).get(START).url == "/"
