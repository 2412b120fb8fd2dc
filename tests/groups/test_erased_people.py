"""Erased people are not brought back by a list; a new paper brings them back."""

from datetime import date, timedelta

import pytest
import time_machine
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from accounts.models import AuditEvent
from accounts.retention import purge_expired
from accounts.services import NotAllowed
from groups.hamlet_changes.moves import Plan, move_erasure_marks
from groups.member_import import committing, erased_people
from groups.member_import import services as member_import
from groups.member_import.models import ErasureMark
from groups.models import ConsentRecord, Member
from groups.personal_data import erasure
from groups.residents.consent.services import SignedConsent
from tests.factories.groups import make_hamlet, make_member, make_team
from tests.factories.people import make_notice
from tests.groups.importing import ONE, TWO, page, read_in, row_of, write_down

NAME, PHONE = "Nguyễn Văn An", "+84900000001"


@pytest.fixture
def head(hamlet_head_of, hamlet):
    return hamlet_head_of(hamlet)


@pytest.fixture
def erased(hamlet, head):
    """The first person of the list, who was in the register and asked to be erased."""
    person = make_member(hamlet, full_name=NAME, phone=PHONE, birth_year=1980)
    return erasure.anonymise(person, by=head, reason="Theo yêu cầu số 3")


def signed_form(hamlet, head, **fields):
    values = {
        "notice": make_notice(hamlet.commune), "basis": "form", "given_on": timezone.localdate(),
        "collected_by": head.officer, "evidence": "Hồ sơ 4",
    }  # fmt: skip
    return SignedConsent(**(values | fields))


def lanes(batch):
    return dict(batch.rows.values_list("full_name", "lane"))


def test_a_list_does_not_bring_back_who_was_erased(hamlet, head, erased):
    batch = read_in(hamlet, head, ONE, TWO)

    write_down(batch, head)

    [problem] = row_of(batch, NAME).problems
    assert problem["code"] == "member_erased"
    assert "đã yêu cầu xóa dữ liệu" in problem["message"]
    assert lanes(batch) == {
        NAME: "refused",
        "Trần Thị Bé": "new",
        "DANH SÁCH THÀNH VIÊN": "dropped",
    }
    assert [one.full_name for one in Member.objects.active()] == ["Trần Thị Bé"]


@pytest.mark.parametrize(
    ("said", "is_held"),
    [
        (("Nguyễn Văn An", 1980, "", ""), True),
        (("NGUYỄN VĂN AN", "", "0900000001", ""), True),
        (("Nguyen Van An", "3/2/1980", "0900000009", ""), True),
        (("Nguyễn Văn An", "", "", "Tổ 1"), True),
        (("Nguyễn Văn An", 1981, "", ""), False),
        (("Nguyễn Văn An", "", "0900000009", ""), False),
        (("Nguyễn Văn Anh", 1980, "0900000001", ""), False),
        (("Nguyễn Văn An", "", "", "Tổ 2"), False),
    ],
)
def test_a_line_meets_a_mark_by_name_with_phone_birth_or_team(hamlet, head, said, is_held):
    person = make_member(
        hamlet, full_name=NAME, phone=PHONE, birth_year=1980, team=make_team(hamlet, name="Tổ 1")
    )
    erasure.anonymise(person, by=head, reason="Theo yêu cầu")

    batch = read_in(hamlet, head, said)

    assert (batch.counts["refused"] == 1) is is_held


def test_two_days_of_birth_that_differ_are_two_people(hamlet, head):
    person = make_member(
        hamlet, full_name=NAME, phone="", birth_year=1980, birth_date=date(1980, 2, 3)
    )
    erasure.anonymise(person, by=head, reason="Theo yêu cầu")

    batch = read_in(hamlet, head, (NAME, "4/5/1980", "", ""), (NAME, "3/2/1980", "", "Tổ 1"))

    assert [row.lane for row in batch.rows.exclude(lane="dropped")] == ["new", "refused"]


def test_a_list_of_another_hamlet_learns_nothing(hamlet_head_of, other_hamlet, erased):
    other = hamlet_head_of(other_hamlet)

    assert read_in(other_hamlet, other, ONE).counts["new"] == 1


def test_who_withdrew_stays_away_after_the_purge_and_who_moved_away_does_not(hamlet, head):
    gone = make_member(hamlet, full_name="Trần Thị Bé", phone="+84900000002", birth_year=1990)
    unwilling = make_member(hamlet, full_name=NAME, phone=PHONE, birth_year=1980)
    erasure.leave(gone, by=head)
    erasure.withdraw(unwilling, by=head)
    with time_machine.travel(timezone.now() + timedelta(days=400), tick=False):
        purge_expired()
        batch = read_in(hamlet, head, ONE, TWO)

        assert (lanes(batch)[NAME], lanes(batch)["Trần Thị Bé"]) == ("refused", "new")


def test_nothing_of_a_mark_is_readable_or_joined_without_the_keys(hamlet, head, erased, settings):
    with connection.cursor() as cursor:
        cursor.execute("SELECT mark, to_jsonb(m)::text FROM groups_erasuremark m")
        stored = cursor.fetchall()
    known = set(ErasureMark.objects.values_list("mark", flat=True))
    said = erased_people.Identity(NAME, PHONE, 1980, None, "")

    assert len({mark for mark, _row in stored}) == len(stored)
    assert not any(word in row for _m, row in stored for word in (NAME, "900000001"))
    assert {one.mark for one in ErasureMark.objects.all()} >= set(said.marks())
    assert not known & set(said.marks())
    settings.BLIND_INDEX_KEY = "x" * 40
    assert not {one.mark for one in ErasureMark.objects.all()} & set(said.marks())


def test_marks_are_sealed_anew_when_the_keys_are_rotated(hamlet, head, erased, settings):
    (kid, key), *_rest = settings.DATA_ENCRYPTION_KEYS.items()
    settings.DATA_ENCRYPTION_KEYS = {"later": bytes(range(32)), kid: key}

    call_command("rotate_keys", verbosity=0)

    with connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT split_part(mark, ':', 2) FROM groups_erasuremark")
        assert cursor.fetchall() == [("later",)]
    settings.DATA_ENCRYPTION_KEYS = {"later": bytes(range(32))}
    assert read_in(hamlet, head, ONE).counts["refused"] == 1


def test_a_mark_goes_after_its_last_day(hamlet, head, erased):
    last = ErasureMark.objects.first().last_day
    with time_machine.travel(timezone.now() + timedelta(days=ErasureMark.DAYS + 1), tick=False):
        assert read_in(hamlet, head, ONE).counts["new"] == 1
        purge_expired()

    assert last == timezone.localdate() + timedelta(days=730)
    assert ErasureMark.objects.count() == 0


# Agreeing again


def test_a_new_paper_brings_the_person_in_with_the_agreement(login, hamlet, head, erased):
    batch = read_in(hamlet, head, ONE)
    row, notice = row_of(batch, NAME), make_notice(hamlet.commune)
    form = {
        "basis": "form", "given_on": timezone.localdate().isoformat(), "notice": notice.pk,
        "collected_by": head.officer.pk, "evidence": "Hồ sơ 4",
    }  # fmt: skip

    client = login(head)
    assert page("agree", batch.pk, row.pk) in client.get(page("review", batch.pk)).content.decode()
    answer = client.post(page("agree", batch.pk, row.pk), form)
    batch.refresh_from_db()
    write_down(batch, head)

    assert answer["Location"] == page("review", batch.pk)
    person = Member.objects.active().get()
    record = ConsentRecord.objects.get(member=person)
    assert (person.full_name, person.consent_basis) == (NAME, "form")
    assert (record.evidence, record.recorded_by) == ("Hồ sơ 4", head)
    assert set(ErasureMark.objects.values_list("lifted_with", flat=True)) == {batch.pk}
    assert AuditEvent.objects.filter(action="import.agreed_again").count() == 1
    assert read_in(hamlet, head, ONE).counts["same"] == 1


def test_a_paper_older_than_the_erasure_is_refused(hamlet, head, erased):
    batch = read_in(hamlet, head, ONE)
    old = signed_form(hamlet, head, given_on=timezone.localdate() - timedelta(days=1))

    with pytest.raises(NotAllowed, match="ký trước khi"):
        member_import.agree_again(batch, row_of(batch, NAME).pk, signed=old, by=head)


def test_without_a_paper_nobody_agrees_again(hamlet, head, erased):
    batch = read_in(hamlet, head, ONE)

    with pytest.raises(NotAllowed, match="cất ở đâu"):
        member_import.agree_again(
            batch, row_of(batch, NAME).pk, signed=signed_form(hamlet, head, evidence=" "), by=head
        )


def test_a_list_thrown_away_lifts_nothing(hamlet, head, erased):
    batch = read_in(hamlet, head, ONE)
    member_import.agree_again(
        batch, row_of(batch, NAME).pk, signed=signed_form(hamlet, head), by=head
    )
    member_import.discard(batch, by=head)

    assert read_in(hamlet, head, ONE).counts["refused"] == 1


def test_a_list_read_again_keeps_the_paper(hamlet, head, erased):
    batch = read_in(hamlet, head, ONE)
    member_import.agree_again(
        batch, row_of(batch, NAME).pk, signed=signed_form(hamlet, head), by=head
    )

    member_import.remap(batch, mapping={}, header_rows={}, by=head)
    member_import.read(batch.pk)

    assert row_of(batch, NAME).lane == "new"


def test_undo_takes_the_agreement_back_and_holds_again(hamlet, head, erased):
    batch = read_in(hamlet, head, ONE)
    member_import.agree_again(
        batch, row_of(batch, NAME).pk, signed=signed_form(hamlet, head), by=head
    )
    write_down(batch, head)

    done = member_import.undo(batch, by=head)

    assert (done.removed, done.kept) == (1, [])
    assert ConsentRecord.objects.count() == 0
    assert read_in(hamlet, head, ONE).counts["refused"] == 1


def test_somebody_erased_while_the_list_waits_is_held_at_the_commit(hamlet, head):
    person = make_member(hamlet, full_name=NAME, phone="", birth_year=1980)
    batch = read_in(hamlet, head, (NAME, 1980, "0900000001", ""))
    member_import.decide(batch, row_of(batch, NAME).pk, None, by=head)
    erased_people.remember(person)
    person.delete()

    write_down(batch, head)

    assert row_of(batch, NAME).lane == "refused"
    assert Member.objects.active().count() == 0


def test_a_commit_by_who_may_no_longer_write_agreements_down_holds_the_line(hamlet, head, erased):
    batch = read_in(hamlet, head, ONE)
    member_import.agree_again(
        batch, row_of(batch, NAME).pk, signed=signed_form(hamlet, head), by=head
    )
    member_import.commit(batch, by=head)
    head.groups.clear()

    committing.run(batch.pk)

    assert row_of(batch, NAME).lane == "refused"


@pytest.mark.parametrize(
    "corrected", [{"full_name": "Lê Thị Khác"}, {"phone": "0900000009", "birth": "1975"}]
)
def test_a_paper_does_not_stay_on_a_line_that_says_somebody_else(hamlet, head, erased, corrected):
    batch = read_in(hamlet, head, ONE)
    row = row_of(batch, NAME)
    member_import.agree_again(batch, row.pk, signed=signed_form(hamlet, head), by=head)
    member_import.correct(batch, row.pk, {"address": "Số 5"}, by=head)
    row.refresh_from_db()
    assert row.consent is not None

    member_import.correct(batch, row.pk, corrected, by=head)
    write_down(batch, head)

    assert Member.objects.active().get().consent_basis == "none"
    assert not ConsentRecord.objects.exists()
    assert not ErasureMark.objects.exclude(lifted_at=None).exists()


def test_a_paper_that_could_not_be_written_down_lifts_nothing(hamlet, head, erased, monkeypatch):
    batch = read_in(hamlet, head, ONE)
    member_import.agree_again(
        batch, row_of(batch, NAME).pk, signed=signed_form(hamlet, head), by=head
    )
    member_import.commit(batch, by=head)

    def refuse(people, **_options):
        if people:
            raise NotAllowed("Không ghi được.")

    monkeypatch.setattr(committing.consent, "give", refuse)
    committing.run(batch.pk)

    assert not ErasureMark.objects.exclude(lifted_at=None).exists()


def test_marks_follow_a_hamlet_into_all_its_parts(hamlet, head, erased):
    parts = [make_hamlet(hamlet.commune), make_hamlet(hamlet.commune)]
    before = ErasureMark.objects.count()

    move_erasure_marks(Plan(change=None, sources=[hamlet], results=parts, rest=parts[0]))

    assert ErasureMark.objects.filter(hamlet=parts[0]).count() == before
    assert {one.mark for one in ErasureMark.objects.filter(hamlet=parts[1])} == {
        one.mark for one in ErasureMark.objects.filter(hamlet=parts[0])
    }
