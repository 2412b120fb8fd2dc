"""Our encryption against the vector of RFC 8291 and against independent implementations."""

import json
import time

import http_ece
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from py_vapid import Vapid02

from duty.ways.push import keys
from duty.ways.push.base64url import decoded, encoded
from duty.ways.push.encryption import CURVE, encrypt

# RFC 8291, section 5 and appendix A.
VECTOR = {
    "receiver": "q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94",
    "p256dh": (
        "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"
    ),
    "auth": "BTBZMqHH6r4Tts7J_aSIgg",
    "sender": "yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw",
    "salt": "DGv6ra1nlYgDCS1FRnbzlw",
    "body": (
        "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmY"
        "WAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexS"
        "gSxsj_Qulcy4a-fN"
    ),
}


def private(text: str) -> ec.EllipticCurvePrivateKey:
    return ec.derive_private_key(int.from_bytes(decoded(text)), CURVE)


@pytest.fixture
def browser() -> tuple[ec.EllipticCurvePrivateKey, bytes, bytes]:
    key = ec.generate_private_key(CURVE)
    point = key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return key, point, b"a" * 16


def test_vector_of_the_standard():
    body = encrypt(
        b"When I grow up, I want to be a watermelon",
        p256dh=decoded(VECTOR["p256dh"]), auth=decoded(VECTOR["auth"]),
        salt=decoded(VECTOR["salt"]), sender=private(VECTOR["sender"]),
    )  # fmt: skip

    assert encoded(body) == VECTOR["body"]


@pytest.mark.parametrize("text", [b"", b"x", "Có việc cần xem ngay".encode() * 9])
def test_another_implementation_opens_it(browser, text):
    key, point, auth = browser

    body = encrypt(text, p256dh=point, auth=auth, length=256)

    assert http_ece.decrypt(body, private_key=key, auth_secret=auth) == text
    assert len(body) == 256 + 103


@pytest.mark.parametrize(("point", "auth"), [(b"\4" * 65, b"a" * 16), (b"\4" * 33, b"a" * 16)])
def test_what_is_no_key_is_refused(point, auth):
    with pytest.raises(ValueError, match=r"."):
        encrypt(b"x", p256dh=point, auth=auth)


def test_short_secret_and_long_text_are_refused(browser):
    _key, point, auth = browser

    with pytest.raises(ValueError, match="wrong secret"):
        encrypt(b"x", p256dh=point, auth=b"short")
    with pytest.raises(ValueError, match="longer"):
        encrypt(b"x" * 257, p256dh=point, auth=auth, length=256)


def test_token_names_its_push_service_and_lives_for_half_a_day(settings):
    settings.VAPID_PRIVATE_KEY = VECTOR["sender"]
    settings.VAPID_SUBJECT = "mailto:truc@congan.example.vn"

    header = keys.authorization("https://fcm.googleapis.com")

    token = header.removeprefix("vapid t=").partition(",k=")[0]
    claims = json.loads(decoded(token.split(".")[1]))
    assert Vapid02.verify(header)
    assert claims["aud"] == "https://fcm.googleapis.com"
    assert claims["sub"] == "mailto:truc@congan.example.vn"
    assert 11 * 3600 < claims["exp"] - time.time() <= 12 * 3600
    assert keys.authorization("https://fcm.googleapis.com") is header
    assert keys.authorization("https://web.push.apple.com") != header


def test_device_is_bound_to_address_and_key(settings):
    settings.VAPID_PRIVATE_KEY, settings.PORTAL_URL = VECTOR["sender"], "https://a.example.vn"
    first = keys.made_for()
    settings.PORTAL_URL = "https://b.example.vn"
    second = keys.made_for()
    settings.VAPID_PRIVATE_KEY = VECTOR["receiver"]

    assert len({first, second, keys.made_for()}) == 3
