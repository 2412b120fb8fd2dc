"""The gate: what closes it, what does not, who opens it again."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import redis
from django.db import connection
from django.utils import timezone

from accounts.models import AuditEvent, Commune, User
from accounts.services import NotAllowed
from accounts.users.roles import Role
from tests.factories.accounts import make_user
from tests.flows.harness import forget_redis
from zalo.hold import detectors, holding, journal, process, services, witness
from zalo.hold.witness import Witness
from zalo.models import SendGate

pytestmark = pytest.mark.django_db
State = SendGate.State


@pytest.fixture(autouse=True)
def outside(tmp_path: Path, settings: Any) -> Iterator[Path]:
    """Witnesses and journal of this test alone."""
    settings.WITNESS_DIR = tmp_path
    forget_redis()
    process.forget()
    yield tmp_path
    process.forget()
    forget_redis()


def gate() -> SendGate:
    return SendGate.objects.get()


def go_back(high_water: int) -> None:
    """The row as an older copy of the database has it."""
    SendGate.objects.update(high_water=high_water)


def forget_witness_file(outside: Path) -> None:
    (outside / str(gate().installation) / "witness.json").unlink()


def test_first_beat_of_an_installation_leaves_both_witnesses():
    assert services.beat()

    found = witness.read(gate().installation)
    assert [(one.epoch, one.high_water) for one in found] == [(str(gate().epoch), 1)] * 2


def test_database_that_goes_on_stays_open():
    assert [services.beat() for _round in range(3)] == [True] * 3
    process.forget()

    assert process.begin()
    assert gate().high_water == 3


def test_older_data_are_held_by_the_first_process_that_looks():
    for _round in range(3):
        services.beat()
    go_back(1)
    process.forget()

    assert not process.begin()
    assert (gate().state, gate().reason, gate().is_restored) == ("held", detectors.OLDER, True)


def test_older_data_refuse_the_claims_of_a_process_that_goes_on():
    services.beat()
    services.beat()
    process.begin()
    go_back(1)

    held = SendGate.objects.filter(process.gate_is_open())

    assert not held.exists()


@pytest.mark.parametrize("is_at_work", [True, False])
def test_process_that_missed_the_last_beat_learns_of_it(
    is_at_work: bool, monkeypatch: pytest.MonkeyPatch
):
    services.beat()
    assert process.begin()
    services.beat()  # another process's
    go_back(1)
    monkeypatch.setattr(process, "STALE_S", 0)

    if is_at_work:
        process.look()
        assert not SendGate.objects.filter(process.gate_is_open()).exists()
    else:
        assert not process.begin()
        assert gate().state == State.HELD


def test_beat_of_older_data_leaves_the_witnesses_as_they_are():
    for _round in range(3):
        services.beat()
    go_back(1)

    assert not services.beat()

    assert [one.high_water for one in witness.read(gate().installation)] == [3, 3]
    assert gate().state == State.HELD


def test_epoch_that_a_witness_does_not_know_is_held():
    services.beat()
    SendGate.objects.update(epoch=uuid4())
    process.forget()

    assert not process.begin()


def test_witness_of_a_closed_chapter_is_no_sign_of_a_restore():
    services.beat()
    earlier = gate().epoch
    SendGate.objects.update(epoch=uuid4(), earlier_epochs=[earlier])
    process.forget()

    assert process.begin()


def test_flushed_redis_alone_stays_open():
    services.beat()
    forget_redis()
    process.forget()

    assert process.begin()
    assert services.beat()
    assert len(witness.read(gate().installation)) == 2


def test_older_data_and_a_flushed_redis_are_held():
    services.beat()
    services.beat()
    go_back(1)
    forget_redis()
    process.forget()

    assert not process.begin()


def test_no_witness_at_all_is_held_once_something_was_witnessed(outside: Path):
    services.beat()
    forget_redis()
    forget_witness_file(outside)
    process.forget()

    assert not process.begin()
    assert gate().reason == detectors.NO_WITNESS


def test_new_installation_without_a_witness_is_open():
    assert process.begin()


def test_nothing_leaves_while_no_witness_can_be_asked(monkeypatch: pytest.MonkeyPatch):
    services.beat()
    process.forget()

    def away(_installation: object) -> list[Witness]:
        raise witness.WitnessUnreachable

    monkeypatch.setattr(witness, "read", away)
    assert not process.begin()
    assert not SendGate.objects.filter(process.gate_is_open()).exists()
    assert gate().state == State.OPEN  # an outage is no restore
    monkeypatch.undo()
    assert process.begin()


def test_one_witness_is_enough(monkeypatch: pytest.MonkeyPatch):
    services.beat()

    def away() -> redis.Redis:
        return redis.Redis.from_url("redis://127.0.0.1:9/0")

    monkeypatch.setattr(witness, "_client", away)
    process.forget()

    assert process.begin()


def test_another_database_server_is_held(monkeypatch: pytest.MonkeyPatch):
    services.beat()
    monkeypatch.setattr(detectors, "system_identifier", lambda: "7000000000000000001")
    process.forget()

    assert not process.begin()
    assert gate().reason == detectors.OTHER_SERVER


def test_send_that_the_rows_do_not_know_is_held(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(detectors, "journalled", {"delivery": Claims("2026-01-02")})
    line = journal.Line(str(gate().epoch), "delivery", 7, 1, "g1", 0, "2026-01-03")
    journal.write(gate().installation, [line])

    assert not process.begin()


def test_send_that_the_rows_know_is_no_sign(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(detectors, "journalled", {"delivery": Claims("2026-01-03")})
    line = journal.Line(str(gate().epoch), "delivery", 7, 1, "g1", 0, "2026-01-03")
    journal.write(gate().installation, [line])

    assert process.begin()


class Claims:
    """Rows that know one claim."""

    def __init__(self, known: str) -> None:
        self.known = known

    def unknown(self, seen: dict[int, str]) -> str:
        later = [at for at in seen.values() if at > self.known]
        return "2026-01-03T00:00:00+00:00" if later else ""


def test_clock_that_runs_back_stops_sending_until_it_is_mended():
    services.beat()
    ahead = timezone.now().timestamp() + 60
    witness.write(gate().installation, Witness(str(gate().epoch), 1, ahead, ""))

    assert not services.beat()
    process.forget()
    is_open_meanwhile = process.begin()
    witness.write(gate().installation, Witness(str(gate().epoch), 1, ahead - 120, ""))

    assert (is_open_meanwhile, gate().state) == (False, State.OPEN)
    assert services.beat()
    process.forget()
    assert process.begin()


def test_restored_numbers_are_never_used_again(commune: Commune):
    before = make_user(commune, Role.OFFICER).pk

    services.hold(by=None, reason="Khôi phục", is_restored=True)

    assert make_user(commune, Role.OFFICER).pk > before + 900_000


def test_sessions_end_with_a_restore_and_not_with_a_word(commune: Commune, client: Any):
    client.force_login(make_user(commune, Role.CHIEF))
    services.hold(by=None, reason="Thử")
    kept = client.get("/admin/").status_code
    SendGate.objects.update(state="open", reason="")

    services.hold(by=None, reason="Khôi phục", is_restored=True)

    assert (kept, client.get("/admin/").status_code) == (200, 302)


def test_who_has_no_right_neither_holds_nor_opens(duty_officer: User):
    for step in (services.hold, services.start, services.ask_to_open, services.open_again):
        with pytest.raises(NotAllowed):
            step(by=duty_officer)
    assert gate().state == State.OPEN


def test_two_persons_open_under_a_new_epoch(chief: User, tech_admin: User):
    services.beat()
    epoch = gate().epoch
    services.hold(by=tech_admin, reason="Thử")
    services.start(by=tech_admin)
    services.ask_to_open(by=tech_admin)
    with pytest.raises(NotAllowed, match="người thứ hai"):
        services.open_again(by=tech_admin)

    services.open_again(by=chief)

    assert (gate().state, gate().earlier_epochs) == ("open", [epoch])
    assert gate().epoch != epoch
    assert {one.epoch for one in witness.read(gate().installation)} == {str(gate().epoch)}
    assert process.begin()
    actions = AuditEvent.objects.filter(action__startswith="gate.").order_by("pk")
    assert list(actions.values_list("action", flat=True)) == [
        "gate.held", "gate.started", "gate.opening_asked", "gate.opened",
    ]  # fmt: skip


def test_nobody_opens_what_was_restored_before_accounts_were_looked_through(
    chief: User, tech_admin: User
):
    services.hold(by=None, reason="Khôi phục", is_restored=True)
    services.start(by=tech_admin)
    with pytest.raises(NotAllowed, match="tài khoản"):
        services.ask_to_open(by=tech_admin)
    services.confirm_accounts(by=chief)

    services.ask_to_open(by=tech_admin)


def test_held_again_while_looked_through_begins_anew(chief: User, tech_admin: User):
    services.hold(by=tech_admin, reason="Thử")
    services.start(by=tech_admin)
    services.ask_to_open(by=tech_admin)

    services.hold(by=chief, reason="Phát hiện thêm")

    assert (gate().state, gate().asked_by) == ("held", None)


def test_restore_found_while_looked_through_is_one_all_the_same(chief: User, tech_admin: User):
    services.beat()
    services.hold(by=tech_admin, reason="Thử")
    services.start(by=tech_admin)

    services.hold(by=chief, reason="Khôi phục", is_restored=True)

    assert (gate().is_restored, gate().lost_from) == (True, gate().beat_at)


@pytest.mark.parametrize(("is_restored", "state"), [(True, "reconciling"), (False, "held")])
def test_process_that_looked_before_a_person_began_starts_nothing_anew(
    tech_admin: User, monkeypatch: pytest.MonkeyPatch, *, is_restored: bool, state: str
):
    services.beat()
    go_back(0)
    stale = gate()
    services.hold(by=tech_admin, reason="Thử", is_restored=is_restored)
    services.start(by=tech_admin)
    monkeypatch.setattr(SendGate.objects, "get", lambda: stale)

    detectors.look()

    monkeypatch.undo()
    assert (gate().state, gate().is_restored) == (state, True)


def test_hold_of_today_is_no_restore_of_last_year(chief: User, tech_admin: User):
    services.hold(by=tech_admin, reason="Khôi phục", is_restored=True)
    SendGate.objects.update(state="open")

    services.hold(by=chief, reason="Thử")

    assert (gate().is_restored, gate().lost_from) == (False, None)


def test_line_that_a_crash_cut_is_left_out():
    installation = gate().installation
    whole = journal.Line("e", "delivery", 1, 1, "g", 0, "2026-01-03")
    journal.write(installation, [whole])
    path = journal.files(installation)[-1]
    path.write_text(path.read_text() + '["e","delivery",2')

    assert journal.tail(installation) == [whole]


def test_journal_of_longer_than_any_backup_is_deleted():
    installation = gate().installation
    journal.write(installation, [journal.Line("e", "delivery", 1, 1, "g", 0, "2026-01-03")])
    old = timezone.localdate() - timedelta(days=journal.KEPT_DAYS + 1)
    (journal.files(installation)[0].parent / f"journal-{old:%Y%m%d}.jsonl").touch()

    journal.tidy(installation)

    assert len(journal.files(installation)) == 1


def test_send_goes_on_without_a_journal(settings: Any, tmp_path: Path):
    installation = gate().installation
    settings.WITNESS_DIR = tmp_path / "file"
    settings.WITNESS_DIR.write_text("")

    line = journal.Line("e", "delivery", 1, 1, "g", 0, "2026-01-03")
    assert journal.write(installation, [line]) is False


def test_gate_is_one_row():
    with pytest.raises(Exception, match="gate_is_one_row"):
        SendGate.objects.create(pk=2)


@pytest.mark.parametrize("broken", [b"", b"{", b"[]", b'{"epoch": 1}'])
def test_damaged_witness_is_no_witness(broken: bytes, settings: Any):
    with redis.Redis.from_url(settings.REDIS_URL) as client:
        client.set(f"{settings.REDIS_KEY_PREFIX}:witness:{gate().installation}", broken)

    assert witness.read(gate().installation) == []


def test_restored_data_are_purged_at_once_and_again_by_the_first_step(
    tech_admin: User, monkeypatch: pytest.MonkeyPatch
):
    asked: list[str] = []
    monkeypatch.setattr(holding, "enqueue", asked.append)

    services.hold(by=None, reason="Khôi phục", is_restored=True)
    after_hold = list(asked)
    services.start(by=tech_admin)

    assert (len(after_hold), asked) == (1, ["accounts.tasks.purge_expired_rows"] * 2)


def test_every_sequence_moves_on():
    with connection.cursor() as cursor:
        query = "SELECT count(*), min(last_value) FROM pg_sequences WHERE last_value IS NOT NULL"
        services.hold(by=None, reason="Khôi phục", is_restored=True)
        cursor.execute(query)
        _count, least = cursor.fetchone()
    assert least >= 1_000_000
