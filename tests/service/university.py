"""A small OpenID provider on loopback that keeps to the protocol, and lies where a test wants it to."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jwk, jws

CLIENT, SECRET = "autograder", "the client's secret"


class University:
    """The provider. `account` is what it says of whom logs in; the other fields are how it misbehaves."""

    def __init__(self) -> None:
        self._usual = new_key()
        self._codes: dict[str, dict[str, str]] = {}
        self._access: set[str] = set()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.issuer = f"http://127.0.0.1:{self._server.server_port}/realms/course"
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()
        self.be_honest()

    def be_honest(self) -> None:
        """Say that it is Ada, and nothing that is not so; sign with a key of the usual kind."""
        self.keys = [self._usual]
        self.account: dict[str, Any] = {
            "sub": "248289761001",
            "email": "ada@x.org",
            "email_verified": True,
            "name": "Ada Lovelace",
        }
        self.claims: dict[str, Any] = {}  # laid over the ID token's
        self.told_later: tuple[str, ...] = ()  # claims that only the user info has
        self.header: dict[str, Any] = {}  # laid over the ID token's
        self.signing_key: Any = None
        self.document: dict[str, Any] = {}  # laid over the description
        self.broken = False

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def log_in(self, address: str) -> str:
        """What the browser does at the provider; returns where it is sent back to."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        assert address.startswith(f"{self.issuer}/authorize?")
        assert asked["response_type"] == "code"
        assert asked["code_challenge_method"] == "S256"
        assert "openid" in asked["scope"].split()
        code = secrets.token_urlsafe(8)
        self._codes[code] = asked
        return f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state']})}"

    def description(self) -> dict[str, Any]:
        places = {
            f"{name}_endpoint": f"{self.issuer}/{name}"
            for name in ("authorization", "token", "userinfo")
        }
        places["authorization_endpoint"] = f"{self.issuer}/authorize"
        places["jwks_uri"] = f"{self.issuer}/keys"
        return {"issuer": self.issuer, **places, **self.document}

    def tokens(self, form: dict[str, str], authorization: str) -> dict[str, Any] | None:
        """The tokens for a code, used once by the client that it was given to."""
        asked = self._codes.pop(form.get("code", ""), None)
        by_form = self.document.get("token_endpoint_auth_methods_supported") == [
            "client_secret_post"
        ]
        login = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        verifier = form.get("code_verifier", "").encode()
        challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier).digest()).decode().rstrip("=")
        if (
            asked is None
            or authorization != ("" if by_form else f"Basic {login}")
            or (by_form and (form.get("client_id"), form.get("client_secret")) != (CLIENT, SECRET))
            or form.get("redirect_uri") != asked["redirect_uri"]
            or challenge != asked["code_challenge"]
        ):
            return None
        access = secrets.token_urlsafe(8)
        self._access.add(access)
        return {"access_token": access, "token_type": "Bearer", "id_token": self.id_token(asked)}

    def id_token(self, asked: dict[str, str]) -> str:
        now = int(time.time())
        claims = {
            "iss": self.issuer,
            "aud": asked["client_id"],
            "iat": now,
            "exp": now + 300,
            "nonce": asked["nonce"],
            **{name: value for name, value in self.account.items() if name not in self.told_later},
            **self.claims,
        }
        claims = {name: value for name, value in claims.items() if value is not None}
        key = self.signing_key or self.keys[-1]
        header = {"alg": "RS256", "kid": self.keys[-1].kid, **self.header}
        algorithms = ["RS256", "PS256", "ES256", "Ed25519", "HS256", "none"]
        return jws.serialize_compact(header, json.dumps(claims), key, algorithms=algorithms)

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        university = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                address = university.issuer.removesuffix("/realms/course") + self.path
                path = urlsplit(self.path).path.removeprefix("/realms/course")
                if path == "/.well-known/openid-configuration":
                    self.say(university.description())
                elif path == "/authorize":  # asks for no password
                    self.send_response(302)
                    self.send_header("Location", university.log_in(address))
                    self.end_headers()
                elif path == "/keys":
                    keys = [key.as_dict(private=False) for key in university.keys]
                    self.say({"keys": [*keys, {"kty": "OKP", "use": "enc", "crv": "X9"}]})
                elif path == "/userinfo":
                    key = self.headers.get("Authorization", "").removeprefix("Bearer ")
                    self.say(university.account if key in university._access else None)
                else:
                    self.say(None)

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                form = {name: values[0] for name, values in parse_qs(body).items()}
                self.say(university.tokens(form, self.headers.get("Authorization", "")))

            def say(self, content: dict[str, Any] | None) -> None:
                broken = university.broken
                self.send_response(503 if broken else 200 if content else 400)
                self.send_header("Content-Type", "text/html" if broken else "application/json")
                self.end_headers()
                refusal = {"error": "invalid_grant"}
                self.wfile.write(b"<h1>" if broken else json.dumps(content or refusal).encode())

            def log_message(self, *_: object) -> None:
                pass

        return Handler


def new_key() -> Any:
    return jwk.RSAKey.generate_key(2048, auto_kid=True)
