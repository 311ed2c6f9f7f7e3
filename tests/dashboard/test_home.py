from cias.accounts.models import User


def test_reception_finds_the_day_after_login(login, nadege: User) -> None:
    response = login(nadege).get("/")
    assert response.status_code == 200
    assert "Bonjour Nadège" in response.content.decode()


def test_an_unknown_visitor_is_sent_to_the_login_page(client, db) -> None:
    response = client.get("/")
    assert response.status_code == 302
    assert response.url.startswith("/compte/connexion/")
