"""Phones that take pushes: their keys, what lies on their lock screens, and what they were sent."""

import json
import secrets
import threading
import time
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import http_ece
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, utils
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from duty.ways.push.base64url import decoded, encoded

CURVE = ec.SECP256R1()
MOST_RECEIVED = 1000
DAY_S = 24 * 3600
MOST_BYTES = 4096


class Refusal(Exception):
    """The status with which a push service answers a push that is none, and its reason."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status, self.reason = status, reason


@dataclass
class Phone:
    """One browser: `screen` is what it shows, by tag; `waiting` what came while it was off."""

    name: str
    token: str = field(default_factory=lambda: secrets.token_urlsafe(24))
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(CURVE))
    auth: bytes = field(default_factory=lambda: secrets.token_bytes(16))
    is_windows: bool = False
    is_offline: bool = False
    is_gone: bool = False
    screen: dict[str, dict[str, Any]] = field(default_factory=dict)
    waiting: dict[str, tuple[float, dict[str, Any]]] = field(default_factory=dict)

    def subscription(self, origin: str) -> dict[str, Any]:
        """The address and keys, as the browser hands them to a page."""
        point = self.key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        return {
            "endpoint": f"{origin}/push/{self.token}",
            "keys": {"p256dh": encoded(point), "auth": encoded(self.auth)},
        }

    def open(self, body: bytes) -> dict[str, Any]:
        """The words of a push; kept apart from the product's own encryption."""
        plain = http_ece.decrypt(body, private_key=self.key, auth_secret=self.auth)
        words: dict[str, Any] = json.loads(plain)
        return words

    def show(self, words: Mapping[str, Any]) -> None:
        """Put a notice on the lock screen; one with the tag of another takes its place."""
        tag = str(words.get("tag", ""))
        times = self.screen.pop(tag, {}).get("times", 0) + 1
        self.screen[tag] = {**words, "at": time.time(), "times": times}


@dataclass(frozen=True)
class Received:
    """One push as it arrived; `words` are None where it was refused unopened."""

    at: float
    phone: str
    headers: Mapping[str, str]
    length: int
    body: bytes
    status: int
    words: Mapping[str, Any] | None


class Phones:
    """All phones of a stand-in, and the pushes that came; for any thread."""

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self.by_token: dict[str, Phone] = {}
        self.received: deque[Received] = deque(maxlen=MOST_RECEIVED)

    def add(self, name: str, *, is_windows: bool = False) -> Phone:
        """The phone of a name, made unless it is there."""
        with self.lock:
            for phone in self.by_token.values():
                if phone.name == name and not phone.is_gone:
                    return phone
            made = Phone(name, is_windows=is_windows)
            self.by_token[made.token] = made
            return made

    def named(self, name: str) -> Phone:
        """Raises KeyError."""
        with self.lock:
            for phone in reversed(self.by_token.values()):
                if phone.name == name:
                    return phone
        raise KeyError(name)

    def deliver(
        self, phone: Phone, headers: Mapping[str, str], body: bytes
    ) -> dict[str, Any] | None:
        """Deliver a push to a phone; its words where it shows them now. Raises Refusal."""
        ttl = _seconds(headers)
        if phone.is_windows and headers.get("x-wns-cache-policy") != "cache":
            raise Refusal(400, "X-WNS-Cache-Policy")
        if len(body) > MOST_BYTES:
            raise Refusal(413, "PayloadTooLarge")
        topic = headers.get("topic", "")
        if len(topic) > 32:
            raise Refusal(400, "BadTopic")
        try:
            words = phone.open(body)
        except Exception as error:  # whatever is wrong with it, a browser drops it alike
            raise Refusal(400, f"{type(error).__name__}") from None
        with self.lock:
            if phone.is_offline:
                if ttl:
                    key = topic or secrets.token_hex(4)
                    phone.waiting[key] = (time.time() + ttl, words)
                return None
            phone.show(words)
        return words

    def turn(self, phone: Phone, *, is_offline: bool) -> list[dict[str, Any]]:
        """Take a phone off the net, or bring it back; what it shows by that."""
        with self.lock:
            phone.is_offline = is_offline
            if is_offline:
                return []
            now = time.time()
            late = [words for until, words in phone.waiting.values() if until > now]
            phone.waiting.clear()
            for words in late:
                phone.show(words)
            return late


def _seconds(headers: Mapping[str, str]) -> int:
    text = headers.get("ttl", "")
    if not text.isdecimal():
        raise Refusal(400, "BadTtl")
    return int(text)


def check_sender(header: str, origin: str) -> None:
    """The signature of a push, its audience, its time and its subject. Raises Refusal."""
    try:
        scheme, _space, rest = header.partition(" ")
        parts = dict(part.strip().split("=", 1) for part in rest.split(","))
        signed, _dot, signature = parts["t"].rpartition(".")
        raw = decoded(signature)
        public = ec.EllipticCurvePublicKey.from_encoded_point(CURVE, decoded(parts["k"]))
        numbers = int.from_bytes(raw[:32]), int.from_bytes(raw[32:])
        public.verify(
            utils.encode_dss_signature(*numbers), signed.encode(), ec.ECDSA(hashes.SHA256())
        )
        head, claims = (json.loads(decoded(part)) for part in signed.split("."))
    except (KeyError, ValueError, InvalidSignature):
        raise Refusal(403, "BadJwtToken") from None
    subject = str(claims.get("sub", ""))
    is_good = (
        scheme.lower() == "vapid"
        and head.get("alg") == "ES256"
        and claims.get("aud") == origin
        and time.time() < claims.get("exp", 0) <= time.time() + DAY_S
        and subject.startswith(("mailto:", "https://"))
        and "localhost" not in subject
    )
    if not is_good:
        raise Refusal(403, "BadJwtToken")
