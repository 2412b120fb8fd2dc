"""A group goes into service through its gate, and out of it for a reason."""

import pytest

from accounts.models import AuditEvent
from groups import services
from groups.models import ZaloGroup
from tests.factories.groups import make_group, make_ordinary_group, make_regulation

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
