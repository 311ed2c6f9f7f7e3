"""Codes that replace a lost telephone once each: hashed, like passwords (ASVS 6.5.2).

The login package derives them from a seed it can read again at any time. Ours are drawn at random, shown once, and kept
as Argon2 hashes with a salt of the account's own, themselves encrypted as every second factor is. What nobody can read
again is renewed instead. The package has no setting for it: `install()` puts our class where it looks for its own, and
tests/accounts/test_second_factor.py fails the day it looks elsewhere.
"""

import hmac
import json
import re
import secrets
from typing import Any

from allauth.core import context
from allauth.mfa import app_settings
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal import auth, flows
from allauth.mfa.utils import decrypt, encrypt
from argon2.low_level import Type, hash_secret_raw
from django.db import transaction
from django.http import HttpRequest

SHOWN_NEXT = "recovery_codes"  # in the session, encrypted, from their making to the page that shows them
# OWASP Password Storage Cheat Sheet: 19 MiB, two passes, one lane. Kept beside the hashes, to be raised one day.
COST = {"time_cost": 2, "memory_cost": 19456, "parallelism": 1}


class HashedCodes(auth.RecoveryCodes):
    """What the package calls. `instance.data`: {"codes": encrypted JSON list of hashes, "salt": hex, "cost": {…}}."""

    instance: Authenticator
    did_view = True  # the package would write so on the page that shows them: no page writes on reading

    @classmethod
    def activate(cls, user: Any) -> "HashedCodes":
        known = Authenticator.objects.filter(user_id=user.pk, type=Authenticator.Type.RECOVERY_CODES).first()
        if known is not None:
            return cls(known)
        digits = app_settings.RECOVERY_CODE_DIGITS
        codes = [
            f"{secrets.randbelow(10**digits):0{digits}}" for _ in range(app_settings.RECOVERY_CODE_COUNT)
        ]
        data: dict[str, Any] = {"salt": secrets.token_hex(16), "cost": COST}
        data["codes"] = encrypt(json.dumps([_hash(code, data) for code in codes]))
        made = cls(Authenticator.objects.create(user=user, type=Authenticator.Type.RECOVERY_CODES, data=data))
        if context.request is not None:
            context.request.session[SHOWN_NEXT] = encrypt(json.dumps(codes))
        return made

    def _hashes(self) -> list[str]:
        kept = self.instance.data.get("codes")
        return list(json.loads(decrypt(kept))) if kept else []

    def generate_codes(self) -> list[str]:
        return self.get_unused_codes()

    def get_unused_codes(self) -> list[str]:
        """As many masks as codes are left: the codes themselves cannot be told again."""
        return ["*" * app_settings.RECOVERY_CODE_DIGITS for _ in self._hashes()]

    @transaction.atomic
    def validate_code(self, code: str) -> bool:
        """Whether `code` is one of those left; it then serves no more."""
        code = re.sub(r"[\s-]", "", code)
        if len(code) != app_settings.RECOVERY_CODE_DIGITS:  # a code of the application: nothing to work out
            return False
        self.instance = Authenticator.objects.select_for_update().get(pk=self.instance.pk)
        hashes = self._hashes()
        tried = _hash(code, self.instance.data) if hashes else ""
        left = [kept for kept in hashes if not hmac.compare_digest(kept, tried)]
        if len(left) == len(hashes):
            return False
        self.instance.data["codes"] = encrypt(json.dumps(left))
        self.instance.save()
        return True


def _hash(code: str, data: dict[str, Any]) -> str:
    salt = bytes.fromhex(data["salt"])
    return hash_secret_raw(code.encode(), salt, hash_len=32, type=Type.ID, **data["cost"]).hex()


def take_fresh(request: HttpRequest) -> list[str]:
    """The codes just made in this session, to be shown this once; none afterwards."""
    kept = request.session.pop(SHOWN_NEXT, None)
    return list(json.loads(decrypt(kept))) if kept else []


def install() -> None:
    """Called once, when the application starts."""
    auth.RecoveryCodes = HashedCodes
    flows.RecoveryCodes = HashedCodes
