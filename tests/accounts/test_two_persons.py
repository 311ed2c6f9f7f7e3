"""Two accounts that one hand made are not two persons (ASVS 6.4.3)."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pghistory
import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.core.exceptions import ValidationError

from cias.accounts import recovery, services
from cias.accounts.enums import Role
from cias.accounts.models import FactorReset, User

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_mail(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recovery, "send_invitation", lambda **_: None)


@pytest.fixture
def claire(claire: User) -> User:
    TOTP.activate(claire, generate_totp_secret())
    return claire


def opened_by(author: User, role: Role = Role.ADMIN) -> User:
    with pghistory.context(user=str(author.pk)):
        account = User(first_name="Prête", last_name="Nom", email=f"prete-{author.pk}@cias.test", role=role)
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
