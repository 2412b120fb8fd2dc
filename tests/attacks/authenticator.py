"""An authenticator in software: makes a passkey and answers with it, honestly or not."""

import base64
import hashlib
import json
import secrets
from dataclasses import dataclass, field
from typing import Any

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

SITE = "testserver"
ORIGIN = f"http://{SITE}"
PRESENT, VERIFIED, HAS_KEY = 0x01, 0x04, 0x40


def text_of(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


@dataclass
class Authenticator:
    """One key on one device."""

    site: str = SITE
    origin: str = ORIGIN
    flags: int = PRESENT | VERIFIED
    uses: int = 0
    number: bytes = field(default_factory=lambda: secrets.token_bytes(20))
    key: Any = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))

    def _client_data(self, kind: str, options: dict[str, Any]) -> bytes:
        said = {"type": kind, "challenge": options["challenge"], "origin": self.origin}
        return json.dumps(said).encode()

    def _data(self, more_flags: int = 0, more: bytes = b"") -> bytes:
        site = hashlib.sha256(self.site.encode()).digest()
        return site + bytes([self.flags | more_flags]) + self.uses.to_bytes(4, "big") + more

    def _answer(self, **response: bytes) -> str:
        return json.dumps(
            {
                "id": text_of(self.number),
                "rawId": text_of(self.number),
                "type": "public-key",
                "response": {name: text_of(raw) for name, raw in response.items()},
                "clientExtensionResults": {},
            }
        )

    def make(self, options: str) -> str:
        """The answer to `navigator.credentials.create`."""
        asked = json.loads(options)
        point = self.key.public_key().public_numbers()
        public = {1: 2, 3: -7, -1: 1, -2: point.x.to_bytes(32, "big"),
                  -3: point.y.to_bytes(32, "big")}  # fmt: skip
        length = len(self.number).to_bytes(2, "big")
        data = self._data(HAS_KEY, bytes(16) + length + self.number + cbor2.dumps(public))
        attestation = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})
        return self._answer(
            clientDataJSON=self._client_data("webauthn.create", asked),
            attestationObject=attestation,
        )

    def use(self, options: str) -> str:
        """The answer to `navigator.credentials.get`."""
        said = self._client_data("webauthn.get", json.loads(options))
        self.uses += 1
        data = self._data()
        signature = self.key.sign(data + hashlib.sha256(said).digest(), ec.ECDSA(hashes.SHA256()))
        return self._answer(clientDataJSON=said, authenticatorData=data, signature=signature)
