"""What makes a form count once; tests/faults/test_every_form.py sends each of them twice."""

import re
import threading
from collections.abc import Iterator
from typing import Any

import pytest
import redis
from django.contrib import messages
from django.contrib.messages.middleware import MessageMiddleware
from django.contrib.sessions.middleware import SessionMiddleware
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse, HttpResponseRedirect
from django.test import RequestFactory
from django.urls import reverse

from cias.accounts.enums import Role
from cias.core import once
from households.models import Note
from tests.access.world import World
from tests.client import StrictClient

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_sending_before() -> Iterator[None]:
    yield
    cache.clear()


class TestTheMechanism:
    @pytest.fixture
    def client(self, world: World) -> StrictClient:
        client = StrictClient()
        client.force_login(
            world.agents[Role.SOCIAL_WORKER], backend="allauth.account.auth_backends.AuthenticationBackend"
        )
        return client

    def note(self, world: World, **more: str) -> tuple[str, dict[str, str]]:
        typed = {"held_on": "23/11/2026", "means": "office", "level": "team", "text": "Vue ce matin."}
        return reverse("households:note_create", args=[world.household.pk]), {
            **typed,
            once.FIELD: "jeton",
            **more,
        }

    def notes(self) -> int:
        return Note.objects.filter(text__startswith="Vue ce").count()

    def test_the_second_is_led_where_the_first_went_and_told_so(
        self, client: StrictClient, world: World
    ) -> None:
        first = client.post(*self.note(world))
        second = client.post(*self.note(world))
        assert (first.status_code, second.url) == (302, first.url)
        assert once.ALREADY in client.get(second.url).content.decode()
        assert self.notes() == 1

    def test_other_words_or_another_page_are_another_sending(
        self, client: StrictClient, world: World
    ) -> None:
        client.post(*self.note(world))
        client.post(*self.note(world, text="Vue ce soir."))
        client.post(*self.note(world, **{once.FIELD: "autre"}))
        assert self.notes() == 3

    def test_a_refused_form_can_be_sent_again(self, client: StrictClient, world: World) -> None:
        for _ in range(2):
            response = client.post(*self.note(world, text=""))
            assert response.status_code == 200
            assert "Rien n’a été enregistré" in response.content.decode()

    def test_another_agent_s_token_is_another_sending(self, client: StrictClient, world: World) -> None:
        client.post(*self.note(world))
        colleague = StrictClient()
        colleague.force_login(
            world.agents[Role.DIRECTOR], backend="allauth.account.auth_backends.AuthenticationBackend"
        )
        assert once.ALREADY not in colleague.post(*self.note(world), follow=True).content.decode()

    def test_one_that_is_still_at_work_is_waited_for(self, client: StrictClient, world: World) -> None:
        address, typed = self.note(world)
        request = RequestFactory().post(address, typed)
        request.user = world.agents[Role.SOCIAL_WORKER]
        key = once._sending(request).key
        cache.set(key, once.PENDING, 60)
        finished = threading.Timer(0.3, cache.set, (key, "/menages/", 60))
        finished.start()
        assert client.post(address, typed).url == "/menages/"
        finished.join()
        assert self.notes() == 0

    def test_one_that_never_ends_is_said_to_be_at_work(
        self, client: StrictClient, world: World, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(once, "WAIT_SECONDS", 0.1)
        address, typed = self.note(world)
        request = RequestFactory().post(address, typed)
        request.user = world.agents[Role.SOCIAL_WORKER]
        cache.set(once._sending(request).key, once.PENDING, 60)
        response = client.post(address, typed)
        assert response.status_code == 409
        assert "déjà en cours" in response.content.decode()
        assert self.notes() == 0

    def test_without_the_cache_forms_still_go(
        self, client: StrictClient, world: World, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def down(*args: Any, **kwargs: Any) -> Any:
            raise redis.ConnectionError

        monkeypatch.setattr(once, "cache", type("Down", (), {"add": down, "set": down, "delete": down})())
        assert client.post(*self.note(world)).status_code == 302
        assert self.notes() == 1

    def test_nothing_that_was_typed_is_in_the_cache(
        self, client: StrictClient, world: World, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        seen: list[str] = []
        add = cache.add
        monkeypatch.setattr(
            cache, "add", lambda key, *rest: seen.append(key) or add(key, *rest), raising=False
        )
        client.post(*self.note(world))
        assert all(re.fullmatch(r"once:[0-9a-f]{64}", key) for key in seen if key.startswith("once"))

    def test_words_changed_and_changed_back_are_sent_again(self, client: StrictClient, world: World) -> None:
        """From one page, brought back by the browser: the last word is the one that counts."""
        for text in ("Vue ce matin.", "Vue ce soir.", "Vue ce matin."):
            client.post(*self.note(world, text=text))
        assert self.notes() == 3

    def test_a_file_put_right_is_another_sending(self, world: World) -> None:
        """One figure of a table changed: the same name, the same size."""

        def key(content: bytes) -> str:
            file = SimpleUploadedFile("table.csv", content)
            request = RequestFactory().post("/", {once.FIELD: "jeton", "file": file})
            request.user = world.agents[Role.DIRECTOR]
            found = once._sending(request).key
            assert request.FILES["file"].read() == content  # still to be read by the view
            return found

        assert key(b"2025;1") != key(b"2025;2")
        assert key(b"2025;1") == key(b"2025;1")

    @pytest.mark.parametrize(("say", "counts"), [(messages.warning, True), (messages.error, False)])
    def test_a_success_that_warns_is_a_success(self, world: World, say: Any, counts: bool) -> None:
        request = RequestFactory().post("/", {once.FIELD: "jeton"})
        request.user = world.agents[Role.DIRECTOR]
        SessionMiddleware(lambda _: HttpResponse()).process_request(request)
        MessageMiddleware(lambda _: HttpResponse()).process_request(request)
        say(request, "Enregistré. Deux rendez-vous à déplacer.")
        assert bool(once._target(request, HttpResponseRedirect("/agenda/"))) is counts
