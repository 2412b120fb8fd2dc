"""Rows that would be wrong are refused with a sentence; derived columns follow their source."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from groups.models import Hamlet, HamletAssignment, Member, Membership, Regulation, Team, ZaloGroup
from tests.factories.accounts import make_user
from tests.factories.groups import (
    make_assignment,
    make_group,
    make_hamlet,
    make_member,
    make_membership,
    make_officer,
    make_ordinary_group,
    make_regulation,
    make_team,
)


def sentences(row) -> list[str]:
    with pytest.raises(ValidationError) as refused:
        row.full_clean()
    return refused.value.messages


def stored_is_refused(row) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save()


def test_derived_columns_are_written_whichever_way_a_row_is_saved(hamlet):
    saved = make_member(hamlet, full_name="Điểu  Thị Đượm")
    (bulk,) = Member.objects.bulk_create([Member(hamlet=hamlet, full_name="Lê Ân")])
    saved.full_name = "Trần Bình"
    saved.save()

    for row, folded in ((saved, "tran binh"), (bulk, "le an")):
        row.refresh_from_db()
        assert row.search_text == folded
        assert row.sort_key != ""


def test_members_are_listed_in_vietnamese_order(hamlet):
    for name in ("Trần Bình", "Lê Ân", "Nguyễn Văn An", "Lê An", "Đỗ Đào", "Đỗ Dung"):
        make_member(hamlet, full_name=name)

    names = list(Member.objects.values_list("full_name", flat=True))

    assert names == ["Lê An", "Nguyễn Văn An", "Lê Ân", "Trần Bình", "Đỗ Dung", "Đỗ Đào"]


def test_phone_is_kept_in_one_form_and_found_in_any(hamlet):
    member = make_member(hamlet, phone="0900 000 111")
    member.refresh_from_db()

    assert member.phone == "+84900000111"
    assert Member.objects.get(phone="0900.000.111") == member


def test_wrong_phone_is_refused(hamlet):
    member = Member(hamlet=hamlet, full_name="Lê An", phone="12")

    assert sentences(member) == ["Số điện thoại không đúng. Ví dụ đúng: 0912 000 111."]
    stored_is_refused(member)


def test_consent_needs_its_date(hamlet):
    member = Member(hamlet=hamlet, full_name="Lê An", consent_basis="form")

    assert sentences(member) == ["Hãy ghi ngày giờ người dân đồng ý."]
    stored_is_refused(member)


def test_hamlet_code_is_unique_in_its_commune_only(commune, other_commune):
    make_hamlet(commune, code="AP1")
    make_hamlet(other_commune, code="AP1")

    again = make_hamlet(commune)
    again.code = "AP1"
    assert sentences(again) == ["Xã đã có ấp, khu phố mang mã này."]


def test_hamlet_name_may_return_after_the_old_one_ended(commune):
    make_hamlet(commune, name="Tân Lập", valid_to=date(2026, 6, 30))

    assert make_hamlet(commune, name="Tân Lập").pk
    again = make_hamlet(commune)
    again.name = "Tân Lập"
    assert sentences(again) == ["Xã đang có ấp, khu phố trùng tên."]


@pytest.mark.parametrize("model", ["hamlet", "assignment"])
def test_dates_must_be_in_order(commune, hamlet, model):
    row = hamlet if model == "hamlet" else make_assignment(make_officer(commune), hamlet)
    row.valid_from, row.valid_to = date(2026, 5, 2), date(2026, 5, 1)

    assert sentences(row) == ["Ngày kết thúc phải sau ngày bắt đầu."]
    stored_is_refused(row)


def test_group_belongs_to_a_hamlet_or_to_the_commune_not_both(commune, hamlet):
    for values in ({}, {"hamlet": hamlet, "commune": commune}):
        group = ZaloGroup(name="Nhóm", **values)

        assert sentences(group) == ["Nhóm phải thuộc một ấp, hoặc thuộc cả xã."]
        stored_is_refused(group)


def test_ordinary_group_has_no_id_of_zalo(hamlet):
    group = ZaloGroup(name="Nhóm", hamlet=hamlet, zalo_group_id="g1")

    assert sentences(group) == ["Nhóm thường không có mã nhóm trên Zalo."]


def test_active_group_of_the_account_has_an_id(hamlet):
    group = ZaloGroup(name="Nhóm", hamlet=hamlet, kind="oa", status="active")

    assert sentences(group) == ["Nhóm của Zalo OA phải có mã nhóm trước khi hoạt động."]
    stored_is_refused(group)


def test_id_of_zalo_is_used_once(hamlet):
    make_group(hamlet, zalo_group_id="g1")
    group = ZaloGroup(name="Nhóm", hamlet=hamlet, kind="oa", zalo_group_id="g1")

    assert sentences(group) == ["Mã nhóm này đã được dùng cho nhóm khác."]


@pytest.mark.parametrize(
    "link",
    ["https://zalo.me.example.test/g/a", "https://vi-du.test/zalo.me/", "http://zalo.me/g/abc"],
)
def test_link_leads_to_zalo_only(hamlet, link):
    assert sentences(ZaloGroup(name="Nhóm", hamlet=hamlet, link=link)) == [
        "Liên kết nhóm phải bắt đầu bằng https://zalo.me/ hoặc https://chat.zalo.me/."
    ]


def test_team_must_be_of_the_hamlet(hamlet, other_hamlet):
    team = make_team(other_hamlet)

    assert sentences(ZaloGroup(name="Nhóm", hamlet=hamlet, team=team)) == [
        "Tổ này không thuộc ấp của nhóm."
    ]
    assert sentences(Member(hamlet=hamlet, team=team, full_name="Lê An")) == [
        "Tổ này không thuộc ấp của người dân."
    ]


def test_owner_must_be_an_officer_of_the_commune(hamlet, other_commune):
    group = ZaloGroup(name="Nhóm", hamlet=hamlet, owner=make_officer(other_commune))

    assert sentences(group) == ["Trưởng nhóm phải là cán bộ của xã này."]


def test_officer_covers_hamlets_of_the_own_commune(commune, other_commune):
    assignment = HamletAssignment(
        officer=make_officer(commune), hamlet=make_hamlet(other_commune), valid_from="2026-01-01"
    )

    assert sentences(assignment) == ["Ấp này không thuộc xã của cán bộ."]


def test_officer_has_an_account_of_the_own_commune(commune, other_commune):
    officer = make_officer(commune)
    officer.user = make_user(other_commune)

    assert sentences(officer) == ["Tài khoản này không thuộc xã của cán bộ."]


def test_member_joins_groups_of_the_own_commune(hamlet, other_hamlet, other_commune):
    member = make_member(hamlet)
    far = make_group(make_hamlet(other_commune))
    near = make_ordinary_group(other_hamlet)

    assert sentences(Membership(member=member, group=far)) == [
        "Nhóm này không thuộc xã của người dân."
    ]
    Membership(member=member, group=near).full_clean()


def test_member_is_in_a_group_once(hamlet):
    membership = make_membership(make_member(hamlet), make_group(hamlet))

    again = Membership(member=membership.member, group=membership.group)
    assert sentences(again) == ["Người này đã có trong nhóm."]


def test_agreed_regulation_has_its_date(hamlet):
    regulation = Regulation(hamlet=hamlet, status="agreed")

    assert sentences(regulation) == ["Hãy ghi ngày thống nhất quy chế."]
    with pytest.raises(IntegrityError), transaction.atomic():
        Regulation.objects.bulk_create([regulation])


def test_regulation_written_down_as_agreed_is_agreed_from_today(hamlet):
    written = Regulation.objects.create(hamlet=hamlet, status="agreed")
    moved = Regulation.objects.create(hamlet=hamlet, version=2)
    moved.status = "agreed"
    moved.save(update_fields=["status"])

    for regulation in (written, moved):
        regulation.refresh_from_db()
        assert regulation.agreed_on == timezone.localdate()


def test_names_are_unique_where_they_must_be(hamlet):
    team, regulation = make_team(hamlet), make_regulation(hamlet)

    assert sentences(Team(hamlet=hamlet, name=team.name)) == ["Ấp đã có tổ trùng tên."]
    assert sentences(Regulation(hamlet=hamlet, version=regulation.version)) == [
        "Ấp đã có quy chế bản này."
    ]


def test_people_and_places_with_history_cannot_be_deleted(hamlet):
    group = make_group(hamlet)
    make_membership(make_member(hamlet), group)

    for row in (hamlet, group):
        with pytest.raises(IntegrityError):
            row.delete()


@pytest.mark.parametrize(
    ("kind", "name", "called"),
    [
        ("ap", "Bình An", "Ấp Bình An"),
        ("ap", "Ấp Bình An", "Ấp Bình An"),
        ("ap", "ẤP 3", "ẤP 3"),
        ("ap", "Ấpa", "Ấp Ấpa"),
        ("khu_pho", "Khu phố 2", "Khu phố 2"),
        ("khu_pho", "Ấp Cũ", "Khu phố Ấp Cũ"),
    ],
)
def test_kind_of_a_place_is_said_once(kind, name, called):
    assert str(Hamlet(kind=kind, name=name)) == called
