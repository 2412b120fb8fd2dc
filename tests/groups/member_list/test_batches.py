"""A list from its upload to the register: lanes, repeats, corrections, decisions, consent."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import AuditEvent
from groups.member_import import committing
from groups.member_import import services as member_import
from groups.member_import.services import NotAllowed, SignedConsent
from groups.models import ConsentRecord, Member, MemberImport, Team
from tests.factories.groups import make_member, make_officer, make_team
from tests.factories.people import make_consent, make_notice
from tests.groups.member_list.uploads import (
    AN,
    BAD,
    BE,
    CU,
    book,
    committed,
    lanes,
    many,
    previewed,
    write_down,
)

State = MemberImport.State


@pytest.fixture
def head(hamlet_head_of, hamlet):
    return hamlet_head_of(hamlet)


def row_of(batch, name):
    return batch.rows.get(full_name=name)


# Lanes


def test_a_preview_sorts_people_and_writes_nobody_down(hamlet, head):
    team = make_team(hamlet, name="Tổ 1")
    same = make_member(
        hamlet, full_name="Nguyễn Văn An", phone="+84900000001", birth_year=1980, gender="male",
        address="Số 1", team=team,
    )  # fmt: skip
    changed = make_member(hamlet, full_name="Trần Thị Bé", phone="+84900000002", birth_year=1989)

    batch = previewed(hamlet, head, AN, BE, CU, BAD, AN)

    assert lanes(batch) == {
        "same": ["Nguyễn Văn An"],
        "changed": ["Trần Thị Bé"],
        "new": ["Lê Văn Cư"],
        "refused": ["Phạm Văn Sai"],
        "repeated": ["Nguyễn Văn An"],
    }
    assert (row_of(batch, CU[0]).member_id, batch.rows.get(lane="same").member_id) != (None, None)
    row = batch.rows.get(lane="changed")
    assert (row.member_id, row.old["birth_year"], row.new["birth_year"]) == (changed.pk, 1989, 1990)
    assert set(Member.objects.values_list("pk", flat=True)) == {same.pk, changed.pk}
    assert list(Team.objects.values_list("name", flat=True)) == ["Tổ 1"]


def test_new_teams_are_made_with_the_list_and_shared_by_spelling(hamlet, head):
    known = make_team(hamlet, name="Tổ 2")
    more = [(*one[:5], team) for one, team in zip(many(3), ("TỔ 02", "tổ 7", "7"), strict=True)]

    committed(hamlet, head, *more)

    assert sorted(Team.objects.values_list("name", flat=True)) == ["Tổ 2", "Tổ 7"]
    assert Member.objects.filter(team=known).count() == 1
    assert Member.objects.filter(team__name="Tổ 7").count() == 2


def test_the_same_file_again_changes_nothing_and_says_so(hamlet, head):
    content = book(AN, BE, CU)
    first = write_down(previewed(hamlet, head, content=content), head)
    before = list(Member.objects.order_by("pk").values())

    again = previewed(hamlet, head, content=content)
    said = again.message
    write_down(again, head)

    assert lanes(again) == {"same": [AN[0], BE[0], CU[0]]}
    assert (again.counts["same"], again.counts["new"], again.counts["changed"]) == (3, 0, 0)
    assert again.changes_nothing
    assert said == "Danh sách không có gì mới: 3 người đã có đủ, không ai thay đổi."
    assert member_import.earlier(again) == first
    assert list(Member.objects.order_by("pk").values()) == before


def test_a_changed_file_was_not_taken_before(hamlet, head, other_hamlet, hamlet_head_of):
    committed(hamlet, head, AN)

    other = previewed(hamlet, head, AN, BE)
    elsewhere = previewed(other_hamlet, hamlet_head_of(other_hamlet), AN)

    assert member_import.earlier(other) is None
    assert member_import.earlier(elsewhere) is None


def test_two_people_with_one_phone_stay_two(hamlet, head):
    husband = ("Nguyễn Văn An", 1980, "Nam", "0900000001", "", "")
    wife = ("Trần Thị Bé", 1984, "Nữ", "0900000001", "", "")
    committed(hamlet, head, husband)

    batch = committed(hamlet, head, wife)
    again = previewed(hamlet, head, husband, wife)

    assert lanes(batch) == {"new": [wife[0]]}
    assert [one["code"] for one in row_of(batch, wife[0]).problems] == ["phone_of_other"]
    assert lanes(again) == {"same": [husband[0], wife[0]]}
    assert Member.objects.filter(phone="+84900000001").count() == 2


def test_two_blank_phones_are_no_sign_of_one_person(hamlet, head):
    committed(hamlet, head, CU)

    batch = committed(hamlet, head, (CU[0], 1948, "Nam", "", "", "Tổ 2"))

    assert lanes(batch) == {"new": [CU[0]]}
    assert set(Member.objects.values_list("birth_year", flat=True)) == {1948, 1970}


def test_a_blank_erases_nothing(hamlet, head):
    committed(hamlet, head, AN)

    batch = committed(hamlet, head, ("Nguyễn Văn An", "", "", "0900000001", "", ""))

    assert lanes(batch) == {"same": [AN[0]]}
    assert Member.objects.values_list("birth_year", "address", "team__name").get() == (
        1980, "Số 1", "Tổ 1",
    )  # fmt: skip


def test_who_has_withdrawn_or_left_is_not_brought_back(hamlet, head):
    for number, status in enumerate(("withdrawn", "left"), start=1):
        make_member(
            hamlet, full_name=f"Người {status}", phone=f"+8490000000{number}", status=status,
            ended_at=timezone.now(),
        )  # fmt: skip
    people = [(f"Người {status}", 1980, "", f"090000000{number}", "", "")
              for number, status in enumerate(("withdrawn", "left"), start=1)]  # fmt: skip

    batch = committed(hamlet, head, *people)

    assert len(lanes(batch)["refused"]) == 2
    assert {row.problems[0]["code"] for row in batch.rows.filter(lane="refused")} == {
        "member_withdrawn", "member_left",
    }  # fmt: skip
    assert Member.objects.filter(status="active").count() == 0


# Correcting


def test_a_refused_row_is_corrected_in_the_grid(hamlet, head):
    batch = previewed(hamlet, head, BAD)
    row = row_of(batch, BAD[0])

    still_bad = member_import.correct(batch, row.pk, {"phone": "09"}, by=head)
    shown = member_import.editable_text(still_bad, "phone")
    good = member_import.correct(batch, row.pk, {"phone": "0900 000 009"}, by=head)
    batch.refresh_from_db()
    write_down(batch, head)

    assert (still_bad.lane, shown) == ("refused", "09")
    assert (good.lane, good.phone, member_import.editable_text(good, "phone")) == (
        "new", "+84900000009", "0900 000 009",
    )  # fmt: skip
    assert good.edits["phone"] == ["0900 0000", "0900 000 009"]
    assert Member.objects.get().phone == "+84900000009"


def test_a_correction_is_compared_with_the_list_and_the_hamlet_anew(hamlet, head):
    committed(hamlet, head, AN)
    batch = previewed(hamlet, head, BE, (*CU[:3], "0900000003", "", ""))

    as_known = member_import.correct(
        batch, row_of(batch, CU[0]).pk, {"full_name": AN[0], "phone": AN[3]}, by=head
    )
    of_another_sex = {"full_name": BE[0], "phone": BE[3], "birth": "1990"}
    as_twin = member_import.correct(batch, as_known.pk, of_another_sex, by=head)
    as_repeat = member_import.correct(batch, as_known.pk, {"gender": "Nữ"}, by=head)
    batch.refresh_from_db()

    assert [one.lane for one in (as_known, as_twin, as_repeat)] == [
        "changed", "doubtful", "repeated",
    ]  # fmt: skip
    assert (batch.counts["new"], batch.counts["repeated"]) == (1, 1)


def test_bulk_repairs_say_how_many_and_do_it(hamlet, head):
    wrong_day = ("Võ Thị Ngày", "31/02/1960", "Nữ", "0900000004", "", "")
    batch = previewed(hamlet, head, BAD, wrong_day)
    offered = {one.code: one.count for one in member_import.repairs(batch)}

    dropped = member_import.repair(batch, "drop_phone", by=head)
    kept = member_import.repair(batch, "keep_year", by=head)
    batch.refresh_from_db()

    assert (offered["drop_phone"], offered["keep_year"]) == (1, 1)
    assert (dropped, kept) == (1, 1)
    assert lanes(batch) == {"new": [BAD[0], wrong_day[0]]}
    assert row_of(batch, wrong_day[0]).birth_year == 1960
    assert not {"drop_phone", "keep_year"} & {one.code for one in member_import.repairs(batch)}


def test_corrections_stay_when_the_columns_are_mapped_anew(hamlet, head):
    batch = previewed(hamlet, head, BAD, AN)
    member_import.correct(batch, row_of(batch, BAD[0]).pk, {"phone": "0900000009"}, by=head)

    member_import.remap(batch, mapping={"Danh sách!F": "ignored"}, header_rows={}, by=head)
    member_import.read(batch.pk)
    batch.refresh_from_db()

    assert row_of(batch, BAD[0]).phone == "+84900000009"
    assert row_of(batch, AN[0]).address == ""
    assert previewed(hamlet, head, AN).mapping == {"Địa chỉ": "ignored"}


# Who is who


def test_doubtful_people_stay_out_until_somebody_decides(hamlet, head):
    known = make_member(hamlet, full_name="Nguyễn Văn An", phone="", birth_year=1980)
    batch = previewed(hamlet, head, AN)
    row = row_of(batch, AN[0])
    asked = lanes(batch)

    same = member_import.decide(batch, row.pk, known.pk, by=head)
    first = (same.lane, same.member_id)
    other = member_import.decide(batch, row.pk, None, by=head)
    second = (other.lane, other.member_id)
    batch.refresh_from_db()
    write_down(batch, head)

    assert (asked, row.candidates) == ({"doubtful": [AN[0]]}, [{"member": known.pk}])
    assert first == ("changed", known.pk)
    assert second[0] == "new"
    assert sorted(Member.objects.values_list("pk", "phone")) == [
        (known.pk, ""), (second[1], "+84900000001"),
    ]  # fmt: skip
    assert lanes(previewed(hamlet, head, AN)) == {"same": [AN[0]]}


def test_undecided_people_are_not_written(hamlet, head):
    make_member(hamlet, full_name="Nguyễn Văn An", phone="", birth_year=1980)

    batch = committed(hamlet, head, AN, BE)

    assert batch.counts["doubtful"] == 1
    assert Member.objects.count() == 2


def test_whoever_was_edited_since_the_preview_is_left_alone(hamlet, head):
    member = make_member(hamlet, full_name="Nguyễn Văn An", phone="+84900000001", birth_year=1970)
    batch = previewed(hamlet, head, AN, BE)
    Member.objects.filter(pk=member.pk).update(address="Nhà mới")
    make_member(hamlet, full_name="Trần Thị Bé", phone="+84900000002")

    write_down(batch, head)

    assert lanes(batch) == {"outdated": [AN[0], BE[0]]}
    assert Member.objects.count() == 2
    member.refresh_from_db()
    assert (member.address, member.birth_year) == ("Nhà mới", 1970)


# One at a time, in the right state


def test_one_list_of_a_hamlet_is_written_at_a_time(hamlet, head):
    first, second = previewed(hamlet, head, AN), previewed(hamlet, head, BE)
    member_import.commit(first, by=head)

    with pytest.raises(NotAllowed, match="đang nhập một danh sách khác"):
        member_import.commit(second, by=head)

    committing.run(first.pk)
    write_down(second, head)
    assert Member.objects.count() == 2


def test_a_list_is_written_once(hamlet, head):
    batch = committed(hamlet, head, AN)

    with pytest.raises(NotAllowed, match="Đã nhập"):
        member_import.commit(batch, by=head)
    with pytest.raises(NotAllowed, match="Đã nhập"):
        member_import.correct(batch, batch.rows.first().pk, {"phone": ""}, by=head)
    committing.run(batch.pk)

    assert Member.objects.count() == 1


def test_nothing_goes_into_a_hamlet_of_the_past(hamlet, head):
    batch = previewed(hamlet, head, AN)
    type(hamlet).objects.filter(pk=hamlet.pk).update(
        valid_to=timezone.localdate() - timedelta(days=1)
    )

    with pytest.raises(NotAllowed, match="không còn nữa"):
        member_import.commit(batch, by=None)
    assert Member.objects.count() == 0


def test_a_discarded_list_leaves_no_person_behind(hamlet, head):
    batch = previewed(hamlet, head, AN)

    member_import.discard(batch, by=head)

    assert (batch.state, batch.rows.count()) == (State.DISCARDED, 0)
    with pytest.raises(NotAllowed, match="thời hạn lưu"):
        member_import.marked_workbook(batch, by=head)


# Consent


def test_without_a_paper_nobody_has_agreed(hamlet, chief):
    committed(hamlet, chief, AN)

    assert Member.objects.get().consent_basis == "none"
    assert ConsentRecord.objects.count() == 0


def test_a_paper_is_written_for_everybody_of_the_list(hamlet, chief):
    known = make_member(hamlet, full_name="Trần Thị Bé", phone="+84900000002")
    took_it_back = make_member(hamlet, full_name="Lê Văn Cư", phone="+84900000003")
    make_consent(took_it_back, withdrawn_at=timezone.now(), withdrawn_recorded_by=chief)
    outside = make_member(hamlet, full_name="Người Ngoài Tệp")
    officer = make_officer(hamlet.commune)
    paper = SignedConsent(
        notice=make_notice(hamlet.commune), basis="list", given_on=timezone.localdate(),
        collected_by=officer, evidence="Tủ số 1",
    )  # fmt: skip

    committed(hamlet, chief, AN, BE, (*CU[:3], "0900000003", "", ""), BAD, signed=paper)

    agreed = Member.objects.filter(consent_basis="list", consent_collected_by=officer)
    assert set(agreed.values_list("full_name", flat=True)) == {AN[0], known.full_name}
    assert ConsentRecord.objects.filter(recorded_by=chief, evidence="Tủ số 1").count() == 2
    outside.refresh_from_db()
    assert outside.consent_basis == "none"


def test_a_paper_of_another_commune_is_refused(hamlet, chief, other_commune):
    batch = previewed(hamlet, chief, AN)
    paper = SignedConsent(
        notice=make_notice(other_commune), basis="list", given_on=timezone.localdate(),
        collected_by=make_officer(other_commune),
    )  # fmt: skip

    with pytest.raises(NotAllowed, match="bản thông báo"):
        member_import.commit(batch, by=chief, signed=paper)

    batch.refresh_from_db()
    assert (batch.state, batch.consent_notice) == (State.PREVIEW, None)


def test_an_account_that_lost_its_rights_states_no_consent(hamlet, chief):
    batch = previewed(hamlet, chief, AN)
    paper = SignedConsent(
        notice=make_notice(hamlet.commune), basis="list", given_on=timezone.localdate(),
        collected_by=make_officer(hamlet.commune),
    )  # fmt: skip
    member_import.commit(batch, by=chief, signed=paper)
    type(chief).objects.filter(pk=chief.pk).update(is_active=False)

    committing.run(batch.pk)

    batch.refresh_from_db()
    assert (batch.state, Member.objects.get().consent_basis) == (State.COMMITTED, "none")
    assert "Có 1 người chưa ghi được sự đồng ý" in batch.message


# The trail


def test_the_trail_has_numbers_and_no_names(hamlet, head):
    batch = committed(hamlet, head, AN, BE, BAD)
    member_import.marked_workbook(batch, by=head)
    member_import.undo(batch, by=head)

    entries = AuditEvent.objects.filter(action__startswith="import.").order_by("pk")
    assert [entry.action for entry in entries] == [
        "import.started", "import.committed", "import.file_taken", "import.undone",
    ]  # fmt: skip
    told = " ".join(str(vars(entry)) for entry in entries)
    assert not any(one[0] in told for one in (AN, BE, BAD))
    assert "0900000001" not in told


def test_a_list_without_people_says_why(hamlet, head):
    batch = member_import.start(
        "Họ và tên;Điện thoại\n;\n".encode(), "a.csv", hamlet=hamlet, by=head
    )
    member_import.read(batch.pk)
    batch.refresh_from_db()

    assert batch.state == State.FAILED
    assert batch.message.endswith(".")
