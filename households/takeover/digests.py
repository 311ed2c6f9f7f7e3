"""What another tool said last, field by field, as short keyed digests: enough to see a change, not to read it."""

import hashlib
import json
from collections.abc import Mapping
from functools import cache
from typing import Any

from django.conf import settings

from cias.core.text import compact_key

PERSON_FIELDS = (
    "birth_name", "usual_name", "first_names", "birth_date", "birth_precision", "title", "sex", "phone",
    "second_phone", "email", "nationality_group", "language", "disability_recognised", "protection", "guardian",
)  # fmt: skip
PLACE_FIELDS = ("commune", "off_territory", "city", "postal_code", "street", "complement")


@cache
def _key(secret: str) -> bytes:
    return hashlib.sha256(f"households.takeover:{secret}".encode()).digest()


def digest(value: Any) -> str:
    text = json.dumps(value, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.blake2b(text.encode(), key=_key(settings.SECRET_KEY), digest_size=8).hexdigest()


def identity(person: Mapping[str, Any]) -> str:
    """The digest of who a person of the file is."""
    names = [compact_key(person.get(name) or "") for name in ("birth_name", "usual_name", "first_names")]
    return digest([*names, person.get("birth_date") or ""])


def place_of(data: Mapping[str, Any]) -> list[Any]:
    return [data.get(name) or "" for name in PLACE_FIELDS]


def household_digests(data: Mapping[str, Any]) -> dict[str, str]:
    found = {f"situation.{name}": digest(value) for name, value in data["situation"].items()}
    if any(place_of(data)):
        found["place"] = digest(place_of(data))
    for name in ("referent", "comment"):
        if data[name]:
            found[name] = digest(data[name])
    return found


def person_digests(person: Mapping[str, Any]) -> dict[str, str]:
    return {name: digest(person[name]) for name in PERSON_FIELDS if person.get(name) not in (None, "")}


def digests_of(data: Mapping[str, Any], person_ids: list[str]) -> dict[str, Any]:
    """What is remembered once a household is imported; `person_ids` in the order of its persons."""
    persons = [
        {"id": key, "who": identity(person), "fields": person_digests(person)}
        for key, person in zip(person_ids, data["persons"], strict=True)
    ]
    return {"whole": whole(data), "household": household_digests(data), "persons": persons}


def whole(data: Mapping[str, Any]) -> str:
    """One digest for all; the opening date is left out, for it only serves once."""
    return digest({name: value for name, value in data.items() if name != "opened_on"})


def pair(data: Mapping[str, Any], known: list[dict[str, Any]]) -> list[dict[str, Any] | None]:
    """For each person of the file, what is remembered of them: by identity, else by place when something agrees."""
    left = list(known)
    paired: list[dict[str, Any] | None] = []
    for person in data["persons"]:
        who = identity(person)
        found = next((entry for entry in left if entry["who"] == who), None)
        if found is not None:
            left.remove(found)
        paired.append(found)
    for rank, person in enumerate(data["persons"]):
        if paired[rank] is None and rank < len(known) and known[rank] in left:
            fields, said = known[rank]["fields"], person_digests(person)
            if any(name in said and said[name] == fields.get(name) for name in ("first_names", "birth_date")):
                paired[rank] = known[rank]
                left.remove(known[rank])
    return paired
