"""Asking the vault: by whom, from where, how often, and what comes back."""

import json
from contextlib import suppress
from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from accounts.models import Alarm
from accounts.sign_in import sessions
from accounts.users.roles import Role
from accounts.vault import client, guard, log, operations
from accounts.vault.calls import acting_as, running
from accounts.vault.errors import ForgedCall, VaultAway, VaultFailed, VaultOnly, VaultRefused
from accounts.vault.operations import operation
from accounts.workflow.declaration import NotAllowed
from tests.vaults import session_of, signed_in

pytestmark = pytest.mark.django_db


class OwnRefusal(NotAllowed):
    def __init__(self):
        super().__init__("Câu riêng.")


def _refuse(_call, *, own):
    raise OwnRefusal if own else NotAllowed("Không được.")


def _break(_call):
    raise ZeroDivisionError


@pytest.fixture(autouse=True)
def own_operations(monkeypatch):
    """Operations of these tests, beside those of the portal."""
    monkeypatch.setattr(operations, "_operations", operations.names())
    operation("test.who", subject="tip")(lambda call, **given: [call.officer.username, given])
    operation("test.open", opens=2)(lambda call: call.operation)
    operation("test.work", caller="work", needs_session=False)(lambda call: call.user is None)
    operation("test.any", caller="any", needs_session=False)(lambda call: bool(call.user))
    operation("test.many", needs_session=False)(lambda call, *, rows: [1] * rows)
    operation("test.refuse", needs_session=False, raises=(OwnRefusal,))(_refuse)
    operation("test.break", needs_session=False)(_break)


@pytest.fixture
def lines(settings, tmp_path):
    settings.VAULT_LOG = str(tmp_path / "vault.log")
    return lambda: [log._read(line) for line in (tmp_path / "vault.log").read_bytes().splitlines()]


def alarms():
    return list(Alarm.objects.order_by("pk").values_list("kind", flat=True))


def test_it_answers_in_the_name_of_the_session(chief, lines):
    with signed_in(chief):
        assert client.ask("test.who", tip="x", n=1) == [chief.username, {"tip": "x", "n": 1}]

    begun, line = lines()
    assert (line["operation"], line["account"], line["outcome"], line["subject"]) == (
        "test.who", chief.pk, "answered", "x",
    )  # fmt: skip
    same = ("operation", "caller", "account", "subject")
    assert [begun[name] for name in same] == [line[name] for name in same]
    assert (begun["outcome"], line["of"]) == ("begun", begun["n"])
    assert alarms() == []


def test_without_a_session_it_answers_nobody(lines):
    with pytest.raises(VaultRefused, match="Phiên đăng nhập đã hết"):
        client.ask("test.who")
    with acting_as("x" * 32), pytest.raises(VaultRefused):
        client.ask("test.who")

    assert [line["outcome"] for line in lines()] == ["forged", "forged"]
    assert alarms() == ["vault_forged"]


@pytest.mark.parametrize("how", ["ended", "inactive", "password", "old", "temporary", "owes"])
def test_a_session_that_is_over_is_nobodys(chief, how, settings, monkeypatch):
    key = session_of(chief)
    if how == "ended":
        sessions.end_all(chief)
    elif how == "inactive":
        chief.is_active = False
    elif how == "password":
        chief.set_password("một mật khẩu khác")
    elif how == "temporary":
        chief.must_change_password = True
    elif how == "owes":
        settings.SECOND_FACTOR_REQUIRED = True
    chief.save()
    if how == "old":
        later = timezone.now() + timedelta(hours=13)
        monkeypatch.setattr(timezone, "now", lambda: later)

    with acting_as(key), pytest.raises(VaultRefused):
        client.ask("test.who")
    assert alarms() == ["vault_forged"]


def test_each_side_is_asked_by_its_own_socket(lines):
    def answered(name, caller):
        question = {"operation": name, "arguments": {}, "session": ""}
        return json.loads(operations.answer(json.dumps(question).encode(), caller=caller))

    assert answered("test.work", "work") == {"result": True}
    assert "refused" in answered("test.work", "web")
    assert "refused" in answered("test.many", "work")
    assert answered("test.any", "web") == answered("test.any", "work") == {"result": False}
    assert [line["outcome"] for line in lines()].count("forged") == 2
    assert alarms() == ["vault_forged"]


@pytest.mark.parametrize(
    "asked",
    [b"", b"{", b"[]", b"null", b'"x"', b'{"operation": "test.any"}', b"\xff\xfe",
     b'{"operation": "test.any", "arguments": [], "session": ""}',
     b'{"operation": ["test.any"], "arguments": {}, "session": ""}',
     b'{"operation": "khac", "arguments": {}, "session": ""}',
     b'{"operation": "test.who", "arguments": {}, "session": {"a": 1}}',
     b'{"operation": "test.any", "arguments": {}, "session": "", "user": 1}',
     b'{"operation": "test.refuse", "arguments": {"own": 1, "more": 1}, "session": ""}',
     b'{"operation": "test.refuse", "arguments": {}, "session": ""}',
     b"[" * 100_000, b'{"operation": "test.who", "arguments": {"tip": ' + b"[" * 900 + b"]" * 900
     + b'}, "session": ""}'],
)  # fmt: skip
def test_what_no_page_of_ours_asks_is_refused_logged_and_alarmed(asked, lines):
    answered = json.loads(operations.answer(asked, caller="web"))

    assert answered["kind"] == "ForgedCall"
    assert [line["outcome"] for line in lines()] == ["forged"]
    assert alarms() == ["vault_forged"]


def test_refusals_come_back_as_what_they_were():
    with pytest.raises(OwnRefusal, match="Câu riêng"):
        client.ask("test.refuse", own=True)
    with pytest.raises(VaultRefused, match="Không được"):
        client.ask("test.refuse", own=False)


def test_a_fault_of_the_vault_says_nothing_and_is_logged(lines, caplog):
    with pytest.raises(VaultFailed, match="đúng việc này"):
        client.ask("test.break")
    assert [line["outcome"] for line in lines()] == ["begun", "failed"]
    assert lines()[1]["error"] == "ZeroDivisionError"


def test_act_is_in_the_log_before_it_is_done(lines):
    """The act of a vault that was killed before its answer is known all the same."""
    known = []
    operation("test.look", needs_session=False)(lambda call: known.extend(lines()))

    client.ask("test.look")

    assert [line["outcome"] for line in known] == ["begun"]


def test_second_of_what_somebody_wrote_is_not_kept(chief, lines):
    client.ask("test.any")
    with suppress(VaultRefused):
        client.ask("test.refuse", own=False)
    with signed_in(chief):
        client.ask("test.who")

    assert [(line["operation"], line["at"][16:19]) for line in lines()[:4]] == [
        ("test.any", ":00"), ("test.any", ":00"), ("test.refuse", ":00"), ("test.refuse", ":00"),
    ]  # fmt: skip
    assert {int(line["at"][14:16]) % 15 for line in lines()[:4]} == {0}
    assert all("." in line["at"] for line in lines()[4:])  # to the microsecond
    assert log.verify().wrong_at is None


def test_nothing_is_done_that_cannot_be_written_down(settings, tmp_path):
    settings.VAULT_LOG = str(tmp_path / "none" / "vault.log")
    done = []
    operation("test.do", needs_session=False)(lambda call: done.append(1))

    with pytest.raises(VaultAway):
        client.ask("test.do")

    assert done == []


def test_fifty_rows_a_call():
    assert len(client.ask("test.many", rows=50)) == 50
    with pytest.raises(VaultRefused, match="50 dòng"):
        client.ask("test.many", rows=51)


def test_who_opens_too_much_waits_and_people_are_told(chief, actor, settings, lines):
    settings.VAULT_OPENINGS_AN_HOUR = 5
    other = actor(Role.OFFICER)
    with signed_in(chief):
        assert [client.ask("test.open") for _time in range(2)] == ["test.open"] * 2
        with pytest.raises(VaultRefused, match="5 lần trong một giờ"):
            client.ask("test.open")
    with signed_in(other):
        assert client.ask("test.open") == "test.open"

    ends = [line["outcome"] for line in lines() if line["outcome"] != "begun"]
    assert ends == ["answered", "answered", "limit", "answered"]
    assert alarms() == ["vault_limit"]
    assert Alarm.objects.get().account == chief


def test_accounts_made_for_it_open_no_more_together(actor, settings, lines):
    settings.VAULT_OPENINGS_TOGETHER_AN_HOUR = 8
    said = []
    for _number in range(5):
        with signed_in(actor(Role.OFFICER)), suppress(VaultRefused):
            said.append(client.ask("test.open"))
            said.append(alarms())

    assert said == ["test.open", [], *["test.open", ["vault_busy"]] * 3]
    assert lines()[-1]["outcome"] == "limit"
    assert alarms() == ["vault_busy"] * 2


def test_an_account_that_is_refused_all_the_time_is_a_mild_alarm(chief):
    with signed_in(chief):
        for _time in range(guard.REFUSALS + 1):
            with suppress(NotAllowed):
                client.ask("test.refuse", own=True)

    assert alarms() == ["vault_refused"]
    assert "hãy hỏi người này cần gì" in Alarm.objects.get().sentence
    assert not Alarm.objects.get().is_grave


def test_letters_of_an_hour_are_counted_together_and_people_are_told_at_half(settings, lines):
    settings.VAULT_LETTERS_AN_HOUR = 4
    operation("test.letter", needs_session=False, letters=1, marks=("kind", "row"))(
        lambda call, *, kind, row: row
    )
    said = []
    for number in (1, 2, 1, 4):
        client.ask("test.letter", kind="talk", row=number)
        said.append(alarms())
    for _time in range(2):
        with pytest.raises(VaultRefused, match="mức cho phép của cả cổng"):
            client.ask("test.letter", kind="talk", row=5)

    assert said == [[], *[["vault_busy"]] * 3]
    assert alarms() == ["vault_busy"] * 2
    assert [alarm.count for alarm in Alarm.objects.all()] == [1, 1]
    assert lines()[-1]["outcome"] == "limit"
    marks = [line["mark"] for line in lines() if line["outcome"] == "begun"]
    assert marks[0] == marks[2]
    assert len({*marks}) == 3
    assert not any("row" in line or "subject" in line for line in lines())


def test_burst_of_calls_that_leave_no_line_is_an_alarm(settings, tmp_path):
    settings.VAULT_LETTERS_AN_HOUR, settings.VAULT_LOG = 1, str(tmp_path / "vault.log")
    operation("test.quiet", needs_session=False, is_logged=False)(lambda call: True)
    for _time in range(guard.UNLOGGED_A_LETTER):
        assert client.ask("test.quiet")
    assert alarms() == []
    for _time in range(3):
        assert client.ask("test.quiet")
        assert client.is_there()

    assert alarms() == ["vault_busy"]
    assert Alarm.objects.get().count == 1
    assert not (tmp_path / "vault.log").exists()


def test_it_is_not_asked_inside_a_transaction():
    with transaction.atomic(), pytest.raises(VaultOnly, match=r"test\.any.*transaction"):
        client.ask("test.any")


def test_the_vault_asks_itself_without_a_second_check(chief):
    with running(guard.Call("test", user=chief)), transaction.atomic():
        assert client.ask("test.who", n=1) == [chief.username, {"n": 1}]
        with pytest.raises(ForgedCall):
            client.ask("khac")


def test_without_a_vault_the_sentence_says_so(settings):
    settings.VAULT_KEYS = {}

    with pytest.raises(VaultAway, match="chưa nối với kho niêm phong"):
        client.ask("test.any")
    assert not client.is_there()


def test_a_vault_that_is_down_is_away(settings, tmp_path):
    settings.VAULT_SOCKET = str(tmp_path / "none.sock")

    with pytest.raises(VaultAway, match="Hãy thử lại"):
        client.ask("test.any")
    assert not client.is_there()


def test_two_operations_of_one_name_are_a_fault():
    with pytest.raises(ValueError, match=r"test\.any"):
        operation("test.any")(lambda call: None)
