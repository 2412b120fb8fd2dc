"""`manage.py hold`: the same steps without a page, and the statements for a restore script."""

from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.models import F

from accounts.models import AuditEvent, SignIn, User
from accounts.users.roles import Role
from tests.factories.accounts import make_user
from tests.factories.zalo import make_follower, make_official_account
from tests.flows.harness import forget_redis
from zalo.hold import by_sql, kinds, process, services
from zalo.models import HeldRow, SendGate

pytestmark = pytest.mark.django_db


class Heads:
    """A kind of the tests: each decision is noted."""

    key, label = "head", "Việc thử"

    def __init__(self) -> None:
        self.applied: list[tuple[int, str]] = []
        self.rows: list[HeldRow] = []

    def open_rows(self, since: Any, lines: Any) -> list[HeldRow]:
        return self.rows

    def words(self, held: HeldRow) -> list[str]:
        return []

    def apply(self, held: HeldRow) -> None:
        self.applied.append((held.row_id, held.decision))


@pytest.fixture(autouse=True)
def _outside(tmp_path: Path, settings: Any) -> Iterator[None]:
    settings.WITNESS_DIR = tmp_path
    forget_redis()
    process.forget()
    yield
    process.forget()
    forget_redis()


@pytest.fixture
def waiting(commune: Any, monkeypatch: pytest.MonkeyPatch) -> Heads:
    """Three rows of two subjects that a restore left open."""
    kind = Heads()
    kind.rows = [
        HeldRow(
            kind="head", row_id=number, subject_id=1 + number // 3, commune=commune,
            title="Chữ không ai in ra", finding=finding,
        )
        for number, finding in enumerate(["attempted", "not_at_zalo", "unknown"], start=1)
    ]  # fmt: skip
    monkeypatch.setattr(kinds, "kinds", {"head": kind})
    return kind


def run_hold(*words: str) -> str:
    out = StringIO()
    call_command("hold", *words, stdout=out)
    return out.getvalue()


def state() -> str:
    return SendGate.objects.get().state


def test_alone_it_says_that_all_is_well():
    assert run_hold() == "Đang gửi bình thường.\n"


def test_way_from_held_to_open_by_two_persons(waiting, chief, tech_admin):
    held = run_hold("on", "--reason", "Khôi phục lúc nửa đêm", "--restored")
    started = run_hold("start")
    with pytest.raises(CommandError, match="Còn 3 việc"):
        run_hold("open", "--by", tech_admin.username)
    proposed = run_hold("settle", "--as", "proposed", "--by", chief.username)
    run_hold("settle", "--as", "drop", "--kind", "head", "--subject", "2", "--by", chief.username)
    run_hold("accounts", "--by", chief.username)
    run_hold("open", "--by", tech_admin.username)
    with pytest.raises(CommandError, match="người thứ hai"):
        run_hold("open", "--by", tech_admin.username)

    opened = run_hold("open", "--by", chief.username)

    assert "Khôi phục lúc nửa đêm" in held
    assert "Mất dữ liệu từ" in held
    assert started.splitlines()[:2] == [
        "Việc thử (head) số 1: 1 việc. Nhật ký gửi: đã gọi Zalo, không rõ kết quả.",
        "Việc thử (head) số 1: 1 việc. Zalo: không thấy tin.",
    ]
    assert "Chữ không ai in ra" not in held + started + proposed
    assert proposed == "Đã kết luận 2 việc.\nCòn 1 việc chưa có kết luận.\n"
    assert waiting.applied == [(1, "uncertain"), (2, "send"), (3, "drop")]
    assert opened == "Đã mở lại: việc gửi đi tiếp từ bây giờ.\n"
    assert state() == "open"


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("start",), "không làm được khi"),
        (("on", "--reason", "x", "--by", "ai"), "unrecognized"),
        (("settle", "--as", "sent", "--by", "nobody"), "Không có tài khoản"),
        (("settle", "--as", "maybe", "--by", "nobody"), "invalid choice"),
        (("settle", "--as", "sent", "--kind", "khác", "--by", "nobody"), "Không có loại việc"),
        (("accounts", "--by", "nobody"), "Không có tài khoản"),
        (("open", "--by", "nobody"), "Không có tài khoản"),
    ],
)
def test_refusal_is_one_sentence(words, sentence):
    with pytest.raises(CommandError, match=sentence):
        run_hold(*words)
    assert state() == "open"


def test_account_without_the_right_settles_nothing(waiting, commune):
    officer = make_user(commune, Role.OFFICER)
    run_hold("on", "--reason", "Thử")
    run_hold("start")

    with pytest.raises(CommandError, match="không có quyền"):
        run_hold("settle", "--as", "sent", "--by", officer.username)

    assert waiting.applied == []


def test_database_that_is_away_is_one_sentence(monkeypatch):
    def away() -> SendGate:
        from django.db import OperationalError  # noqa: PLC0415 -- raised here alone

        raise OperationalError("connection refused")

    monkeypatch.setattr(services, "current", away)
    with pytest.raises(CommandError, match="PostgreSQL"):
        run_hold()


def test_statements_do_what_a_detected_restore_does(commune, chief, client):
    """Beside `holding.hold`: whoever adds to one adds to the other."""
    services.beat()
    client.force_login(chief)
    client.get("/admin/")
    HeldRow.objects.create(
        kind="delivery", row_id=1, subject_id=1, commune=commune, title="Của lần trước"
    )
    SendGate.objects.update(asked_by=chief)
    epoch, lost_from = User.objects.get(pk=chief.pk).session_epoch, SendGate.objects.get().beat_at

    printed = run_hold("restored-sql")
    with connection.cursor() as cursor:
        for statement in printed.replace("BEGIN;", "").replace("COMMIT;", "").split(";\n"):
            if statement.strip():
                cursor.execute(statement)

    gate = SendGate.objects.get()
    assert (gate.state, gate.is_restored, gate.reason) == ("held", True, by_sql.RESTORED)
    assert (gate.lost_from, gate.asked_by) == (lost_from, None)
    assert not HeldRow.objects.exists()
    assert not SignIn.objects.filter(ended_at=None).exists()
    assert User.objects.get(pk=chief.pk).session_epoch > epoch
    assert client.get("/admin/").status_code == 302
    assert make_follower(make_official_account(commune), "7001").pk > 1_000_000
    assert not process.begin()


def test_trail_learns_of_a_hold_by_statements_when_persons_begin():
    gate = {"state": "held", "reason": by_sql.RESTORED, "held_at": F("beat_at")}
    services.beat()
    SendGate.objects.update(**gate)

    run_hold("start")

    assert AuditEvent.objects.get(action="gate.started").reason == by_sql.RESTORED
