"""A forgotten password, and the first one of an invited agent."""

import re
from datetime import timedelta

import pytest
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.core import mail
from django.utils import timezone

from cias.accounts.enums import Role
from cias.accounts.models import User
from tests.accounts.conftest import PASSWORD

pytestmark = pytest.mark.django_db
NEW = "Un autre secret, plus long"


def ask(client, email: str):
    return client.post("/compte/mot-de-passe/oublie/", {"email": email}, follow=True)


def link() -> str:
    (message,) = mail.outbox
    return re.search(r"http://testserver(/\S+)", message.body)[1]


def choose(client, url: str, password: str = NEW):
    form = client.get(url)
    fields = {"password1": password, "password2": password}
    return client.post(form.url, fields, follow=True)


def test_a_link_comes_by_mail_in_french(client, with_password, claire: User) -> None:
    response = ask(client, with_password(claire).email)
    assert "Regardez votre messagerie" in response.content.decode()
    (message,) = mail.outbox
    assert message.subject == "Choisir un nouveau mot de passe"
    assert message.to == [claire.email]
    assert "valable trois jours" in message.body
    assert "CIAS" in message.body
    assert "example.com" not in message.body


def test_an_unknown_or_closed_account_reads_the_same_and_gets_nothing(client, mehdi: User) -> None:
    mehdi.is_active = False
    mehdi.save()
    for email in ("inconnu@cias.test", mehdi.email):
        assert "Regardez votre messagerie" in ask(client, email).content.decode()
    assert mail.outbox == []


def test_the_link_serves_once_and_its_key_leaves_the_address(client, with_password, claire: User) -> None:
    ask(client, with_password(claire).email)
    url = link()
    assert client.get(url).url.endswith("-set-password/")
    assert "Mot de passe enregistré" in choose(client, url).content.decode()
    claire.refresh_from_db()
    assert claire.check_password(NEW)
    assert "Ce lien ne fonctionne plus" in client.get(url).content.decode()


def test_the_link_ends_after_three_days(client, with_password, claire: User, time_machine) -> None:
    ask(client, with_password(claire).email)
    time_machine.move_to(timezone.now() + timedelta(days=3, hours=2))
    assert "Ce lien ne fonctionne plus" in client.get(link()).content.decode()


def test_a_weak_password_is_refused(client, with_password, claire: User) -> None:
    ask(client, with_password(claire).email)
    response = choose(client, link(), "trop simple")
    assert "Le mot de passe n’a pas été changé" in response.content.decode()


def test_choosing_a_new_password_never_skips_the_second_factor(client, with_password, claire: User) -> None:
    TOTP.activate(with_password(claire), generate_totp_secret())
    ask(client, claire.email)
    choose(client, link())
    assert client.get("/compte/").status_code == 302
    response = client.post("/compte/connexion/", {"login": claire.email, "password": NEW})
    assert response.url == "/compte/connexion/second-facteur/"
    assert client.get("/compte/").status_code == 302


def test_a_new_password_lets_in_whoever_had_to_wait(client, sign_in, with_password, claire: User) -> None:
    with_password(claire)
    for _ in range(5):
        sign_in(claire.email, "faux")
    ask(client, claire.email)
    choose(client, link())
    assert sign_in(claire.email, NEW).status_code == 302


def test_asking_again_and_again_is_slowed(client, with_password, claire: User) -> None:
    with_password(claire)
    codes = [
        client.post("/compte/mot-de-passe/oublie/", {"email": claire.email}).status_code for _ in range(6)
    ]
    assert codes == [302, 302, 302, 302, 302, 429]


def test_the_owner_is_told_that_the_password_changed(client, with_password, claire: User) -> None:
    ask(client, with_password(claire).email)
    url = link()
    mail.outbox.clear()
    choose(client, url)
    (message,) = mail.outbox
    assert message.subject == "Votre mot de passe a changé"
    assert "Si ce n’est pas vous" in message.body
    assert PASSWORD not in message.body
    assert NEW not in message.body


class TestWithoutAMailServer:
    """Nothing listens on this port: each message fails."""

    @pytest.fixture(autouse=True)
    def _no_server(self, settings) -> None:
        settings.MAILERS = {"default": {"OPTIONS": {"host": "127.0.0.1", "port": 9, "timeout": 1}}}

    def test_asking_for_a_link_still_tells_nothing_about_accounts(
        self, client, with_password, claire: User, caplog
    ) -> None:
        known, unknown = ask(client, with_password(claire).email), ask(client, "inconnu@cias.test")
        assert known.status_code == unknown.status_code == 200
        assert "Regardez votre messagerie" in known.content.decode()
        assert "could not be sent" in caplog.text
        assert claire.email not in caplog.text

    def test_a_password_that_changed_is_not_said_to_have_failed(
        self, login, with_password, claire: User
    ) -> None:
        client = login(with_password(claire))
        fields = {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW}
        assert client.post("/compte/mot-de-passe/", fields).url == "/compte/"
        claire.refresh_from_db()
        assert claire.check_password(NEW)

    def test_an_invitation_that_fails_is_told(self, login, armelle: User) -> None:
        client = login(armelle)
        fields = {
            "first_name": "Awa",
            "last_name": "Diarra",
            "email": "awa@cias.test",
            "role": Role.RECEPTION,
        }
        page = client.post("/administration/comptes/ouvrir/", fields, follow=True).content.decode()
        assert "l’invitation n’est pas partie" in page
        assert User.objects.filter(email="awa@cias.test").exists()
