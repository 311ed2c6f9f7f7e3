"""The communes of a CIAS, from a GeoJSON file or through a pipe: what is wrong is said, and nothing is half loaded."""

import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from cias.territory.models import Commune
from cias.territory.services import get_structure

pytestmark = pytest.mark.django_db

COMMUNE = {"code": "01004", "name": "Ambérieu-en-Bugey", "population": 15554, "departement": "01"}


def territory(*communes: dict[str, Any], **more: Any) -> str:
    features = [{"type": "Feature", "properties": one, "geometry": None} for one in communes]
    return json.dumps(
        {"features": features, "epci": {"siren": "240100883", "name": "Plaine de l’Ain"}, **more}
    )


def test_a_pipe_gives_what_a_file_gives_and_twice_changes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "ain.geojson"
    path.write_text(territory(COMMUNE), encoding="utf-8")
    said = call_command("load_territory", str(path))
    assert said.replace("\u00a0", " ") == "Plaine de l’Ain : 1 commune créée, 0 mise à jour, 0 inchangée."
    monkeypatch.setattr("sys.stdin", io.StringIO(territory({**COMMUNE, "population": 15600})))
    assert "1\u00a0mise à jour" in call_command("load_territory", "-")
    assert Commune.objects.get(pk="01004").population == 15600
    assert get_structure().department_code == "01"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("non", "ce fichier n’est pas du JSON"),
        ("[]", "aucune commune trouvée"),
        (territory(), "aucune commune trouvée"),
        (territory(COMMUNE, COMMUNE), "un code de commune apparaît deux fois"),
        (territory(COMMUNE, {**COMMUNE, "code": "1005"}), "n° 2\u00a0: le code INSEE doit compter 5 caractères"),
        (territory({**COMMUNE, "name": " "}), "commune n° 1\u00a0: le nom est absent"),
        (territory({**COMMUNE, "population": "15554"}), "la population doit être un nombre entier"),
        (territory({**COMMUNE, "population": -1}), "la population doit être un nombre entier"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_and_nothing_is_loaded(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "ain.geojson"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(CommandError, match=said):
        call_command("load_territory", str(path))
    assert not Commune.objects.exists()


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="fichier illisible"):
        call_command("load_territory", str(tmp_path / "rien.geojson"))
