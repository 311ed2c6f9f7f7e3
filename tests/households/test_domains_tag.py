import pytest
from django.template import engines

from households.enums import Domain

pytestmark = pytest.mark.django_db


def render(code: str) -> str:
    template = engines["django"].from_string("{% load domains %}{% domain code %}")
    return template.render({"code": code})


@pytest.mark.parametrize("domain", Domain)
def test_a_domain_is_an_icon_and_its_word(domain: Domain) -> None:
    html = render(domain)
    assert f'class="domain domain-{domain}"' in html
    assert 'aria-hidden="true"' in html
    assert html.endswith(f"{domain.label}</span>")


def test_another_code_draws_nothing() -> None:
    assert render("psychologie") == ""
