"""Opening, changing and closing accounts (C11)."""

import re
from uuid import uuid4

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.core import mail
from django.urls import reverse

from cias.accounts.enums import Role
from cias.accounts.links import bind
from cias.accounts.models import FactorReset, User
from cias.audit.enums import AccessAction, SecurityEvent
from cias.audit.models import AccessLog
from tests.accounts.conftest import PASSWORD
from tests.factories import AssignmentFactory, UserFactory

pytestmark = pytest.mark.django_db
LIST = "/administration/comptes/"
NEW = {
    "first_name": "Awa",
    "last_name": "Diarra",
    "email": "Awa.Diarra@cias.test",
    "role": Role.SOCIAL_WORKER,
    "job_title": "Conseillère énergie",
    "phone": "02.37.00.00.00",
    "has_agenda": "on",
}


@pytest.fixture
def admin(login, armelle: User):
    return login(armelle)


def page_of(response) -> str:
    return response.content.decode()


@pytest.mark.parametrize("role", [role for role in Role if role != Role.ADMIN], ids=str)
def test_nobody_else_manages_accounts(login, role: Role, claire: User) -> None:
    client = login(UserFactory(role=role))
    for path in (LIST, f"{LIST}ouvrir/", f"{LIST}{claire.pk}/", f"{LIST}{claire.pk}/modifier/"):
        assert client.get(path).status_code == 403
    assert client.post(f"{LIST}{claire.pk}/fermer/").status_code == 403


class TestList:
    def test_open_accounts_by_name(self, admin, claire: User, mehdi: User) -> None:
        page = page_of(admin.get(LIST))
        assert page.index("Aouragh Mehdi") < page.index("Colin Armelle") < page.index("Vasseur Claire")

    def test_filters(self, admin, claire: User, nadege: User) -> None:
        nadege.is_active = False
        nadege.save()
        assert "Fouquet" not in page_of(admin.get(LIST))
        assert "Fouquet" in page_of(admin.get(f"{LIST}?etat=fermes"))
        assert "Vasseur" not in page_of(admin.get(f"{LIST}?role=accueil"))
        assert "Vasseur" in page_of(admin.get(f"{LIST}?role=inconnu"))
        assert "Aucun compte ne répond" in page_of(admin.get(f"{LIST}?role=psy"))

    def test_pages_and_queries(self, admin, django_assert_max_num_queries) -> None:
        UserFactory.create_batch(30)
        with django_assert_max_num_queries(6):
            assert "Page 1 sur 2" in page_of(admin.get(LIST))


class TestOpening:
    def test_the_owner_is_invited_and_chooses_a_password(self, admin, client) -> None:
        page = page_of(admin.post(f"{LIST}ouvrir/", NEW, follow=True))
        assert "Une invitation est partie à l’adresse awa.diarra@cias.test" in page
        assert "mot de passe à choisir" in page
        awa = User.objects.get(email="awa.diarra@cias.test")
        assert (awa.phone, awa.has_agenda) == ("+33237000000", True)
        assert not awa.has_usable_password()
        (message,) = mail.outbox
        assert message.subject == "Votre compte est ouvert"
        assert "Armelle Colin vous a ouvert un compte" in message.body
        link = re.search(r"http://testserver(/\S+)", message.body)[1]
        form = client.get(link)
        client.post(form.url, {"password1": PASSWORD, "password2": PASSWORD})
        response = client.post("/compte/connexion/", {"login": awa.email, "password": PASSWORD})
        assert (response.status_code, response.url) == (302, "/")

    @pytest.mark.parametrize(
        ("changes", "message"),
        [
            ({"email": "CLAIRE@cias.test"}, "Un compte existe déjà avec cette adresse e-mail."),
            ({"email": "pas une adresse"}, "Saisissez une adresse"),
            ({"role": Role.BOARD}, "Seuls le travail social et la psychologue reçoivent"),
            ({"role": "roi"}, "choix valide"),
            ({"phone": "12"}, "Saisissez un numéro de téléphone"),
            ({"last_name": ""}, "obligatoire"),
        ],
    )
    def test_mistakes_are_told_at_the_field_and_nothing_is_lost(
        self, admin, claire: User, changes: dict[str, str], message: str
    ) -> None:
        page = page_of(admin.post(f"{LIST}ouvrir/", {**NEW, **changes}))
        assert message in page
        assert "Conseillère énergie" in page
        assert mail.outbox == []

    def test_the_invitation_is_sent_again_until_a_password_exists(
        self, admin, with_password, claire: User
    ) -> None:
        admin.post(f"{LIST}{claire.pk}/inviter/")
        assert len(mail.outbox) == 1
        with_password(claire)
        assert "a déjà un mot de passe" in page_of(admin.post(f"{LIST}{claire.pk}/inviter/", follow=True))
        assert len(mail.outbox) == 1


class TestChanging:
    def form_of(self, user: User, **changes: object) -> dict[str, object]:
        fields = {name: getattr(user, name) for name in NEW}
        fields = {**fields, "has_agenda": "on" if user.has_agenda else "", **changes}
        return fields

    def test_the_history_says_who_did_it(self, admin, claire: User) -> None:
        fields = self.form_of(claire, job_title="Référente RSA")
        page = page_of(admin.post(f"{LIST}{claire.pk}/modifier/", fields, follow=True))
        assert "Le compte est modifié." in page
        assert "par Armelle Colin" in page
        assert "Référente RSA" in page

    def test_an_old_address_opens_nothing_any_more(self, admin, client, with_password, claire: User) -> None:
        with_password(claire)
        EmailAddress.objects.create(user=claire, email=claire.email, verified=True, primary=True)
        admin.post(f"{LIST}{claire.pk}/modifier/", self.form_of(claire, email="claire.v@cias.test"))
        old = client.post("/compte/connexion/", {"login": "claire@cias.test", "password": PASSWORD})
        assert old.status_code == 200
        new = client.post("/compte/connexion/", {"login": "claire.v@cias.test", "password": PASSWORD})
        assert new.status_code == 302

    def test_nobody_changes_their_own_role(self, admin, armelle: User) -> None:
        fields = self.form_of(armelle, role=Role.DIRECTOR)
        page = page_of(admin.post(f"{LIST}{armelle.pk}/modifier/", fields))
        assert "Vous ne pouvez pas changer votre propre rôle." in page
        armelle.refresh_from_db()
        assert armelle.role == Role.ADMIN

    def test_it_asks_for_the_password_again(self, login, with_password, armelle: User, claire: User) -> None:
        client = login(with_password(armelle))
        fields = self.form_of(claire, role=Role.ADMIN, has_agenda="", role_read=Role.ADMIN)
        asked = client.post(f"{LIST}{claire.pk}/modifier/", fields)
        assert asked.url.startswith("/compte/securite/confirmer/")
        claire.refresh_from_db()
        assert claire.role == Role.SOCIAL_WORKER
        client.post(asked.url, {"password": PASSWORD})  # the change that was waiting is then made
        claire.refresh_from_db()
        assert claire.role == Role.ADMIN

    def test_what_another_role_changes_is_read_for_that_role_and_saved_from_its_page(
        self, admin, claire: User
    ) -> None:
        """As a browser does: of two fields of one name, the last counts."""
        path = f"{LIST}{claire.pk}/modifier/"

        def read(role: Role, *told: str) -> list[str]:
            fields = self.form_of(claire, role=role, has_agenda="", role_read=list(told))
            answer = admin.post(path, fields)
            return (
                []
                if answer.status_code == 302
                else re.findall(r'name="role_read"[^>]*?value="(.*?)"', page_of(answer))
            )

        told = read(Role.RECEPTION)
        assert told == [Role.RECEPTION]
        assert 'name="role_read"' not in page_of(admin.get(path))
        assert read(Role.ADMIN, *told) == [Role.ADMIN]  # another one again: what it opens was not read
        assert read(Role.RECEPTION, *told) == []
        claire.refresh_from_db()
        assert claire.role == Role.RECEPTION

    def test_an_unknown_account_is_a_404(self, admin) -> None:
        assert admin.get(f"{LIST}{uuid4()}/").status_code == 404


class TestClosing:
    def test_it_ends_the_sessions_and_keeps_the_person(self, admin, login, claire: User) -> None:
        at_work = login(claire)
        page = page_of(admin.post(f"{LIST}{claire.pk}/fermer/", follow=True))
        assert "Le compte de Claire Vasseur est fermé" in page
        assert "Rouvrir le compte" in page
        assert at_work.get("/compte/").status_code == 302
        claire.refresh_from_db()
        assert claire.is_active is False

    def test_a_reopened_account_does_not_bring_old_sessions_back(self, admin, login, claire: User) -> None:
        at_work = login(claire)
        admin.post(f"{LIST}{claire.pk}/fermer/")
        page = page_of(admin.post(f"{LIST}{claire.pk}/rouvrir/", follow=True))
        assert "de nouveau ouvert" in page
        assert at_work.get("/compte/").status_code == 302

    def test_nobody_closes_their_own_account(self, admin, armelle: User) -> None:
        page = page_of(admin.post(f"{LIST}{armelle.pk}/fermer/", follow=True))
        assert "Vous ne pouvez pas fermer votre propre compte." in page
        armelle.refresh_from_db()
        assert armelle.is_active


def test_the_page_of_an_account_says_how_to_close_it(admin, claire: User, armelle: User) -> None:
    """At once when nothing has to be handed over, by way of the departure otherwise, never one's own."""
    close = f'action="{LIST}{claire.pk}/fermer/"'
    page = page_of(admin.get(f"{LIST}{claire.pk}/"))
    assert close in page
    assert "Départ" not in page
    AssignmentFactory(agent=claire)
    page = page_of(admin.get(f"{LIST}{claire.pk}/"))
    assert close not in page
    assert f'href="{LIST}{claire.pk}/depart/"' in page
    assert "/fermer/" not in page_of(admin.get(f"{LIST}{armelle.pk}/"))


class TestTheLogOfAccounts:
    """Who manages accounts is watched by others: the dpo reads who did what to whom (docs/adr/0019)."""

    def test_each_act_is_a_line(self, admin, login, armelle: User, claire: User, mehdi: User) -> None:
        admin.post(f"{LIST}ouvrir/", NEW)
        awa = User.objects.get(email="awa.diarra@cias.test")
        fields = NEW | {"role": Role.RECEPTION, "has_agenda": "", "email": "awa@cias.test"}
        admin.post(f"{LIST}{awa.pk}/modifier/", fields | {"role_read": Role.RECEPTION})
        admin.post(f"{LIST}{awa.pk}/modifier/", fields | {"phone": "02 37 00 00 01"})  # gives nothing
        admin.post(f"{LIST}{awa.pk}/fermer/")
        admin.post(f"{LIST}{awa.pk}/rouvrir/")
        bind(account=awa, issuer="https://identite.test", subject="une")
        admin.post(f"{LIST}{awa.pk}/delier/")
        admin.post(f"{LIST}{awa.pk}/delier/")  # nothing left to unbind
        lines = AccessLog.objects.filter(action=AccessAction.SECURITY).order_by("pk")
        assert [line.detail["event"] for line in lines] == [
            SecurityEvent.ACCOUNT_OPENED, SecurityEvent.ACCOUNT_CHANGED, SecurityEvent.ACCOUNT_CLOSED,
            SecurityEvent.ACCOUNT_REOPENED, SecurityEvent.IDENTITY_UNBOUND,
        ]  # fmt: skip
        assert {(line.user, line.object_id) for line in lines} == {(armelle, awa.pk)}

    def test_the_dpo_reads_whose_account(self, admin, login, claire: User) -> None:
        admin.post(f"{LIST}{claire.pk}/fermer/")
        line = AccessLog.objects.get(action=AccessAction.SECURITY)
        assert line.precision == "compte fermé\u00a0: Claire Vasseur"
        page = login(UserFactory(role=Role.DPO)).get(reverse("audit:log")).content.decode()
        assert line.precision in page

    def test_a_lost_telephone_is_a_line_for_each_step(self, admin, login, armelle, isabelle, claire) -> None:
        TOTP.activate(claire, generate_totp_secret())
        admin.post(f"{LIST}{claire.pk}/telephone-perdu/", {"how": "Vue au bureau"})
        reset = FactorReset.objects.get()
        login(isabelle).post(f"/administration/telephones-perdus/{reset.pk}/", {"decision": "non"})
        admin.post(f"{LIST}{claire.pk}/telephone-perdu/", {"how": "Vue au bureau"})
        reset = FactorReset.objects.waiting().get()
        login(isabelle).post(f"/administration/telephones-perdus/{reset.pk}/", {"decision": "oui"})
        lines = AccessLog.objects.filter(action=AccessAction.SECURITY).order_by("pk")
        assert [(line.detail["event"], line.user) for line in lines] == [
            (SecurityEvent.RESET_ASKED, armelle), (SecurityEvent.RESET_REFUSED, isabelle),
            (SecurityEvent.RESET_ASKED, armelle), (SecurityEvent.RESET_GRANTED, isabelle),
        ]  # fmt: skip
        assert {line.object_id for line in lines} == {claire.pk}
