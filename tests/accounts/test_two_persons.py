"""Two accounts that one hand made are not two persons (ASVS 6.4.3)."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pghistory
import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.core.exceptions import ValidationError
from django.utils import timezone

from cias.accounts import recovery, services
from cias.accounts.enums import Role
from cias.accounts.links import bind, unbind
from cias.accounts.models import FactorReset, User

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_mail(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recovery, "send_invitation", lambda **_: None)


@pytest.fixture
def claire(claire: User) -> User:
    TOTP.activate(claire, generate_totp_secret())
    return claire


def opened_by(author: User, role: Role = Role.ADMIN, name: str = "prete") -> User:
    with pghistory.context(user=str(author.pk)):
        account = User(first_name="Prête", last_name="Nom", email=f"{name}-{author.pk}@cias.test", role=role)
        return services.save_account(account=account, by=author)


def changed_by(author: User, account: User, **values: Any) -> User:
    with pghistory.context(user=str(author.pk)):
        for name, value in values.items():
            setattr(account, name, value)
        return services.save_account(account=account, by=author)


def long_ago(*accounts: User) -> None:
    for account in accounts:
        for event in account.events.all():
            type(event).objects.filter(pk=event.pk).update(
                pgh_created_at=event.pgh_created_at - timedelta(days=400)
            )


def refused(asked_by: User, by: User, claire: User) -> str | None:
    """The code of the refusal; the second factor must still be there."""
    reset = recovery.ask_reset(account=claire, by=asked_by, how="Vue au bureau")
    try:
        recovery.decide_reset(reset=reset, by=by, grant=True)
    except ValidationError as error:
        assert Authenticator.objects.filter(user=claire).exists()
        return error.code
    assert not Authenticator.objects.filter(user=claire).exists()
    return None


def refused_again(asked_by: User, by: User, claire: User) -> str | None:
    FactorReset.objects.filter(decided_at__isnull=True).delete()
    return refused(asked_by, by, claire)


@pytest.mark.parametrize("role", [Role.ADMIN, Role.DIRECTOR])
def test_who_opened_the_second_account_is_alone(armelle: User, claire: User, role: Role) -> None:
    second = opened_by(armelle, role)
    long_ago(second)
    assert refused(armelle, second, claire) == "same_hand"


def test_nor_the_other_way_round(armelle: User, claire: User) -> None:
    second = opened_by(armelle)
    long_ago(second)
    assert refused(second, armelle, claire) == "same_hand"


@pytest.mark.parametrize(
    "values", [{"role": Role.ADMIN}, {"email": "ailleurs@cias.test"}, {"is_active": True}]
)
def test_nor_who_took_an_old_account_over(
    armelle: User, isabelle: User, claire: User, values: dict[str, Any]
) -> None:
    if "is_active" in values:
        User.objects.filter(pk=isabelle.pk).update(is_active=False)
        isabelle.refresh_from_db()
    changed_by(armelle, isabelle, **values)
    long_ago(isabelle)
    assert refused(armelle, isabelle, claire) == "same_hand"


class TestOneHandBehindTwoAccounts:
    """Seven days' patience is all that two made accounts cost: the hand that made them counts, however far."""

    def test_two_accounts_of_one_administrator(self, armelle: User, claire: User) -> None:
        first, second = opened_by(armelle), opened_by(armelle, Role.DIRECTOR, "autre")
        long_ago(first, second)
        assert refused(first, second, claire) == "common_hand"

    def test_an_account_opened_by_an_opened_account(self, armelle: User, claire: User) -> None:
        second = opened_by(armelle)
        third = opened_by(second)
        long_ago(second, third)
        assert refused(armelle, third, claire) == "same_hand"
        assert refused_again(third, armelle, claire) == "same_hand"

    def test_one_opened_and_one_taken_over(self, armelle: User, isabelle: User, claire: User) -> None:
        second = opened_by(armelle)
        changed_by(armelle, isabelle, email="ailleurs@cias.test")
        long_ago(second, isabelle)
        assert refused(isabelle, second, claire) == "common_hand"

    def test_who_has_left_holds_nobody(self, armelle: User, claire: User) -> None:
        """The installer opened everybody's account and is gone: those who stay are persons of their own."""
        first, second = opened_by(armelle), opened_by(armelle, Role.DIRECTOR, "autre")
        long_ago(first, second)
        User.objects.filter(pk=armelle.pk).update(is_active=False)
        assert refused(first, second, claire) is None

    def test_accounts_of_two_administrators(self, armelle: User, isabelle: User, claire: User) -> None:
        first, second = opened_by(armelle), opened_by(isabelle, Role.DIRECTOR)
        long_ago(first, second)
        assert refused(first, second, claire) is None


def test_nor_whose_factor_has_just_been_taken_away(armelle: User, isabelle: User, claire: User) -> None:
    """Whoever reads their mail could have chosen the new one."""
    reset = FactorReset.objects.create(
        account=isabelle,
        asked_by=armelle,
        decided_by=claire,
        decided_at=timezone.now(),
        granted=True,
        how="Vue",
    )
    assert refused(armelle, isabelle, claire) == "too_new"
    FactorReset.objects.filter(pk=reset.pk).update(decided_at=timezone.now() - timedelta(days=8))
    assert refused_again(armelle, isabelle, claire) is None


def test_nor_whose_identity_has_just_been_unbound(armelle: User, isabelle: User, claire: User) -> None:
    bind(account=isabelle, issuer="https://identite.test", subject="une")
    unbind(account=isabelle)
    assert refused(armelle, isabelle, claire) == "too_new"


def test_a_name_or_a_telephone_gives_nothing(armelle: User, isabelle: User, claire: User) -> None:
    changed_by(armelle, isabelle, phone="0102030405", last_name="Roy")
    assert refused(armelle, isabelle, claire) is None


def test_an_account_counts_after_seven_days(armelle: User, isabelle: User, claire: User) -> None:
    second = opened_by(isabelle)
    assert refused(armelle, second, claire) == "too_new"
    FactorReset.objects.all().delete()
    assert refused(second, armelle, claire) == "too_new"
    FactorReset.objects.all().delete()
    long_ago(second)
    assert refused(armelle, second, claire) is None


def test_nor_does_one_opened_after_the_request(armelle: User, isabelle: User, claire: User) -> None:
    reset = recovery.ask_reset(account=claire, by=armelle, how="Vue au bureau")
    with pytest.raises(ValidationError, match="moins de sept jours"):
        recovery.decide_reset(reset=reset, by=opened_by(isabelle), grant=True)


def test_the_link_does_not_follow_an_address_that_has_just_changed(
    armelle: User, isabelle: User, claire: User
) -> None:
    reset = recovery.ask_reset(account=claire, by=armelle, how="Vue au bureau")
    changed_by(armelle, claire, email="autre@cias.test")
    with pytest.raises(ValidationError, match="adresse de ce compte"):
        recovery.decide_reset(reset=reset, by=isabelle, grant=True)
    recovery.decide_reset(reset=reset, by=armelle, grant=False)
    with pytest.raises(ValidationError, match="adresse de ce compte"):
        recovery.ask_reset(account=claire, by=armelle, how="Vue au bureau")
    long_ago(claire)
    assert refused(armelle, isabelle, claire) is None


def test_who_opens_accounts_on_the_pages_is_known(
    login: Callable[..., Any], armelle: User, claire: User, with_password: Callable[[User], User]
) -> None:
    """The pages tell the history who acts: the same refusal, in words, at the button."""
    from tests.accounts.conftest import PASSWORD

    admin = login(with_password(armelle))
    fields = {"first_name": "Awa", "last_name": "Diarra", "email": "awa@cias.test", "role": Role.ADMIN}
    asked = admin.post("/administration/comptes/ouvrir/", fields)
    admin.post(asked.url, {"password": PASSWORD})
    second = with_password(User.objects.get(email="awa@cias.test"))
    reset = recovery.ask_reset(account=claire, by=armelle, how="Vue au bureau")
    other = login(second)
    asked = other.post(f"/administration/telephones-perdus/{reset.pk}/", {"decision": "oui"})
    page = other.post(asked.url, {"password": PASSWORD}, follow=True).content.decode()
    assert "Les deux comptes doivent être indépendants" in page
    assert Authenticator.objects.filter(user=claire).exists()
