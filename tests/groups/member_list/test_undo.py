"""Taking a list back: to the letter, within its time, and no further than it went."""

import random
from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.retention import purge_expired
from groups.member_import import services as member_import
from groups.member_import import undoing
from groups.member_import.services import NotAllowed, SignedConsent
from groups.models import Member, MemberImport, MemberImportFile, MemberImportRow, Team
from groups.residents.consent import services as consent
from tests.factories.groups import make_group, make_member, make_officer, make_team
from tests.factories.people import make_consent, make_data_request, make_notice
from tests.groups.member_list.uploads import (
    AN,
    BAD,
    BE,
    CU,
    book,
    committed,
    many,
    previewed,
    register,
)

State = MemberImport.State


@pytest.fixture
def head(hamlet_head_of, hamlet):
    return hamlet_head_of(hamlet)


@pytest.fixture
def signed_form(commune):
    return SignedConsent(
        notice=make_notice(commune), basis="list", given_on=timezone.localdate(),
        collected_by=make_officer(commune),
    )  # fmt: skip


@pytest.mark.parametrize("seed", range(5))
def test_undo_restores_every_column_of_every_row(hamlet, chief, signed_form, seed):
    chance = random.Random(seed)
    people = many(80)
    teams = [None, make_team(hamlet, name="Tổ 1")]
    for number, (name, year, _sex, phone, address, _team) in enumerate(people):
        kind = chance.choice(("absent", "same", "older", "agreed", "withdrawn"))
        if kind == "absent":
            continue
        known = make_member(
            hamlet, full_name=name, phone=f"+84{phone[1:]}", team=chance.choice(teams),
            birth_year=year if kind == "same" else chance.choice((None, 1930)),
            address=address if kind == "same" else chance.choice(("", "Nhà cũ")),
            household_code=chance.choice(("", f"H{number}")),
            is_representative=chance.random() < 0.5,
        )  # fmt: skip
        if kind == "agreed":
            make_consent(known)
        if kind == "withdrawn":
            make_consent(known, withdrawn_at=timezone.now(), withdrawn_recorded_by=chief)
            Member.objects.filter(pk=known.pk).update(status="withdrawn", ended_at=timezone.now())
    before = register(hamlet)
    batch = committed(hamlet, chief, *people, BAD, signed=chance.choice((signed_form, None)))
    changed = register(hamlet)

    plan = member_import.undo_plan(batch, by=chief)
    done = member_import.undo(batch, by=chief)

    assert changed != before
    assert register(hamlet) == before
    assert (plan, done.kept) == (done, [])
    assert (done.removed, batch.state) == (batch.counts["new"], State.UNDONE)


def test_what_was_edited_since_stays_and_the_rest_goes_back(hamlet, head):
    known = make_member(hamlet, full_name="Lê Văn Cư", phone="+84900000003", birth_year=1969)
    batch = committed(hamlet, head, AN, BE, (*CU[:3], "0900000003", "", ""))
    Member.objects.filter(full_name=AN[0]).update(address="Nhà mới")
    Member.objects.filter(pk=known.pk).update(address="Nhà mới")

    done = member_import.undo(batch, by=head)

    rows = dict(batch.rows.values_list("pk", "full_name"))
    assert [(rows[row], why) for row, why in done.kept] == [
        (AN[0], undoing.EDITED), ("Lê Văn Cư", undoing.EDITED),
    ]  # fmt: skip
    assert (done.removed, done.restored) == (1, 0)
    known.refresh_from_db()
    assert (known.birth_year, known.address) == (1970, "Nhà mới")
    assert not Member.objects.filter(full_name=BE[0]).exists()


def test_whoever_has_something_hanging_on_them_stays(hamlet, chief, commune):
    batch = committed(hamlet, chief, AN, BE, CU)
    in_group, asked, agreed = (Member.objects.get(full_name=one[0]) for one in (AN, BE, CU))
    in_group.memberships.create(group=make_group(hamlet))
    make_data_request(commune, member=asked)
    consent.give(
        [agreed.pk], by=chief,
        signed=SignedConsent(
            make_notice(commune), "form", timezone.localdate(), make_officer(commune)
        ),
    )  # fmt: skip
    before = register(hamlet)

    done = member_import.undo(batch, by=chief)

    assert (done.removed, len(done.kept)) == (0, 3)
    assert register(hamlet) == before


def test_whoever_is_gone_already_is_no_trouble(hamlet, head):
    known = make_member(hamlet, full_name="Lê Văn Cư", phone="+84900000003", birth_year=1969)
    batch = committed(hamlet, head, AN, (*CU[:3], "0900000003", "", ""))
    Member.objects.filter(full_name=AN[0]).delete()
    known.delete()

    done = member_import.undo(batch, by=head)

    assert (done.removed, done.restored) == (0, 0)
    assert [why for _row, why in done.kept] == [undoing.GONE]


def test_teams_that_somebody_uses_since_stay(hamlet, head):
    batch = committed(hamlet, head, AN, BE)
    make_member(hamlet, full_name="Người Mới", team=Team.objects.get(name="Tổ 1"))

    member_import.undo(batch, by=head)

    assert list(Team.objects.values_list("name", flat=True)) == ["Tổ 1"]


def test_a_later_list_is_not_undone_with_an_earlier_one(hamlet, head):
    first = committed(hamlet, head, AN)
    moved = (*AN[:4], "Nhà mới", AN[5])
    second = committed(hamlet, head, moved)

    kept = member_import.undo(first, by=head).kept
    member_import.undo(second, by=head)

    assert [why for _row, why in kept] == [undoing.EDITED]
    assert Member.objects.get().address == AN[4]


def test_undo_happens_once(hamlet, head):
    batch = committed(hamlet, head, AN)
    member_import.undo(batch, by=head)
    again = committed(hamlet, head, AN)

    with pytest.raises(NotAllowed, match="Đã hoàn tác"):
        member_import.undo(batch, by=head)
    assert Member.objects.count() == again.counts["new"] == 1


def test_after_thirty_days_it_is_too_late(hamlet, head):
    batch = committed(hamlet, head, AN)
    assert batch.undo_until - batch.committed_at == timedelta(days=30)
    MemberImport.objects.update(undo_until=timezone.now() - timedelta(seconds=1))

    for verb in (member_import.undo_plan, member_import.undo):
        with pytest.raises(NotAllowed, match="Đã quá 30 ngày"):
            verb(batch, by=head)
    assert Member.objects.count() == 1


# How long files and rows are kept


def test_files_and_rows_go_when_the_undo_ends(hamlet, head):
    over, within = committed(hamlet, head, AN), committed(hamlet, head, BE)
    MemberImport.objects.filter(pk=over.pk).update(undo_until=timezone.now() - timedelta(seconds=1))

    removed = purge_expired()

    assert removed["groups.MemberImportFile"] == 1
    assert removed["groups.MemberImportRow"] >= 1
    assert set(MemberImportFile.objects.values_list("batch", flat=True)) == {within.pk}
    assert set(MemberImportRow.objects.values_list("batch", flat=True)) == {within.pk}
    assert Member.objects.count() == 2
    assert MemberImport.objects.get(pk=over.pk).counts["new"] == 1


@pytest.mark.parametrize("state", [State.PREVIEW, State.FAILED, State.READING, State.COMMITTING])
def test_lists_that_nobody_finished_go_after_thirty_days_unless_they_are_written(
    hamlet, head, state
):
    batch = previewed(hamlet, head, AN)
    MemberImport.objects.update(state=state)
    young = purge_expired()
    MemberImport.objects.update(created_at=timezone.now() - timedelta(days=31))

    purge_expired()

    assert young["groups.MemberImportFile"] == 0
    assert batch.rows.exists() == (state == State.COMMITTING)
    assert MemberImportFile.objects.exists() == (state == State.COMMITTING)


def test_the_file_is_kept_encrypted(hamlet, head):
    content = book(AN)
    batch = member_import.start(content, "ds.xlsx", hamlet=hamlet, by=head)

    kept = MemberImportFile.objects.filter(batch=batch).extra(select={"raw": "content"}).get()

    assert content not in str(kept.raw).encode()
    assert member_import.content_of(batch) == content
