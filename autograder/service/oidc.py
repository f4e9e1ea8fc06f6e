"""Coming in with the university's account: OpenID Connect's code flow, with PKCE, state and nonce.

Imported only by a service that has a provider; authlib comes with the extra `oidc`.
"""

from __future__ import annotations

import contextlib
import math
import secrets
import threading
import time
from collections.abc import Iterator, Mapping
from typing import Any, Final
from urllib.parse import urlsplit

import httpx2
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.httpx_client import OAuth2Client
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import BadSignatureError, InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet
from joserfc.jwt import Token

from autograder.errors import AutograderError, InternalError
from autograder.service.hosts import is_loopback
from autograder.service.settings import University

_SCOPE: Final = "openid email profile"
_SECONDS: Final = 10.0
_FRESH_SECONDS: Final = 3_600.0
_PAUSE_SECONDS: Final = 10.0
_PATIENCE_SECONDS: Final = 3.0
# A slow provider takes so many of the server's threads and no more.
_MOST_AT_ONCE: Final = 8
_LEEWAY: Final = 60
_KINDS_OF_KEY: Final = ("RSA", "EC", "OKP")
_LONGEST_TOKEN: Final = 100_000
# Signed with a key that only the provider has; never "none", never with a secret that both have.
_ALGORITHMS: Final = "RS256 RS384 RS512 PS256 PS384 PS512 ES256 ES384 ES512 Ed25519 EdDSA".split()


class NotShown(AutograderError):
    """The provider did not show, or not so that it can be believed, who the visitor is."""


class Unreachable(InternalError):
    """The provider does not answer as it should; the other doors still open."""


class Provider:
    """The OpenID provider of a university; safe to share between threads."""

    def __init__(self, university: University, back: str) -> None:
        self.university = university
        self.back = back
        self._lock = threading.Lock()
        self._document: dict[str, Any] = {}
        self._keys: KeySet | None = None
        self._read = -math.inf
        self._pause_until = 0.0
        self._at_once = threading.BoundedSemaphore(_MOST_AT_ONCE)

    def start(self) -> tuple[str, dict[str, str]]:
        """Where to send a visitor, and what must be kept until they come back.

        Raises:
            Unreachable: the provider does not answer.
        """
        document = self._discovered()
        kept = {name: secrets.token_urlsafe(32) for name in ("state", "nonce", "verifier")}
        with self._client() as client:
            address, _ = client.create_authorization_url(
                document["authorization_endpoint"],
                state=kept["state"],
                nonce=kept["nonce"],
                code_verifier=kept["verifier"],
            )
        return address, kept

    def finish(self, kept: Mapping[str, str], answer: Mapping[str, str]) -> dict[str, Any]:
        """What the provider says about the visitor who came back with an `answer`.

        1. The answer belongs to what this browser started, and comes from this provider.
        2. Its code is exchanged for tokens.
        3. The ID token is signed by the provider, is meant for us, is of now, and holds our nonce.
        4. What the token leaves out is asked of the provider.

        Raises:
            NotShown: one of these is not so.
            Unreachable: the provider does not answer.
        """
        document = self._discovered()
        if not secrets.compare_digest(kept["state"].encode(), answer.get("state", "").encode()):
            raise NotShown("this login was not started here, or in another window")
        if answer.get("iss", document["issuer"]) != document["issuer"]:
            raise NotShown("another provider answered")
        if "code" not in answer:
            raise NotShown("the login was broken off")
        if not self._at_once.acquire(timeout=_PATIENCE_SECONDS):
            raise Unreachable("it is slow to answer")
        try:
            with self._client() as client:
                tokens = self._exchange(client, document, kept, answer["code"])
                claims = self._proven(document, kept["nonce"], tokens)
                return self._completed(client, document, claims)
        finally:
            self._at_once.release()

    def _exchange(
        self, client: OAuth2Client, document: dict[str, Any], kept: Mapping[str, str], code: str
    ) -> dict[str, Any]:
        try:
            tokens = client.fetch_token(
                document["token_endpoint"],
                grant_type="authorization_code",
                code=code,
                code_verifier=kept["verifier"],
            )
        except AuthlibBaseError as error:
            raise NotShown(f"the provider refused it ({error.error})") from None
        except (httpx2.HTTPError, ValueError) as error:
            raise Unreachable(_plain(error)) from None
        if not isinstance(tokens.get("id_token"), str) or len(tokens["id_token"]) > _LONGEST_TOKEN:
            raise NotShown("the provider gave no ID token")
        return dict(tokens)

    def _proven(
        self, document: dict[str, Any], nonce: str, tokens: dict[str, Any]
    ) -> dict[str, Any]:
        try:
            token = self._verified(tokens["id_token"])
            claims = CodeIDToken(
                token.claims,
                token.header,
                options={
                    "iss": {"essential": True, "value": document["issuer"]},
                    "aud": {"essential": True, "value": self.university.client},
                    "nonce": {"essential": True},
                },
                params={
                    "nonce": nonce,
                    "client_id": self.university.client,
                    "access_token": tokens.get("access_token"),
                },
            )
            claims.validate(leeway=_LEEWAY)
        except (JoseError, AuthlibBaseError, ValueError, TypeError, KeyError) as error:
            raise NotShown(f"the ID token is not to be believed ({_plain(error)})") from None
        return dict(claims)

    def _verified(self, text: str) -> Token:
        """The token, when its signature is the provider's; a provider may have changed its keys."""
        try:
            return jwt.decode(text, self._known_keys(), algorithms=_ALGORITHMS)
        except (InvalidKeyIdError, BadSignatureError):
            return jwt.decode(text, self._known_keys(anew=True), algorithms=_ALGORITHMS)

    def _completed(
        self, client: OAuth2Client, document: dict[str, Any], claims: dict[str, Any]
    ) -> dict[str, Any]:
        """Some providers say the address only when asked; the token's own word stands."""
        wanted = {self.university.claim, "email"} - claims.keys()
        if not wanted or "userinfo_endpoint" not in document:
            return claims
        answer = _json(client, document["userinfo_endpoint"])
        if answer.get("sub") != claims["sub"]:
            return claims
        return {**answer, **claims}

    def _discovered(self) -> dict[str, Any]:
        """The provider's description of itself, read anew once an hour.

        While it does not answer, it is asked by one visitor at a time and not again at once: those who
        wait for it would hold up everybody else.
        """
        with self._asking():
            now = time.monotonic()
            if now - self._read > _FRESH_SECONDS:
                if now < self._pause_until:
                    raise Unreachable("it did not answer a moment ago")
                self._pause_until = now + _PAUSE_SECONDS
                issuer = self.university.issuer.rstrip("/")
                address = f"{issuer}/.well-known/openid-configuration"
                with self._client() as client:
                    self._document = _checked(_json(client, address, plain=True), issuer)
                self._keys, self._read, self._pause_until = None, time.monotonic(), 0.0
            return self._document

    @contextlib.contextmanager
    def _asking(self) -> Iterator[None]:
        if not self._lock.acquire(timeout=_PATIENCE_SECONDS):
            raise Unreachable("it is slow to answer")
        try:
            yield
        finally:
            self._lock.release()

    def _known_keys(self, *, anew: bool = False) -> KeySet:
        document = self._discovered()
        with self._asking():
            if self._keys is None or anew:
                with self._client() as client:
                    self._keys = _signing(_json(client, document["jwks_uri"], plain=True))
            return self._keys

    def _client(self) -> OAuth2Client:
        known = self._document.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
        basic = "client_secret_basic" in known or "client_secret_post" not in known
        return OAuth2Client(
            client_id=self.university.client,
            client_secret=self.university.secret,
            token_endpoint_auth_method="client_secret_basic" if basic else "client_secret_post",
            scope=_SCOPE,
            redirect_uri=self.back,
            code_challenge_method="S256",
            timeout=_SECONDS,
        )


def _checked(document: dict[str, Any], issuer: str) -> dict[str, Any]:
    """A description that is the issuer's own, whose addresses nobody listens in on."""
    if str(document.get("issuer", "")).rstrip("/") != issuer:
        raise Unreachable(f"{issuer} describes another issuer: {document.get('issuer')!r:.200}")
    for name in ("authorization_endpoint", "token_endpoint", "jwks_uri", "userinfo_endpoint"):
        address = document.get(name)
        if address is None and name == "userinfo_endpoint":
            continue
        parts = urlsplit(str(address))
        if parts.scheme != "https" and not is_loopback(parts.hostname or ""):
            raise Unreachable(f"{issuer} has no https address as {name}: {address!r:.200}")
    return document


def _signing(document: dict[str, Any]) -> KeySet:
    """The keys that sign; providers list some for other uses, and of kinds to come."""
    keys = [
        key
        for key in document.get("keys", ())
        if key.get("kty") in _KINDS_OF_KEY and key.get("use", "sig") == "sig"
    ]
    found: KeySet = KeySet.import_key_set({"keys": keys})
    return found


def _json(client: OAuth2Client, address: str, *, plain: bool = False) -> dict[str, Any]:
    try:
        answer = client.request("GET", address, withhold_token=plain)
        answer.raise_for_status()
        found = answer.json()
    except (httpx2.HTTPError, AuthlibBaseError, ValueError) as error:
        raise Unreachable(f"{address}: {_plain(error)}") from None
    if not isinstance(found, dict):
        raise Unreachable(f"{address}: not an object")
    return found


def _plain(error: Exception) -> str:
    return " ".join(str(error).split())[:200] or type(error).__name__
