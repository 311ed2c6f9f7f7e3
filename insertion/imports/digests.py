"""What the Département said last of a person, field by field, as keyed digests (households.takeover.digests)."""

from collections.abc import Mapping
from typing import Any

from households.takeover.digests import digest, person_digests, place_of
from households.takeover.planning import FIELD_LABELS, PLACE_LABEL
from insertion.imports.reading import IDENTITY, ORIENTATION
from insertion.imports.targets import label_of


def digests_of(data: Mapping[str, Any]) -> dict[str, Any]:
    """What is remembered once a row is imported."""
    orientation = {name: digest(data["orientation"].get(name) or "") for name in ORIENTATION}
    return {
        "person": person_digests(data["persons"][0]),
        "place": digest(place_of(data)) if any(place_of(data)) else "",
        "identity": {name: digest(data["identity"].get(name) or "") for name in (*IDENTITY, "nir_print")},
        "orientation": orientation,
    }


def changes(data: Mapping[str, Any], before: Mapping[str, Any]) -> list[str]:
    """What the file says otherwise than the last time, in words; empty when nothing."""
    now = digests_of(data)
    said = [
        FIELD_LABELS.get(name, name)
        for name, value in now["person"].items()
        if before.get("person", {}).get(name) != value
    ]
    if now["place"] and now["place"] != before.get("place"):
        said.append(PLACE_LABEL)
    for part in ("identity", "orientation"):
        for name, value in now[part].items():
            given = data[part].get(name)
            if given and before.get(part, {}).get(name) != value:
                said.append(label_of("nir" if name == "nir_print" else name).lower())
    return list(dict.fromkeys(said))
