"""A group goes into service through its gate, and out of it for a reason."""

from datetime import timedelta

import pytest
from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import AuditEvent
from groups import services
from groups.models import ZaloGroup
from groups.zalo_groups.services import obstacles
from tests.factories.groups import make_group, make_meeting, make_ordinary_group, make_regulation

Status = ZaloGroup.Status


def status_of(group: ZaloGroup) -> str:
    group.refresh_from_db()
    return group.status


@pytest.mark.parametrize("stage", ["agreed", "issued"])
def test_group_is_activated_on_an_agreed_regulation(hamlet, officer_of, stage):
    make_regulation(hamlet, status=stage)
    group = make_ordinary_group(hamlet, status="draft")
    officer = officer_of(hamlet)

    services.activate(group, by=officer)

    assert status_of(group) == Status.ACTIVE
    event = AuditEvent.objects.get(action="group.activated")
    assert (event.actor, event.commune) == (officer, hamlet.commune)
    assert event.details["without_regulation"] is False


@pytest.mark.parametrize("stage", ["draft", "consulting", "superseded"])
def test_group_waits_for_the_regulation(hamlet, other_hamlet, officer_of, stage):
    make_regulation(hamlet, status=stage, agreed=False)
    make_regulation(other_hamlet)
    group = make_ordinary_group(hamlet, status="draft")

    with pytest.raises(services.NotAllowed, match="chưa có quy chế đã thống nhất"):
        services.activate(group, by=officer_of(hamlet), reason="vội")
    assert status_of(group) == Status.DRAFT


def test_chief_overrides_with_a_reason_that_is_kept(hamlet, chief):
    group = make_ordinary_group(hamlet, status="draft")

    with pytest.raises(services.NotAllowed):
        services.activate(group, by=chief, reason="  ")
    services.activate(group, by=chief, reason="Thông báo bão")

    assert status_of(group) == Status.ACTIVE
    event = AuditEvent.objects.get(action="group.activated")
    assert (event.reason, event.details["without_regulation"]) == ("Thông báo bão", True)


def test_group_of_the_account_needs_its_id(hamlet, chief):
    make_regulation(hamlet)
    group = make_group(hamlet, status="draft", zalo_group_id="")

    with pytest.raises(services.NotAllowed, match="chưa có mã nhóm trên Zalo"):
        services.activate(group, by=chief)


def test_everything_that_is_missing_is_said_at_once(commune, hamlet, officer_of):
    regulation = make_regulation(hamlet, agreed=False, status="consulting", text="x")
    make_meeting(regulation, agree=60)
    group, officer = make_group(hamlet, status="draft", zalo_group_id=""), officer_of(hamlet)

    with pytest.raises(services.NotAllowed) as refused:
        services.activate(group, by=officer)
    assert str(refused.value) == (
        "Nhóm của Zalo OA chưa có mã nhóm trên Zalo. Ấp chưa có quy chế đã thống nhất. "
        "Cần ít nhất 61/120 hộ đồng ý; hiện 60 (50%): còn thiếu 1. "
        "Chưa ghi cuộc họp cấp xã lấy ý kiến các ban, ngành, đoàn thể, các ấp. "
        "Hãy lấy ý kiến trước; chỉ huy có thể cho hoạt động trước nếu ghi rõ lý do. "
        "Cũng nên có: trưởng nhóm là cán bộ, cán bộ ở trong nhóm, quy chế ghim trong nhóm."
    )


@pytest.mark.parametrize(
    ("stage", "said"),
    [(None, "Chưa soạn quy chế."), ("draft", "Bản 1 còn là dự thảo, chưa đưa ra lấy ý kiến.")],
)
def test_how_far_the_regulation_is_gets_said(hamlet, stage, said):
    if stage:
        make_regulation(hamlet, agreed=False, status=stage)

    assert obstacles(make_ordinary_group(hamlet)) == ["Ấp chưa có quy chế đã thống nhất.", said]


def test_the_word_of_the_chief_may_be_all_that_is_missing(commune, hamlet):
    make_meeting(commune=commune, agree=12, held_on=timezone.localdate() - timedelta(days=9))
    make_meeting(make_regulation(hamlet, agreed=False, status="consulting"))

    assert obstacles(make_ordinary_group(hamlet)) == [
        "Ấp chưa có quy chế đã thống nhất.",
        "Đã đủ số hộ đồng ý, chờ chỉ huy xác nhận thống nhất.",
    ]


def test_a_reason_does_not_make_up_for_an_unknown_id(hamlet, chief):
    group = make_group(hamlet, status="draft", zalo_group_id="")

    with pytest.raises(services.NotAllowed, match="chưa có mã nhóm trên Zalo"):
        services.activate(group, by=chief, reason="Cần gấp")
    assert status_of(group) == Status.DRAFT


def test_what_was_missing_at_the_start_is_kept(hamlet, chief):
    make_regulation(hamlet)

    services.activate(make_ordinary_group(hamlet, status="draft"), by=chief)

    assert AuditEvent.objects.get(action="group.activated").details["needs"] == [
        "trưởng nhóm là cán bộ", "cán bộ ở trong nhóm", "quy chế ghim trong nhóm",
    ]  # fmt: skip


def test_activating_twice_is_recorded_once(hamlet, chief):
    make_regulation(hamlet)
    group = make_ordinary_group(hamlet, status="draft")

    services.activate(group, by=chief)
    services.activate(group, by=chief)

    assert AuditEvent.objects.filter(action="group.activated").count() == 1


def test_paused_group_comes_back(hamlet, chief):
    make_regulation(hamlet)
    group = make_ordinary_group(hamlet)

    services.pause(group, by=chief, reason="Đổi trưởng nhóm")
    assert status_of(group) == Status.PAUSED
    services.activate(group, by=chief)

    assert status_of(group) == Status.ACTIVE
    assert AuditEvent.objects.get(action="group.paused").reason == "Đổi trưởng nhóm"


@pytest.mark.parametrize("verb", [services.activate, services.pause, services.close])
def test_closed_group_stays_closed(hamlet, chief, verb):
    make_regulation(hamlet)
    group = make_ordinary_group(hamlet)
    services.close(group, by=chief)

    with pytest.raises(services.NotAllowed, match="Nhóm đã đóng"):
        verb(group, by=chief)
    assert status_of(group) == Status.CLOSED


@pytest.mark.parametrize("verb", [services.activate, services.pause, services.close])
def test_officer_of_another_hamlet_is_refused(hamlet, other_hamlet, officer_of, verb):
    make_regulation(hamlet)
    group = make_ordinary_group(hamlet, status="consulting")

    with pytest.raises(services.NotAllowed):
        verb(group, by=officer_of(other_hamlet))
    assert status_of(group) == Status.CONSULTING


@pytest.mark.parametrize("verb", [services.activate, services.pause, services.close])
def test_group_that_leaves_the_area_before_the_lock_is_refused(
    hamlet, other_hamlet, officer_of, verb, monkeypatch
):
    make_regulation(hamlet)
    make_regulation(other_hamlet)
    group, officer = make_ordinary_group(hamlet, status="draft"), officer_of(hamlet)
    select_for_update = QuerySet.select_for_update

    def after_a_move(rows, **options):
        ZaloGroup.objects.filter(pk=group.pk).update(hamlet=other_hamlet)
        return select_for_update(rows, **options)

    monkeypatch.setattr(QuerySet, "select_for_update", after_a_move)

    with pytest.raises(services.NotAllowed, match="không có quyền với nhóm này"):
        verb(group, by=officer)
    assert ZaloGroup.objects.get(pk=group.pk).status == Status.DRAFT
