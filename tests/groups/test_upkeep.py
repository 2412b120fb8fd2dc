"""Groups are looked after: every reason has its boundary, every deed takes its reason away."""

from datetime import datetime, time, timedelta

import pytest
from django.utils import timezone

from accounts.models import AuditEvent
from groups import services
from groups.models import ZaloGroup
from groups.zalo_groups import health
from groups.zalo_groups import pages as zalo_groups_pages
from tests.factories.broadcasts import make_broadcast, make_delivery
from tests.factories.groups import (
    make_assignment,
    make_group,
    make_officer,
    make_ordinary_group,
    make_regulation,
)

TODAY = timezone.localdate()


def reasons(group: ZaloGroup) -> list[str]:
    rows = ZaloGroup.objects.with_health(timezone.localdate())
    return [reason.code for reason in health.reasons(rows.get(pk=group.pk), TODAY)]


@pytest.fixture
def healthy(hamlet, chief):
    """An ordinary group that nobody needs to look at."""
    officer = make_officer(hamlet.commune, user=chief)
    make_assignment(officer, hamlet)
    group = make_ordinary_group(
        hamlet, owner=officer, officer_inside=officer, officer_inside_on=TODAY,
        rules_pinned=make_regulation(hamlet), rules_pinned_on=TODAY, rules_pinned_by=chief,
        link_checked_on=TODAY, head_count=500, head_count_on=TODAY,
    )  # fmt: skip
    posted(group, days=1)
    return group


def posted(group: ZaloGroup, *, days: int) -> None:
    moment = timezone.make_aware(datetime.combine(TODAY - timedelta(days=days), time(8)))
    post = make_broadcast(
        group.hamlet.commune, status="completed", audience_groups=[group.pk], started_at=moment
    )
    delivery = make_delivery(post, group, status="posted")
    type(delivery).objects.filter(pk=delivery.pk).update(posted_at=moment)


def test_a_group_that_is_well_is_not_on_the_list(healthy):
    assert reasons(healthy) == []
    assert not ZaloGroup.objects.needing_care(TODAY).exists()


@pytest.mark.parametrize(("days", "is_silent"), [(14, False), (15, True)])
def test_silent_for_more_than_fourteen_days(healthy, days, is_silent):
    healthy.deliveries.all().delete()
    posted(healthy, days=days)

    assert ("silent" in reasons(healthy)) is is_silent


@pytest.mark.parametrize(("heads", "is_crowded"), [(900, False), (901, True)])
def test_crowded_over_ninety_percent(healthy, heads, is_crowded):
    ZaloGroup.objects.filter(pk=healthy.pk).update(head_count=heads)

    assert ("crowded" in reasons(healthy)) is is_crowded


@pytest.mark.parametrize(("days", "is_old"), [(30, False), (31, True)])
@pytest.mark.parametrize(
    ("column", "code"), [("head_count_on", "count"), ("link_checked_on", "link")]
)
def test_counts_and_links_are_fresh_for_a_month(healthy, days, is_old, column, code):
    ZaloGroup.objects.filter(pk=healthy.pk).update(**{column: TODAY - timedelta(days=days)})

    assert (code in reasons(healthy)) is is_old


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"link_is_broken": True}, "link"), ({"link_checked_on": None}, "link"),
        ({"link": ""}, "link"), ({"head_count": None, "head_count_on": None}, "count"),
        ({"officer_inside": None, "officer_inside_on": None}, "officer"),
        ({"rules_pinned": None, "rules_pinned_on": None, "rules_pinned_by": None}, "rules"),
    ],
)  # fmt: skip
def test_what_was_never_done_is_a_reason(healthy, values, code):
    ZaloGroup.objects.filter(pk=healthy.pk).update(**values)

    assert reasons(healthy) == [code]


def test_group_of_the_account_wants_neither_link_nor_count(hamlet):
    group = make_group(hamlet)

    assert not {"link", "count"} & set(reasons(group))


def test_officer_who_leaves_the_service_or_the_hamlet_is_no_longer_inside(hamlet, healthy):
    officer = healthy.officer_inside
    services.pause(healthy, by=officer.user)
    services.activate(healthy, by=officer.user)
    healthy.owner = make_officer(hamlet.commune)
    healthy.save()
    assert reasons(healthy) == []

    officer.assignments.update(valid_to=TODAY - timedelta(days=1))
    assert reasons(healthy) == ["officer"]
    officer.assignments.update(valid_to=None)
    type(officer).objects.filter(pk=officer.pk).update(is_active=False)

    assert reasons(healthy) == ["officer"]
    healthy.refresh_from_db()
    assert healthy.status == ZaloGroup.Status.ACTIVE
    inside = next(
        s for s in zalo_groups_pages.steps(healthy, officer.user) if "Có cán bộ" in s.title
    )
    assert (inside.is_done, "không còn" in inside.said) == (False, True)


def test_new_rules_want_to_be_pinned_again(hamlet, healthy, chief):
    first = healthy.rules_pinned
    services.issue(make_regulation(hamlet, version=2), by=chief)
    first.refresh_from_db()

    assert (first.status, reasons(healthy)) == ("superseded", ["rules"])
    services.pin_rules(healthy, by=chief)
    assert reasons(healthy) == []


@pytest.mark.parametrize("status", ["draft", "consulting", "paused", "closed"])
def test_only_groups_in_service_are_on_the_list(hamlet, status):
    make_ordinary_group(hamlet, status=status)

    assert not ZaloGroup.objects.needing_care(TODAY).exists()


def test_deeds_take_their_reasons_away(hamlet, hamlet_head_of):
    head = hamlet_head_of(hamlet)
    owner = make_officer(hamlet.commune)
    make_regulation(hamlet)
    group = make_ordinary_group(hamlet, owner=owner)
    assert reasons(group) == ["silent", "officer", "link", "count", "rules"]

    services.count_heads(group, 321, by=head)
    services.check_link(group, by=head, works=True)
    services.pin_rules(group, by=head)
    services.confirm_officer(group, by=head)

    assert reasons(group) == ["silent"]
    actions = AuditEvent.objects.filter(action__startswith="group.").order_by("sequence")
    assert [event.action for event in actions] == [
        "group.heads_counted", "group.link_checked", "group.rules_pinned", "group.officer_inside",
    ]  # fmt: skip


def test_a_broken_link_may_prove_to_work_after_all(hamlet, hamlet_head_of):
    group, head = make_ordinary_group(hamlet), hamlet_head_of(hamlet)

    services.check_link(group, by=head, works=False)
    assert "link" in reasons(group)
    services.check_link(group, by=head, works=True)

    assert "link" not in reasons(group)


@pytest.mark.parametrize("heads", [0, -1, 100_001])
def test_impossible_counts_are_refused(hamlet, chief, heads):
    with pytest.raises(services.NotAllowed, match="từ 1 trở lên"):
        services.count_heads(make_ordinary_group(hamlet), heads, by=chief)


def test_nothing_is_pinned_before_it_is_agreed(hamlet, chief):
    make_regulation(hamlet, agreed=False, status="consulting")

    with pytest.raises(services.NotAllowed, match="Chưa có quy chế đã thống nhất"):
        services.pin_rules(make_ordinary_group(hamlet), by=chief)


def test_an_officer_speaks_for_oneself_and_the_head_for_the_owner(
    hamlet, officer_of, hamlet_head_of
):
    user = officer_of(hamlet)
    owner = make_officer(hamlet.commune)
    group = make_ordinary_group(hamlet, owner=owner)

    assert services.confirm_officer(group, by=hamlet_head_of(hamlet)).officer_inside == owner
    assert services.confirm_officer(group, by=user).officer_inside == user.officer


def test_a_leader_in_charge_of_no_hamlet_speaks_for_the_owner(hamlet, chief):
    leader = make_officer(hamlet.commune, user=chief)
    orphan = make_ordinary_group(hamlet)
    group = make_ordinary_group(hamlet, owner=make_officer(hamlet.commune))

    services.confirm_officer(group, by=chief)
    with pytest.raises(services.NotAllowed, match="Hãy chọn trưởng nhóm trước"):
        services.confirm_officer(orphan, by=chief)

    group.refresh_from_db()
    assert (group.officer_inside, "officer" in reasons(group)) == (group.owner, False)
    of_all = make_ordinary_group(None, commune=hamlet.commune)
    assert services.confirm_officer(of_all, by=chief).officer_inside == leader
    assert "officer" not in reasons(of_all)


@pytest.mark.parametrize(
    "deed",
    [
        lambda group, by: services.count_heads(group, 5, by=by),
        lambda group, by: services.check_link(group, by=by, works=True),
        lambda group, by: services.pin_rules(group, by=by),
        lambda group, by: services.confirm_officer(group, by=by),
    ],
)
def test_nobody_tends_a_group_out_of_sight_or_a_closed_one(
    hamlet, other_hamlet, hamlet_head_of, chief, deed
):
    make_regulation(hamlet)
    group = make_ordinary_group(hamlet, owner=make_officer(hamlet.commune))

    with pytest.raises(services.NotAllowed, match="không có quyền"):
        deed(group, hamlet_head_of(other_hamlet))
    services.close(group, by=chief)
    with pytest.raises(services.NotAllowed, match="đã đóng"):
        deed(group, chief)
