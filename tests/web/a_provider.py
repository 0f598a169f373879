"""A provider of OpenID Connect on loopback that checks what a strict one checks, and can be made to lie."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlsplit

from joserfc import jwt
from joserfc.jwk import RSAKey

KEY = RSAKey.generate_key(2048, {"kid": "one", "use": "sig"})
OTHER_KEY = RSAKey.generate_key(2048, {"kid": "one", "use": "sig"})
CLIENT, SECRET = "our-client", "s3cret/+&"


class Provider:
    """What it says can be changed between requests; `asked` holds the paths that were asked for."""

    def __init__(self, address: str, now: datetime) -> None:
        self.issuer = address
        self.now = now
        self.who: dict[str, Any] = {"sub": "ada-1", "email": "ada@example.org", "email_verified": True}
        self.claims: dict[str, Any] = {}
        self.settings: dict[str, Any] = {}
        self.sign = self.sign_well
        self.status = 200
        self.body: bytes | None = None
        self.asked: list[str] = []
        self.about: dict[str, Any] = {}
        self.bearers: list[str] = []
        self.knows_us = True
        self._codes: dict[str, dict[str, str]] = {}

    def authorize(self, address: str) -> str:
        """Sign somebody in at the address a browser was sent to; return the path that it comes back to."""
        asked = dict(parse_qsl(urlsplit(address).query))
        assert asked["response_type"] == "code"
        assert asked["client_id"] == CLIENT
        assert asked["code_challenge_method"] == "S256"
        assert "openid" in asked["scope"].split()
        code = f"code-{len(self._codes)}"
        self._codes[code] = asked
        back = urlsplit(asked["redirect_uri"])
        return f"{back.path}?code={code}&state={asked['state']}"

    def answer(self, path: str, body: bytes, authorization: str) -> tuple[int, bytes]:
        """Answer a request of ours."""
        self.asked.append(path)
        if self.body is not None or self.status != 200:
            return self.status, self.body or b""
        if path == "/.well-known/openid-configuration":
            places = {"authorization_endpoint": "/auth", "token_endpoint": "/token", "jwks_uri": "/keys"}
            said: Any = {"issuer": self.issuer, **{name: self.issuer + at for name, at in places.items()}}
            return 200, json.dumps({**said, **self.settings}).encode()
        if path == "/keys":
            unknown = {"kty": "AKP", "alg": "ML-DSA-65", "kid": "two", "pub": "AAAA"}
            return 200, json.dumps({"keys": [unknown, KEY.as_dict(private=False)]}).encode()
        if path == "/about":
            self.bearers.append(authorization)
            return 200, json.dumps(self.about).encode()
        return self._token({name: values[0] for name, values in parse_qs(body.decode()).items()}, authorization)

    def _token(self, form: dict[str, str], authorization: str) -> tuple[int, bytes]:
        asked = self._codes.pop(form.get("code", ""), None)
        basic = "Basic " + base64.b64encode(f"{CLIENT}:s3cret%2F%2B%26".encode()).decode()
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).decode().rstrip("=")
        if authorization != basic or not self.knows_us:
            return 401, b'{"error": "invalid_client"}'
        if asked is None or challenge != asked["code_challenge"] or form["redirect_uri"] != asked["redirect_uri"]:
            return 400, b'{"error": "invalid_grant"}'
        at = int(self.now.timestamp())
        claims = {"iss": self.issuer, "aud": CLIENT, "iat": at, "exp": at + 300, "nonce": asked["nonce"], **self.who}
        claims = {name: value for name, value in {**claims, **self.claims}.items() if value is not None}
        return 200, json.dumps({"access_token": "x", "token_type": "Bearer", "id_token": self.sign(claims)}).encode()

    def sign_well(self, claims: dict[str, Any]) -> str:
        return jwt.encode({"alg": "RS256", "kid": "one"}, claims, KEY)

    def sign_with_another_key(self, claims: dict[str, Any]) -> str:
        return jwt.encode({"alg": "RS256", "kid": "one"}, claims, OTHER_KEY)

    def sign_with_the_public_key(self, claims: dict[str, Any]) -> str:
        said = f"{_word({'alg': 'HS256', 'kid': 'one'})}.{_word(claims)}"
        mark = hmac.new(KEY.as_pem(private=False), said.encode(), "sha256").digest()
        return f"{said}.{base64.urlsafe_b64encode(mark).decode().rstrip('=')}"

    def sign_not_at_all(self, claims: dict[str, Any]) -> str:
        return ".".join([_word({"alg": "none"}), _word(claims), ""])

    def change_after_signing(self, claims: dict[str, Any]) -> str:
        head, _, mark = self.sign_well(claims).split(".")
        return ".".join([head, _word({**claims, "sub": "somebody-else"}), mark])

    def later(self, **time: float) -> None:
        self.now += timedelta(**time)


def _word(value: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


@contextmanager
def running(now: datetime) -> Iterator[Provider]:
    """Let a provider answer on loopback."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length", 0)))
            status, said = provider.answer(self.path, body, self.headers.get("authorization", ""))
            self.send_response(status)
            self.send_header("content-length", str(len(said)))
            self.end_headers()
            self.wfile.write(said)

        do_POST = do_GET

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    provider = Provider(f"http://127.0.0.1:{server.server_port}", now)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
