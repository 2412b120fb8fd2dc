"""Addresses of push services come from browsers: fifty forged ones, redirects and rebinding.

No connection and no look-up of a name is made for any of them.
"""

import json
import socket
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.conf import settings

from accounts.models import User
from accounts.users.roles import Role
from duty.models import Device, Notice
from duty.ways import device_trials, devices
from duty.ways.push import delivery, endpoints, keys, transport
from duty.ways.push.base64url import encoded
from duty.ways.push.encryption import CURVE
from tests.factories.accounts import make_user
from zalo.outbox.outcomes import Outcome, Verdict

GOOD = "https://fcm.googleapis.com/fcm/send/abc:DEF-123_x"
FORGED = [
    # The two that a pattern over the whole text lets through.
    "https://evil.example/x.google.com/",
    "https://127.0.0.1:8000/.apple.com/",
    # Listed names where no name is.
    "https://evil.example/fcm.googleapis.com/fcm/send/x",
    "https://evil.example/?fcm.googleapis.com/",
    "https://evil.example/#fcm.googleapis.com/",
    "https://evil.example/;fcm.googleapis.com/",
    "https://evil.example\\fcm.googleapis.com/x",
    "https://evil.example%2ffcm.googleapis.com/x",
    "https://evil.example%00.fcm.googleapis.com/x",
    "https://fcm.googleapis.com.evil.example/x",
    "https://fcm.googleapis.com-evil.example/x",
    "https://fcm-googleapis-com.evil.example/x",
    "https://evilfcm.googleapis.com.example/x",
    "https://evilpush.apple.com/x",
    "https://xupdates.push.services.mozilla.com/x",
    "https://googleapis.com/x",
    "https://storage.googleapis.com/x",
    "https://apple.com/x",
    "https://mozilla.com/x",
    "https://windows.com/x",
    # Users and passwords before the name.
    "https://fcm.googleapis.com@evil.example/x",
    "https://fcm.googleapis.com:443@evil.example/x",
    "https://a:b@fcm.googleapis.com/x",
    "https://@fcm.googleapis.com/x",
    # Other ports, other schemes.
    "https://fcm.googleapis.com:80/x",
    "https://fcm.googleapis.com:8443/x",
    "https://fcm.googleapis.com:0/x",
    "https://fcm.googleapis.com:99999/x",
    "https://fcm.googleapis.com:x/x",
    "http://fcm.googleapis.com/x",
    "http://127.0.0.1:6379/x",
    "ftp://fcm.googleapis.com/x",
    "file:///etc/passwd",
    "gopher://127.0.0.1:6379/_FLUSHALL",
    "javascript:alert(1)",
    "//fcm.googleapis.com/x",
    "fcm.googleapis.com/x",
    # Numbers of this machine and of inner networks.
    "https://127.0.0.1/x",
    "https://localhost/x",
    "https://10.0.0.1/x",
    "https://169.254.169.254/latest/meta-data/",
    "https://2130706433/x",
    "https://0x7f000001/x",
    "https://[::1]/x",
    "https://[::ffff:127.0.0.1]/x",
    # Letters that look like others, and what splits lines.
    "https://fcm.googleapis.cоm/x",
    "https://fcm。googleapis。com/x",
    "https://fcm.googleapis.com./x",
    "https://fcm.googleapis.com/x\r\nHost: evil.example",
    "https://fcm.googleapis.com/x y",
    "https://fcm.googleapis.com\t.evil.example/x",
    "https://fcm.googleapis.com",
    "https://" + "a" * 3000 + ".fcm.googleapis.com/x",
    "",
]  # fmt: skip
INNER = [
    "127.0.0.1", "10.1.2.3", "172.16.0.9", "192.168.1.1", "169.254.169.254", "100.64.0.1",
    "0.0.0.1", "224.0.0.1", "255.255.255.255", "::1", "fe80::1", "fc00::1", "::ffff:10.0.0.1",
    "64:ff9b::a00:1", "2002:a00:1::1", "ff02::1", "::",
]  # fmt: skip


@dataclass
class Net:
    """A network that answers look-ups from a list and keeps what was asked and reached."""

    names: list[list[str]] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    reached: list[str] = field(default_factory=list)


@pytest.fixture
def net(monkeypatch: pytest.MonkeyPatch) -> Iterator[Net]:
    kept = Net()

    def look_up(host: Any, port: Any, *args: Any, **kwargs: Any) -> list[Any]:
        literal = str(host)
        if literal.replace(".", "").isdigit() or ":" in literal:
            addresses = [literal]
        else:
            kept.asked.append(literal)
            addresses = kept.names.pop(0) if kept.names else ["142.250.1.1"]
        return [
            (socket.AF_INET6 if ":" in one else socket.AF_INET, socket.SOCK_STREAM, 6, "",
             (one, port))
            for one in addresses
        ]  # fmt: skip

    own, really = urlsplit(settings.REDIS_URL), socket.socket.connect

    def connect(sock: socket.socket, address: Any) -> None:
        if address[1] == (own.port or 6379):  # our own Redis is no push service
            return really(sock, address)
        kept.reached.append(f"{address[0]}:{address[1]}")
        raise ConnectionRefusedError

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    monkeypatch.setattr(socket.socket, "connect", connect)
    transport.forget_connections()
    yield kept
    transport.forget_connections()


@pytest.fixture
def officer(commune: Any, settings: Any) -> User:
    settings.VAPID_PRIVATE_KEY = "yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"
    settings.VAPID_SUBJECT = "mailto:truc@congan.example.vn"
    return make_user(commune, Role.OFFICER)


def subscription(address: str) -> dict[str, Any]:
    point = (
        ec.generate_private_key(CURVE)
        .public_key()
        .public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    )
    return {"endpoint": address, "keys": {"p256dh": encoded(point), "auth": encoded(b"a" * 16)}}


def stored(officer: User, address: str) -> Notice:
    """A row as if an older version had taken the address, and a notice to it."""
    given = subscription(address)
    device = Device.objects.create(
        user=officer, endpoint_hash="0" * 64, host="x", made_for=keys.made_for(),
        subscription=json.dumps({"endpoint": address, **given["keys"]}),
    )  # fmt: skip
    return device_trials.send_trial(device, by=officer)


def outcome_of(notice: Notice) -> Outcome:
    loaded = delivery.load(notice)
    return loaded if isinstance(loaded, Outcome) else delivery.send(notice, loaded)


def test_there_are_fifty_of_them():
    assert len(set(FORGED)) >= 50


@pytest.mark.django_db
@pytest.mark.parametrize("address", FORGED, ids=range(len(FORGED)))
def test_forged_address_enrols_nothing_and_nothing_leaves_for_it(net, officer, client, address):
    client.force_login(officer, backend="django.contrib.auth.backends.ModelBackend")
    with pytest.raises(devices.NotAllowed):
        devices.Subscription.read(subscription(address))
    answer = client.post(
        "/admin/may-nhan-bao/bat/", json.dumps({"subscription": subscription(address)}),
        content_type="application/json",
    )  # fmt: skip

    outcome = outcome_of(stored(officer, address))

    assert answer.status_code == 400
    assert outcome == delivery.FORBIDDEN
    assert (net.asked, net.reached) == ([], [])


@pytest.mark.parametrize(
    "address",
    [GOOD, "https://updates.push.services.mozilla.com/wpush/v2/gAAA",
     "https://web.push.apple.com/QIx", "https://fcm.googleapis.com:443/fcm/send/x",
     "https://wns2-sg2p.notify.windows.com/w/?token=BQYAAA%2f%2b"],
)  # fmt: skip
def test_address_of_a_listed_service_is_taken_as_it_is(address):
    endpoint = endpoints.check(address)

    assert (endpoint.origin + endpoint.target).replace(":443", "") == address.replace(":443", "")


@pytest.mark.django_db
@pytest.mark.parametrize("inner", INNER)
def test_listed_name_that_leads_inside_is_not_connected_to(net, officer, inner):
    net.names = [[inner]]

    outcome = outcome_of(stored(officer, GOOD))

    assert outcome == delivery.FORBIDDEN
    assert net.reached == []


@pytest.mark.django_db
def test_one_inner_address_among_public_ones_is_enough_to_refuse(net, officer):
    net.names = [["142.250.1.1", "10.0.0.1"]]

    assert outcome_of(stored(officer, GOOD)) == delivery.FORBIDDEN
    assert net.reached == []


@pytest.mark.django_db
def test_name_is_looked_up_once_and_that_very_address_reached(net, officer):
    """A second look-up, which would now say something else, is never made."""
    net.names = [["142.250.1.1"], ["127.0.0.1"]]

    outcome = outcome_of(stored(officer, GOOD))

    assert outcome.verdict == Verdict.QUEUED
    assert net.asked == ["fcm.googleapis.com"]
    assert net.reached == ["142.250.1.1:443"]


def test_stand_in_must_be_named_by_its_whole_origin(settings):
    settings.PUSH_HOSTS = ["http://127.0.0.1:8095"]
    endpoints.check("http://127.0.0.1:8095/push/x")

    for address in (
        "http://127.0.0.1:8096/push/x", "http://127.0.0.1/push/x", "http://a@127.0.0.1:8095/x",
        "https://127.0.0.1:8095/push/x", "http://localhost:8095/push/x", GOOD,
    ):  # fmt: skip
        with pytest.raises(endpoints.Refused):
            endpoints.check(address)


@pytest.mark.parametrize("address", FORGED, ids=range(len(FORGED)))
def test_refusal_repeats_nothing_of_the_address(address):
    with pytest.raises(endpoints.Refused) as refusal:
        endpoints.check(address)

    assert address == "" or address not in str(refusal.value)
