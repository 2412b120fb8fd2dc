"""Portals that watch each other: beats, silence, and the beat of this portal."""

import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from io import StringIO

import pytest
from django.core.cache import cache
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from accounts.models import AuditEvent, HealthSnapshot
from config.environment import secret_address
from duty.models import Neighbour, Occasion
from duty.neighbours import services
from duty.tasks import look_around
from tests.factories.duty import Hours, ends, everybody_is_reached, hours, open_kinds
from tests.zalo.gate import closed_gate
from zalo.hold import process

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 12, 1, 7, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _alone(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    everybody_is_reached(monkeypatch)
    cache.delete(services._WATCHING)
    yield
    cache.delete(services._WATCHING)


@pytest.fixture
def day() -> Iterator[Hours]:
    with hours(NOON) as clock:
        yield clock


def minutes(day: Hours, count: int) -> None:
    """So many minutes of the watch."""
    for _ in range(count):
        day.clock.shift(timedelta(minutes=1))
        look_around()


# The side that listens.


@pytest.mark.parametrize("verb", ["get", "post"])
def test_beat_is_noted_without_signing_in(day, commune, verb):
    neighbour, secret = services.add("Xã bên", commune)

    answer = getattr(Client(enforce_csrf_checks=True), verb)(f"/nhip/{secret}/")

    neighbour.refresh_from_db()
    assert (answer.status_code, answer.content) == (204, b"")
    assert neighbour.last_at == NOON
    assert "no-store" in answer["Cache-Control"]


@pytest.mark.parametrize("secret", ["x", "a" * 500, "%0A"])
def test_address_that_nobody_has_is_not_found_and_notes_nothing(day, commune, secret, client):
    neighbour, _secret = services.add("Xã bên", commune)

    assert client.post(f"/nhip/{secret}/").status_code == 404
    neighbour.refresh_from_db()
    assert neighbour.last_at is None


def test_secret_is_kept_nowhere(day, commune):
    neighbour, secret = services.add("Xã bên", commune)

    assert secret not in str(Neighbour.objects.values().get())
    assert secret not in str(list(AuditEvent.objects.values()))
    assert neighbour.secret_hash == services._hashed(secret)


def test_silence_of_a_quarter_hour_is_told_and_ends_with_the_next_beat(
    day, commune, tech_admin, client
):
    _neighbour, secret = services.add("Xã bên", commune)
    for _ in range(4):
        minutes(day, 5)
        client.post(f"/nhip/{secret}/")
    assert open_kinds() == []

    minutes(day, 15)
    assert open_kinds() == []
    minutes(day, 1)
    assert open_kinds() == ["neighbour_silent"]
    assert day.after(120) == [tech_admin.username]

    client.post(f"/nhip/{secret}/")
    assert ends() == [("neighbour_silent", "done")]


def test_portal_that_was_away_itself_accuses_nobody(day, commune, tech_admin, client):
    _neighbour, secret = services.add("Xã bên", commune)
    minutes(day, 20)
    client.post(f"/nhip/{secret}/")
    minutes(day, 1)
    day.clock.shift(timedelta(hours=6))

    minutes(day, 10)
    assert open_kinds() == []
    minutes(day, 8)
    assert open_kinds() == ["neighbour_silent"]


def test_command_prints_an_address_once_that_takes_beats_and_is_removed_by_name(
    day, commune, client, settings
):
    settings.PORTAL_URL = "https://binhyen.example.vn"
    out = StringIO()
    call_command("neighbours", add="Xã bên", stdout=out)
    address = out.getvalue().splitlines()[0].removeprefix("HEARTBEAT_URL=")

    assert client.post(address.removeprefix(settings.PORTAL_URL)).status_code == 204
    with pytest.raises(CommandError, match="Đã có cổng bạn tên này"):
        call_command("neighbours", add="Xã bên")
    call_command("neighbours", remove="Xã bên", stdout=out)
    assert client.post(address.removeprefix(settings.PORTAL_URL)).status_code == 404
    actions = AuditEvent.objects.order_by("pk").values_list("action", flat=True)
    assert list(actions) == ["neighbour.added", "neighbour.removed"]


def test_removed_neighbour_is_waited_for_no_more(day, commune, tech_admin):
    neighbour, _secret = services.add("Xã bên", commune)
    minutes(day, 17)
    assert open_kinds() == ["neighbour_silent"]

    services.remove(neighbour)

    assert [one.closed_because for one in Occasion.objects.all()] == ["gone"]


# The side that beats.


class Ear(BaseHTTPRequestHandler):
    """Keeps the requests it gets; `answers` are given in turn, then 204."""

    heard: list[tuple[str, str, bytes]]
    answers: list[int]

    def do_POST(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        self.heard.append((self.command, self.path, self.rfile.read(length)))
        self.send_response(self.answers.pop(0) if self.answers else 204)
        self.send_header("Location", "/elsewhere/")
        self.send_header("Content-Length", "0")
        self.end_headers()

    do_GET = do_POST

    def log_message(self, *args: object) -> None:
        """Say nothing."""


@pytest.fixture
def ear(settings) -> Iterator[type[Ear]]:
    kept = type("OwnEar", (Ear,), {"heard": [], "answers": []})
    server = HTTPServer(("127.0.0.1", 0), kept)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    settings.HEARTBEAT_URL = f"http://127.0.0.1:{server.server_port}/nhip/bi-mat/"
    yield kept
    server.shutdown()
    server.server_close()
    thread.join(5)


def all_well(**changed: bool) -> None:
    parts = {part: {"ok": changed.get(part, True)} for part in services.ALIVE}
    HealthSnapshot.objects.update_or_create(
        defaults={"recorded_at": timezone.now(), "duration_ms": 1, "parts": parts}
    )


def test_portal_that_is_well_beats_once_without_content(ear):
    all_well()

    assert services.beat(timezone.now()) is True
    assert ear.heard == [("POST", "/nhip/bi-mat/", b"")]


@pytest.mark.parametrize("part", services.ALIVE)
def test_portal_with_a_dead_part_says_nothing(ear, part):
    all_well(**{part: False})

    assert services.beat(timezone.now()) is False
    assert ear.heard == []


def test_portal_without_a_fresh_snapshot_says_nothing(ear):
    assert services.beat(timezone.now()) is False
    all_well()

    assert services.beat(timezone.now() + timedelta(minutes=2)) is False
    assert ear.heard == []


def test_portal_whose_rounds_stand_still_says_nothing(ear, commune, chief):
    all_well()
    Occasion.objects.create(
        commune=commune, kind="drill", level="now", subject=f"accounts.commune:{commune.pk}",
        opened_at=timezone.now(), next_step_at=timezone.now() - timedelta(minutes=2),
    )  # fmt: skip

    assert services.beat(timezone.now()) is False
    assert ear.heard == []


def test_portal_that_is_held_says_nothing(ear):
    all_well()

    with closed_gate():
        process.forget()
        is_taken = services.beat(timezone.now())

    assert (is_taken, ear.heard) == (False, [])


@pytest.mark.parametrize("status", [301, 302, 307, 404, 500])
def test_beat_that_is_not_taken_is_followed_nowhere_and_its_address_is_not_logged(
    ear, status, caplog
):
    all_well()
    ear.answers.append(status)

    assert services.beat(timezone.now()) is False
    assert len(ear.heard) == 1
    assert "the heartbeat was not taken" in caplog.text
    assert "bi-mat" not in caplog.text


def test_nobody_at_the_address_is_no_error(settings, caplog):
    all_well()
    settings.HEARTBEAT_URL = "http://127.0.0.1:9/nhip/bi-mat/"

    assert services.beat(timezone.now()) is False
    assert "no answer" in caplog.text
    assert "bi-mat" not in caplog.text


def test_without_an_address_nothing_is_said(settings):
    all_well()
    settings.HEARTBEAT_URL = ""

    assert services.beat(timezone.now()) is False


def test_address_must_be_https_and_keeps_its_slash():
    assert secret_address({}, "HEARTBEAT_URL") == ""
    wanted = "https://ban.example.vn/nhip/x/"
    assert secret_address({"HEARTBEAT_URL": wanted}, "HEARTBEAT_URL") == wanted
    with pytest.raises(ImproperlyConfigured):
        secret_address({"HEARTBEAT_URL": "http://ban.example.vn/nhip/x/"}, "HEARTBEAT_URL")
