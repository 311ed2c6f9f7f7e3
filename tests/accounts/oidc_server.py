"""A small OpenID Connect provider, in a thread: discovery, JWKS, authorization with PKCE, token, userinfo, logout.

It answers as its fields say, so that each test can make it lie about one thing.
"""

import base64
import hashlib
import json
import threading
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import RSAKey

CLIENT_ID, CLIENT_SECRET = "cias", "un-secret-de-test"


@dataclass
class Provider:
    """`person` is what userinfo says; `claims` replace those of the ID token; `seen` is what was asked."""

    person: dict[str, Any] = field(default_factory=dict)
    claims: dict[str, Any] = field(default_factory=dict)
    signed_userinfo: bool = False
    wrong_key: bool = False
    seen: list[str] = field(default_factory=list)
    codes: dict[str, dict[str, str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.key = RSAKey.generate_key(2048, {"kid": "one", "use": "sig", "alg": "RS256"})
        self.other = RSAKey.generate_key(2048, {"kid": "one", "use": "sig", "alg": "RS256"})
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def issuer(self) -> str:
        return f"http://127.0.0.1:{self.server.server_address[1]}"

    def stop(self) -> None:
        self.server.shutdown()
        self.server.server_close()

    def authorize(self, url: str) -> str:
        """What the browser and the person do: follow the address, agree, come back with a code."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
        code = f"code-{len(self.codes)}"
        self.codes[code] = asked
        query = urlencode({"code": code, "state": asked["state"]})
        return f"{urlsplit(asked['redirect_uri']).path}?{query}"

    def token(self, form: dict[str, str]) -> dict[str, Any] | None:
        """None when the code, the secret or the proof of PKCE is wrong; a code serves once."""
        asked = self.codes.pop(form.get("code", ""), None)
        proof = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(proof).rstrip(b"=").decode()
        if (
            asked is None
            or asked.get("code_challenge_method") != "S256"
            or asked["code_challenge"] != challenge
        ):
            return None
        now = int(time.time())
        claims = {
            "iss": self.issuer, "aud": CLIENT_ID, "sub": "sujet-1", "iat": now, "exp": now + 300,
            "nonce": asked["nonce"], **self.claims,
        }  # fmt: skip
        key = self.other if self.wrong_key else self.key
        return {
            "access_token": "acces", "token_type": "Bearer", "expires_in": 300,
            "id_token": jwt.encode({"alg": "RS256", "kid": "one"}, claims, key),
        }  # fmt: skip

    def userinfo(self) -> tuple[str, str]:
        found = {"sub": "sujet-1", **self.person}
        if not self.signed_userinfo:
            return "application/json", json.dumps(found)
        signed = {"iss": self.issuer, "aud": CLIENT_ID, **found}
        return "application/jwt", jwt.encode({"alg": "RS256", "kid": "one"}, signed, self.key)

    def metadata(self) -> dict[str, Any]:
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "userinfo_endpoint": f"{self.issuer}/userinfo",
            "jwks_uri": f"{self.issuer}/jwks",
            "end_session_endpoint": f"{self.issuer}/end",
            "id_token_signing_alg_values_supported": ["RS256"],
        }

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        provider = self

        class Handler(BaseHTTPRequestHandler):
            def log_message(self, format: str, *args: Any) -> None:
                """Silent."""

            def answer(self, body: str, kind: str = "application/json", status: int = 200) -> None:
                self.send_response(status)
                self.send_header("Content-Type", kind)
                self.end_headers()
                self.wfile.write(body.encode())

            def do_GET(self) -> None:
                path = urlsplit(self.path).path
                provider.seen.append(path)
                if path == "/.well-known/openid-configuration":
                    self.answer(json.dumps(provider.metadata()))
                elif path == "/jwks":
                    self.answer(json.dumps({"keys": [provider.key.as_dict(private=False)]}))
                elif path == "/userinfo" and self.headers["Authorization"] == "Bearer acces":
                    kind, body = provider.userinfo()
                    self.answer(body, kind)
                else:
                    self.answer("{}", status=404)

            def do_POST(self) -> None:
                length = int(self.headers["Content-Length"])
                form = {
                    name: values[0] for name, values in parse_qs(self.rfile.read(length).decode()).items()
                }
                found = provider.token(form)
                self.answer(json.dumps(found or {"error": "invalid_grant"}), status=200 if found else 400)

        return Handler
