"""The audit trail: appended, verified, never changed."""

import threading
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from accounts.audit import services as audit
from accounts.models import AuditChain, AuditEvent
from accounts.users.roles import Role
from tests.factories.accounts import make_commune, make_user
from tests.factories.groups import make_hamlet, make_member


def verdict() -> str:
    out, err = StringIO(), StringIO()
    try:
        call_command("verify_audit", stdout=out, stderr=err)
    except CommandError as error:
        return err.getvalue() + str(error)
    return out.getvalue()


def raw(sql: str, *params: object) -> None:
    """Run SQL as somebody does who holds the database: with the trigger off."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE accounts_auditevent DISABLE TRIGGER audit_append_only")
        cursor.execute(sql, params)
        cursor.execute("ALTER TABLE accounts_auditevent ENABLE TRIGGER audit_append_only")


@pytest.fixture
def three(commune, chief):
    return [audit.record(f"test.step_{n}", by=chief, rows=n) for n in (1, 2, 3)]


def test_event_keeps_who_what_and_why(commune, chief, hamlet):
    event = audit.record("data.exported", by=chief, target=hamlet, reason="Báo cáo", rows=3)

    assert (event.actor, event.actor_name) == (chief, "Lê Văn Chỉ")
    assert (event.target_type, event.target_label) == ("groups.hamlet", str(hamlet))
    assert (event.commune, event.reason, event.details) == (commune, "Báo cáo", {"rows": 3})


def test_member_is_not_named_to_readers_of_the_trail(commune, hamlet, chief):
    member = make_member(hamlet, full_name="Nguyễn Thị Riêng")

    event = audit.record("member.viewed", by=chief, target=member)

    assert event.target_label == f"Thành viên số {member.pk} – {hamlet}"


def test_chain_of_each_commune_counts_for_itself(three, other_commune):
    event = audit.record("test.elsewhere", commune=other_commune)

    assert [row.sequence for row in three] == [1, 2, 3]
    assert event.sequence == 1
    assert three[1].previous_hash == three[0].hash


def test_untouched_trail_verifies(three):
    assert list(audit.verify()) == []
    assert verdict().endswith("Nhật ký toàn vẹn.\n")


@pytest.mark.parametrize("column", ["actor_name", "action", "target_label", "target_id", "reason"])
def test_changed_column_is_found(three, column):
    raw(f"UPDATE accounts_auditevent SET {column} = 'x' WHERE id = %s", three[1].pk)  # noqa: S608

    assert [fault.sequence for fault in audit.verify()] == [2]
    assert "Dòng nhật ký số 2 đã bị sửa." in verdict()


def test_changed_details_and_time_are_found(three):
    raw("""UPDATE accounts_auditevent SET details = '{"rows": 9}' WHERE id = %s""", three[0].pk)
    raw("UPDATE accounts_auditevent SET at = at + interval '1 s' WHERE id = %s", three[2].pk)

    assert [fault.sequence for fault in audit.verify()] == [1, 3]


def test_removed_event_is_found(three):
    raw("DELETE FROM accounts_auditevent WHERE id = %s", three[1].pk)

    assert "Thiếu dòng nhật ký từ số 2." in verdict()


def test_cut_tail_is_found(three):
    raw("DELETE FROM accounts_auditevent WHERE id = %s", three[2].pk)

    assert "Cuối nhật ký bị cắt hoặc bị thêm sau số 2." in verdict()


def test_head_set_back_with_the_tail_is_found_by_a_noted_head(three):
    chain = AuditChain.objects.get(pk=three[2].chain_id)
    noted = f"{chain.pk}:{chain.length}:{chain.last_hash[:16]}"
    raw("DELETE FROM accounts_auditevent WHERE id = %s", three[2].pk)
    AuditChain.objects.filter(pk=chain.pk).update(length=2, last_hash=three[1].hash)

    assert list(audit.verify()) == []
    with pytest.raises(CommandError):
        call_command("verify_audit", expect=[noted], stderr=StringIO(), stdout=StringIO())


def test_chain_made_anew_without_the_key_is_found(three, settings):
    settings.BLIND_INDEX_KEY = "the-key-of-an-intruder-" * 3

    assert [fault.sequence for fault in audit.verify()] == [1, 2, 3]


def test_event_cannot_be_changed_or_deleted_by_code(three):
    with pytest.raises(TypeError):
        AuditEvent.objects.update(reason="x")
    with pytest.raises(TypeError):
        AuditEvent.objects.all().delete()
    with pytest.raises(TypeError):
        three[0].delete()


@pytest.mark.parametrize(
    "sql", ["UPDATE accounts_auditevent SET reason = 'x'", "DELETE FROM accounts_auditevent"]
)
def test_database_itself_refuses_changes(three, sql):
    with (
        pytest.raises(DatabaseError, match="cannot be changed or deleted"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(sql)


def test_event_vanishes_with_the_act_that_failed(commune, chief):
    with transaction.atomic():
        audit.record("test.act", by=chief)
        transaction.set_rollback(True)

    assert AuditEvent.objects.count() == 0
    assert list(audit.verify()) == []


@pytest.mark.db_broker
@pytest.mark.django_db(transaction=True)
def test_concurrent_appends_keep_one_chain():
    commune = make_commune()
    user = make_user(commune)
    start = threading.Barrier(6)

    def append() -> None:
        start.wait()
        for number in range(10):
            audit.record("test.race", by=user, rows=number)
        connection.close()

    threads = [threading.Thread(target=append) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    sequences = AuditEvent.objects.order_by("sequence").values_list("sequence", flat=True)
    assert list(sequences) == list(range(1, 61))
    assert AuditChain.objects.count() == 1
    assert list(audit.verify()) == []


def test_hamlet_of_another_commune_goes_to_its_own_chain(other_commune, chief):
    hamlet = make_hamlet(other_commune)

    assert audit.record("test.act", by=chief, target=hamlet).commune == other_commune


@pytest.mark.parametrize("role", [*Role, None])
def test_trail_is_read_by_the_chief_and_in_part_by_the_technical_administrator(commune, role):
    """Someone without a role, or whose role has nothing to do with it, reads nothing."""
    whole = [audit.record(name, commune=commune) for name in ("account.made", "data.exported")]

    seen = AuditEvent.objects.visible_to(make_user(commune, role)).order_by("pk")

    read = {Role.CHIEF: whole, Role.TECH_ADMIN: whole[:1]}
    assert list(seen) == read.get(role, [])
