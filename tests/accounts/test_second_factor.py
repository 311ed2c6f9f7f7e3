"""Second factors: a code from an application, recovery codes, and their secrets at rest (C6)."""

import json
import re
import time

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from cryptography.fernet import Fernet, InvalidToken
from django.core import mail
from django.core.checks import run_checks

from cias.accounts import recovery_codes
from cias.accounts.adapter import MfaAdapter
from cias.accounts.models import User
from cias.accounts.recovery_codes import HashedCodes
from cias.accounts.services import rekey_second_factors
from cias.audit.enums import AccessAction, SecurityEvent
from cias.audit.models import AccessLog
from tests.accounts.conftest import PASSWORD
from tests.client import StrictClient

SECOND_STEP = "/compte/connexion/second-facteur/"
ACTIVATE = "/compte/securite/application/activer/"


def code_of(secret: str) -> str:
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))


@pytest.fixture(autouse=True)
def _mid_period(time_machine) -> None:
    """A code is computed and typed within the same thirty seconds."""
    time_machine.move_to(int(time.time()) // 30 * 30 + 5, tick=False)


@pytest.fixture
def claire(claire: User, with_password) -> User:
    return with_password(claire)


@pytest.fixture
def agent(login, claire: User) -> StrictClient:
    """Claire, logged in, who has just confirmed her password."""
    client = login(claire)
    asked = client.get(ACTIVATE)
    assert asked.url.startswith("/compte/securite/confirmer/")
    assert client.post(asked.url, {"password": PASSWORD}).url == ACTIVATE
    return client


@pytest.fixture
def protected(claire: User) -> str:
    """The secret of Claire's application."""
    secret = generate_totp_secret()
    TOTP.activate(claire, secret)
    return secret


def activate(client: StrictClient) -> str:
    page = client.get(ACTIVATE).content.decode()
    secret = "".join(re.findall(r'<span class="nowrap">([A-Z2-7]{4})</span>', page))
    client.post(ACTIVATE, {"code": code_of(secret)})
    return secret


@pytest.mark.django_db(transaction=True)  # the package tells and logs once the activation is committed
class TestApplication:
    def test_activation_shows_a_picture_and_the_key(self, agent: StrictClient) -> None:
        page = agent.get(ACTIVATE).content.decode()
        assert "data:image/svg+xml;base64," in page
        assert "Sans appareil photo" in page
        written = re.sub(r"<[^>]*>", "", re.search(r'class="secret-key">(.*?)</p>', page, re.S)[1])
        assert re.fullmatch(r"[A-Z2-7]{4}( [A-Z2-7]{4}){7}", written.strip())  # by four, to be typed by hand

    def test_activation_gives_recovery_codes_tells_and_logs(self, agent: StrictClient, claire: User) -> None:
        activate(agent)
        assert [message.subject for message in mail.outbox] == ["Application d’authentification activée"]
        events = AccessLog.objects.filter(action=AccessAction.SECURITY).values_list(
            "detail__event", flat=True
        )
        assert set(events) == {SecurityEvent.TOTP_ADDED, SecurityEvent.CODES_ADDED}

    def test_the_secret_is_encrypted_at_rest(self, agent: StrictClient, claire: User) -> None:
        secret = activate(agent)
        kept = json.dumps(list(Authenticator.objects.values_list("data", flat=True)))
        assert secret not in kept
        assert MfaAdapter().decrypt(Authenticator.objects.get(type="totp").data["secret"]) == secret

    def test_a_wrong_code_activates_nothing(self, agent: StrictClient, claire: User) -> None:
        agent.get(ACTIVATE)
        page = agent.post(ACTIVATE, {"code": "000000"}).content.decode()
        assert "Ce code est inexact" in page
        assert not Authenticator.objects.filter(user=claire).exists()

    def test_it_can_be_taken_away(self, agent: StrictClient, claire: User, protected: str) -> None:
        url = "/compte/securite/application/retirer/"
        assert "Retirer l’application" in agent.get(url).content.decode()
        agent.post(url)
        assert not Authenticator.objects.filter(user=claire).exists()

    def test_changing_it_asks_for_the_password_again(self, login, claire: User, protected: str) -> None:
        response = login(claire).post("/compte/securite/application/retirer/")
        assert response.url.startswith("/compte/securite/confirmer/")
        assert Authenticator.objects.filter(user=claire).exists()

    def test_the_code_confirms_as_well_as_the_password(self, login, claire: User, protected: str) -> None:
        assert ">Avec un code</a>" in login(claire).get("/compte/securite/confirmer/").content.decode()


@pytest.mark.django_db
class TestLogin:
    def test_the_password_alone_opens_nothing(self, client, sign_in, claire: User, protected: str) -> None:
        assert sign_in(claire.email).url == SECOND_STEP
        assert "Encore une étape" in client.get(SECOND_STEP).content.decode()
        assert client.get("/compte/").status_code == 302
        assert not AccessLog.objects.filter(action=AccessAction.LOGIN).exists()

    def test_the_code_opens(self, client, sign_in, claire: User, protected: str) -> None:
        sign_in(claire.email)
        assert client.post(SECOND_STEP, {"code": code_of(protected)}).url == "/"
        assert AccessLog.objects.get(action=AccessAction.LOGIN).user == claire

    def test_a_code_serves_once(self, client, sign_in, claire: User, protected: str) -> None:
        code = code_of(protected)
        sign_in(claire.email)
        client.post(SECOND_STEP, {"code": code})
        client.post("/compte/deconnexion/")
        sign_in(claire.email)
        assert "Ce code est inexact" in client.post(SECOND_STEP, {"code": code}).content.decode()

    def test_a_wrong_code_is_logged_and_slowed(self, client, sign_in, claire: User, protected: str) -> None:
        sign_in(claire.email)
        for _ in range(5):
            assert "inexact" in client.post(SECOND_STEP, {"code": "000000"}).content.decode()
        assert "Trop d’essais" in client.post(SECOND_STEP, {"code": code_of(protected)}).content.decode()
        failures = AccessLog.objects.filter(action=AccessAction.LOGIN_FAILED, user=claire)
        assert failures.count() == 5
        assert failures[0].precision == "second facteur refusé"

    def test_one_may_leave_the_second_step(self, client, sign_in, claire: User, protected: str) -> None:
        sign_in(claire.email)
        client.post("/compte/deconnexion/", {"next": "/compte/connexion/"})
        assert client.get(SECOND_STEP).url == "/compte/connexion/"


@pytest.mark.django_db(transaction=True)
class TestRecoveryCodes:
    CODES = "/compte/securite/codes-de-secours/"

    @pytest.fixture
    def codes(self, agent: StrictClient) -> list[str]:
        activate(agent)
        return self.shown(agent)

    def shown(self, agent: StrictClient) -> list[str]:
        page = agent.get(self.CODES).content.decode()
        assert "10 codes restants" in page.replace("\u00a0", " ")
        return re.findall(r"<li>(\d{8})</li>", page)

    def test_each_replaces_the_application_once(
        self, client, sign_in, claire: User, codes: list[str]
    ) -> None:
        assert len(codes) == 10
        sign_in(claire.email)
        assert client.post(SECOND_STEP, {"code": codes[0]}).url == "/"
        client.post("/compte/deconnexion/")
        sign_in(claire.email)
        assert "inexact" in client.post(SECOND_STEP, {"code": codes[0]}).content.decode()

    def test_a_code_serves_as_it_was_written_down(
        self, client, sign_in, claire: User, codes: list[str]
    ) -> None:
        sign_in(claire.email)
        assert client.post(SECOND_STEP, {"code": f"{codes[9][:4]} {codes[9][4:]}"}).url == "/"
        assert len(Authenticator.objects.get(type="recovery_codes").wrap().get_unused_codes()) == 9

    def test_they_are_shown_once(self, agent: StrictClient, codes: list[str]) -> None:
        assert self.shown(agent) == []
        assert "qu’une empreinte" in agent.get(self.CODES).content.decode()

    def test_only_salted_hashes_are_kept(self, agent: StrictClient, claire: User, codes: list[str]) -> None:
        """ASVS 6.5.2: not even who holds the keys reads them; two accounts' hashes of one code differ."""
        kept = Authenticator.objects.get(user=claire, type="recovery_codes").data
        opened = [MfaAdapter().decrypt(value) for value in kept.values() if str(value).startswith("gAAA")]
        known = json.dumps([kept, opened, list(agent.session.items())])
        assert len(json.loads(opened[0])) == 10
        assert [code for code in codes if code in known] == []
        assert kept["cost"] == recovery_codes.COST
        assert recovery_codes._hash(codes[0], kept) in opened[0]
        assert recovery_codes._hash(codes[0], {**kept, "salt": "00" * 16}) not in opened[0]

    def test_until_they_are_shown_the_session_holds_them_encrypted(self, agent: StrictClient) -> None:
        activate(agent)
        kept = agent.session[recovery_codes.SHOWN_NEXT]
        codes = self.shown(agent)
        assert json.loads(MfaAdapter().decrypt(kept)) == codes
        assert recovery_codes.SHOWN_NEXT not in agent.session

    def test_they_can_be_renewed(self, client, sign_in, agent: StrictClient, codes: list[str]) -> None:
        url = f"{self.CODES}renouveler/"
        assert "ne serviront plus à rien" in agent.get(url).content.decode()
        agent.post(url)
        renewed = self.shown(agent)
        assert len(renewed) == 10
        assert not set(renewed) & set(codes)
        sign_in("claire@cias.test")
        assert "inexact" in client.post(SECOND_STEP, {"code": codes[0]}).content.decode()
        assert client.post(SECOND_STEP, {"code": renewed[0]}).url == "/"

    def test_they_are_read_after_confirming_who_one_is(self, login, claire: User, codes: list[str]) -> None:
        assert login(claire).get(self.CODES).url.startswith("/compte/securite/confirmer/")


@pytest.mark.django_db
class TestKeys:
    def test_a_new_key_in_front_still_reads_the_old_secrets(self, settings) -> None:
        old, new = Fernet.generate_key().decode(), Fernet.generate_key().decode()
        settings.FIELD_ENCRYPTION_KEYS = [old]
        kept = MfaAdapter().encrypt("secret")
        settings.FIELD_ENCRYPTION_KEYS = [new, old]
        assert MfaAdapter().decrypt(kept) == "secret"
        assert MfaAdapter().encrypt("secret") != kept

    def test_the_secrets_take_the_newest_key(self, claire: User, settings) -> None:
        old, new = Fernet.generate_key().decode(), Fernet.generate_key().decode()
        settings.FIELD_ENCRYPTION_KEYS = [old]
        TOTP.activate(claire, "JBSWY3DPEHPK3PXP")
        codes = HashedCodes.activate(claire)
        settings.FIELD_ENCRYPTION_KEYS = [new, old]
        assert rekey_second_factors() == 2
        settings.FIELD_ENCRYPTION_KEYS = [new]
        codes.instance.refresh_from_db()
        assert len(codes.get_unused_codes()) == 10
        kept = Authenticator.objects.get(user=claire, type=Authenticator.Type.TOTP)
        assert MfaAdapter().decrypt(kept.data["secret"]) == "JBSWY3DPEHPK3PXP"
        settings.FIELD_ENCRYPTION_KEYS = [Fernet.generate_key().decode()]
        with pytest.raises(InvalidToken):
            rekey_second_factors()

    def test_an_unusable_key_is_found_at_start(self, settings) -> None:
        settings.FIELD_ENCRYPTION_KEYS = ["trop-courte"]
        assert "accounts.E001" in [message.id for message in run_checks(tags=["security"])]


@pytest.mark.django_db
def test_the_page_of_second_factors_tells_what_is_active(login, claire: User, protected: str) -> None:
    page = login(claire).get("/compte/securite/").content.decode()
    assert "Retirer l’application" in page
    assert "Aucune clé" in page
