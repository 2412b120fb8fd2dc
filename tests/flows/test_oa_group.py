"""A group of the account, from the first tap to its renewal, against the simulator.

A state agency that Zalo lets have groups runs them as a business does.
"""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from billiard.exceptions import SoftTimeLimitExceeded
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts import work_budget
from accounts.models import AuditEvent, User
from accounts.work_budget import WorkBudget
from broadcasts.models import Delivery
from broadcasts.scheduling.tick import run_tick
from broadcasts.sending.delivery import drain
from groups import services
from groups.models import GroupAtZalo, GroupReconciliation, Officer, ZaloGroup
from groups.oa_groups import reconciliation
from tests.conftest import MODEL_BACKEND
from tests.factories.groups import make_group, make_regulation
from tests.flows.harness import Scene, forget_redis, new_simulator
from zalo.client.transport import forget_connections
from zalo.models import GroupAsset
from zalo.official_accounts import call_log
from zalo.tokens import services as tokens
from zalo_simulator.faults import parse
from zalo_simulator.server import Simulator
from zalo_simulator.state.people import ADMIN_ID

DAY_S = 86_400


@pytest.fixture
def profile() -> str:
    return "business"


@pytest.fixture
def simulator(settings: Any, profile: str) -> Iterator[Simulator]:
    running_one = new_simulator(profile=profile)
    settings.ZALO_API_URL = settings.ZALO_OAUTH_URL = running_one.url
    settings.ZALO_RATE_PER_MIN, settings.ZALO_TIMEOUT_S = 60_000, 20
    forget_redis()
    tokens.forget()
    call_log.forget()
    forget_connections()
    running_one.state.ensure_admin().interacted_at = running_one.state.now()
    yield running_one
    running_one.stop()


@pytest.fixture
def scene(db: None, simulator: Simulator) -> Scene:
    made = Scene(simulator)
    make_regulation(made.hamlet)
    return made


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user, backend=MODEL_BACKEND)
    return client


def at(name: str, group: ZaloGroup) -> str:
    return reverse(f"admin:groups_zalogroup_{name}", args=[group.pk])


def answer_to(client: Client, address: str, values: dict[str, Any]) -> str:
    """Return the sentence of the page after a press."""
    answer = client.post(address, values, follow=True)
    return " ".join(str(message) for message in answer.context["messages"])


def compare(scene: Scene) -> GroupReconciliation:
    run = GroupReconciliation.objects.create(commune=scene.commune)
    reconciliation.run(run.pk)
    run.refresh_from_db()
    assert (run.state, run.problem) == ("done", "")
    return run


def post(scene: Scene) -> dict[str, str]:
    """A post to every active group: group → what became of it."""
    broadcast = scene.approved()
    run_tick()
    drain(scene.commune.pk, urgent=False)
    rows = Delivery.objects.filter(broadcast=broadcast)
    return {row.zalo_group.name: row.status for row in rows.select_related("zalo_group")}


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("profile", ["business", "state_agency"])
def test_from_the_first_tap_to_the_renewal(scene: Scene, simulator: Simulator):
    state = simulator.state
    asset = state.add_asset("gmf50", days_left=20)
    group = make_group(scene.hamlet, name="Bình yên ấp Cây Da", status="draft", zalo_group_id="")
    officer = Officer.objects.get(user=scene.author)
    client = signed_in(scene.author)

    # Made at Zalo, on the only place there is, by the officer of the hamlet.
    answer_to(client, at("make", group), {"deed": "places"})
    place = GroupAsset.objects.get(asset_id=asset.id)
    told = answer_to(
        client, at("make", group),
        {"name": group.name, "asset": place.pk, "admin": officer.pk, "zalo_user_id": ADMIN_ID},
    )  # fmt: skip
    group.refresh_from_db()
    there = state.groups[group.zalo_group_id]
    assert "Zalo đã tạo nhóm. Nhóm chỉ cán bộ đăng bài và duyệt người vào." in told
    assert (there.lock_send_msg, there.join_appr) == (True, True)
    assert (group.capacity, group.link, group.kind) == (50, there.link, "oa")
    assert (there.name, list(there.members)) == ("Bình yên ấp Cây Da", [ADMIN_ID])

    # Set: only officers write, joining is approved.
    answer_to(client, at("switches", group), {
        "is_send_locked": "on", "needs_approval": "on", "is_link_open": "on", "name": group.name,
    })  # fmt: skip
    assert (there.lock_send_msg, there.enable_msg_history) == (True, False)
    services.activate(group, by=scene.chief)

    # The link is printed with its code; a resident uses it, an officer lets them in.
    sheet = client.get(at("poster", group)).content.decode()
    assert group.link in sheet
    assert "data:image/svg+xml" in sheet
    resident = state.add_person("Trần Thị Bông")
    other = state.add_person("Người Lạ Mặt", days_since_interaction=None)
    for person in (resident, other):
        state.join_by_link(person.id, there.id)
    compare(scene)
    assert GroupAtZalo.objects.get(group=group).waiting == 2
    door = client.get(at("pending", group)).content.decode()
    assert "T. T. Bông" in door
    assert "Trần Thị Bông" not in door
    assert "Đã duyệt 1 người" in answer_to(
        client, at("pending", group), {"accept-one": resident.id}
    )
    assert "Đã từ chối 1 người" in answer_to(
        client, at("pending", group), {"person": [other.id], "reject": ""}
    )
    assert (resident.id in there.members, there.pending) == (True, [])

    # A post arrives.
    assert post(scene) == {group.name: "sent"}
    assert scene.received() == {there.id: 1}

    # The package ends: the send is refused, the group is held, the next post leaves it out.
    state.advance(22 * DAY_S)
    tokens_stay_good(scene)
    assert post(scene) == {group.name: "failed"}
    group.refresh_from_db()
    row = GroupAtZalo.objects.get(group=group)
    assert (group.status, row.status, row.is_held) == ("paused", "disabled", True)
    assert row.dissolves_on == timezone.localdate() + timedelta(days=45)
    home = client.get(reverse("admin:index")).content.decode()
    assert "Nhóm bị Zalo khóa hoặc không còn" in home
    with pytest.raises(services.NotAllowed, match="Zalo đã khóa nhóm này"):
        services.activate(group, by=scene.chief)
    compare(scene)
    assert GroupAtZalo.objects.get(group=group).deletes_on is not None

    # Renewed by a person on another place: it goes on by itself.
    state.add_asset("gmf100", days_left=365)
    answer_to(client, at("place", group), {"deed": "places"})
    fresh = GroupAsset.objects.free(timezone.localdate()).get()
    assert "Đã gắn gói mới" in answer_to(client, at("place", group), {"place": fresh.pk})
    group.refresh_from_db()
    assert (group.status, group.capacity) == ("active", 100)
    assert post(scene) == {group.name: "sent"}
    assert scene.received() == {there.id: 2}

    verbs = set(AuditEvent.objects.values_list("action", flat=True))
    assert {
        "group.creation_asked", "group.made_at_zalo", "group.settings_changed",
        "group.pending_viewed", "group.people_accepted", "group.people_rejected",
        "group.disabled_at_zalo", "group.enabled_at_zalo", "group.place_switched",
    } <= verbs  # fmt: skip


def tokens_stay_good(scene: Scene) -> None:
    """After a leap of the clock: the pair that the periodic task would have fetched by now."""
    pair = scene.simulator.state.consent()
    scene.account.access_token, scene.account.refresh_token = pair.access, pair.refresh
    scene.account.save()
    tokens.forget()


def test_an_attempt_without_answer_is_never_repeated_and_found_again(
    scene: Scene, simulator: Simulator
):
    state = simulator.state
    state.add_asset("gmf50", days_left=90)
    group = make_group(scene.hamlet, name="Bình yên ấp Bàu Sen", status="draft", zalo_group_id="")
    officer = Officer.objects.get(user=scene.author)
    Officer.objects.filter(pk=officer.pk).update(zalo_user_id=ADMIN_ID)
    client = signed_in(scene.author)
    answer_to(client, at("make", group), {"deed": "places"})
    place = GroupAsset.objects.get()
    simulator.faults.add(lost_answer())

    values = {"name": group.name, "asset": place.pk, "admin": officer.pk}
    first = answer_to(client, at("make", group), values)
    second = answer_to(client, at("make", group), values)

    assert "Zalo không trả lời rõ" in first
    assert "Lần tạo trước chưa rõ kết quả" in second
    made = [one for one in state.groups.values() if one.kind == "oa"]
    assert [one.name for one in made] == [group.name]
    assert "Tạo nhóm chưa xong" in client.get(reverse("admin:index")).content.decode()
    attempt = group.creations.get()
    refused = answer_to(client, at("find", group), {"deed": "absent", "attempt": attempt.pk})
    assert "Hãy nhận nhóm đó về" in refused
    assert "Đã nhận nhóm về cổng" in answer_to(client, at("find", group), {"group": made[0].id})
    group.refresh_from_db()
    attempt.refresh_from_db()
    assert (group.zalo_group_id, attempt.state) == (made[0].id, "made")


def lost_answer(call: str = "creategroupwithoa") -> Any:
    return parse({"kind": "lose_answer", "path": f"/v3.0/oa/group/{call}", "times": 1})


@pytest.mark.parametrize("way", ["safe", "switches"])
def test_settings_that_fail_never_block_the_making_and_are_offered_again(
    scene: Scene, simulator: Simulator, way: str
):
    state = simulator.state
    state.add_asset("gmf50", days_left=90)
    group = make_group(scene.hamlet, name="Bình yên ấp Gò Me", status="draft", zalo_group_id="")
    officer = Officer.objects.get(user=scene.author)
    client = signed_in(scene.author)
    answer_to(client, at("make", group), {"deed": "places"})
    simulator.faults.add(parse({"kind": "-32", "path": "/v3.0/oa/group/updateinfo"}))
    values = {
        "name": group.name, "asset": GroupAsset.objects.get().pk, "admin": officer.pk,
        "zalo_user_id": ADMIN_ID,
    }  # fmt: skip

    told = answer_to(client, at("make", group), values)

    group.refresh_from_db()
    there = state.groups[group.zalo_group_id]
    assert "Zalo đã tạo nhóm. Nhóm chưa được khóa gửi tin và bật duyệt người vào." in told
    assert (group.creations.get().state, there.lock_send_msg) == ("made", False)
    assert "Tạo nhóm chưa xong" in client.get(reverse("admin:index")).content.decode()
    assert at("safe", group) in client.get(at("at_zalo", group)).content.decode()

    simulator.faults.clear()
    chosen = {"needs_approval": "on", "is_link_open": "on"} if way == "switches" else {}
    answer_to(client, at(way, group), chosen)

    assert (there.lock_send_msg, there.join_appr) == (way == "safe", True)
    assert at("safe", group) not in client.get(at("at_zalo", group)).content.decode()
    assert "Tạo nhóm chưa xong" not in client.get(reverse("admin:index")).content.decode()


def test_a_group_that_was_found_again_is_offered_its_settings(scene: Scene, simulator: Simulator):
    simulator.state.add_asset("gmf50", days_left=90)
    group = make_group(scene.hamlet, name="Bình yên ấp Gò Me", status="draft", zalo_group_id="")
    Officer.objects.filter(user=scene.author).update(zalo_user_id=ADMIN_ID)
    client = signed_in(scene.author)
    answer_to(client, at("make", group), {"deed": "places"})
    simulator.faults.add(lost_answer())
    officer = Officer.objects.get(user=scene.author)
    values = {"name": group.name, "asset": GroupAsset.objects.get().pk, "admin": officer.pk}
    answer_to(client, at("make", group), values)
    made = next(one for one in simulator.state.groups.values() if one.name == group.name)

    answer_to(client, at("find", group), {"group": made.id})

    assert made.lock_send_msg is False
    assert at("safe", group) in client.get(at("at_zalo", group)).content.decode()


def test_a_night_finds_what_somebody_changed_in_the_console(scene: Scene, simulator: Simulator):
    state = simulator.state
    kept, renamed = scene.add_groups(2)
    compare(scene)
    state.change_group(state.groups[kept.zalo_group_id], lock_send_msg=False)
    state.change_group(state.groups[renamed.zalo_group_id], name="Chợ phiên ấp 3")
    stranger = state.add_group("Nhóm lạ")

    run = compare(scene)

    found = sorted((line.kind, line.outcome) for line in run.lines.exclude(kind="heads"))
    assert found == [("new", "open"), ("renamed", "open"), ("switch", "open")]
    client = signed_in(scene.chief)
    page = reverse("admin:groups_groupreconciliation_show", args=[run.pk])
    text = client.get(page).content.decode()
    assert "Chợ phiên ấp 3" in text
    assert "Nhóm lạ" in text
    decide = reverse("admin:groups_groupreconciliation_decide", args=[run.pk])
    switch = run.lines.get(kind="switch")
    answer_to(client, decide, {"line": switch.pk, "verb": "restore"})
    answer_to(client, decide, {"line": run.lines.get(kind="renamed").pk, "verb": "accept"})
    new = run.lines.get(kind="new")
    answer_to(client, decide, {
        "line": new.pk, "verb": "adopt", "target": f"hamlet-{scene.hamlet.pk}",
    })  # fmt: skip
    renamed.refresh_from_db()
    adopted = ZaloGroup.objects.get(zalo_group_id=stranger.id)
    assert state.groups[kept.zalo_group_id].lock_send_msg is True
    assert renamed.name == "Chợ phiên ấp 3"
    assert (adopted.status, adopted.hamlet, adopted.name) == ("draft", scene.hamlet, "Nhóm lạ")
    assert not compare(scene).lines.exclude(kind="heads").exists()


def test_a_group_that_is_gone_waits_for_a_person(scene: Scene, simulator: Simulator):
    (group,) = scene.add_groups(1)
    compare(scene)
    simulator.state.dissolve(simulator.state.groups[group.zalo_group_id])

    run = compare(scene)
    again = compare(scene)

    group.refresh_from_db()
    assert [(line.kind, line.outcome) for line in run.lines.all()] == [("gone", "open")]
    assert not again.lines.exists()
    assert (group.status, group.at_zalo.is_held) == ("paused", True)
    client = signed_in(scene.author)
    answer_to(client, at("decide", group), {"line": run.lines.get().pk, "verb": "accept"})
    group.refresh_from_db()
    assert group.status == "closed"


@pytest.mark.django_db(transaction=True)
def test_the_night_opens_one_comparison_and_takes_up_what_stopped(
    scene: Scene, simulator: Simulator, monkeypatch: Any
):
    from groups import tasks  # noqa: PLC0415 -- its door is replaced below

    asked: list[int] = []
    monkeypatch.setattr(tasks.reconcile_oa_groups, "delay", asked.append)
    scene.add_groups(1)
    # The last night that has passed, so that what is opened then is not forgotten since.
    night = (timezone.localtime() - timedelta(hours=3, minutes=12)).replace(hour=3, minute=11)

    opened = reconciliation.tick(night)
    reconciliation.tick(night)
    run = GroupReconciliation.objects.get()
    GroupReconciliation.objects.update(state="failed")
    too_early = reconciliation.tick(night.replace(hour=3, minute=5) + timedelta(days=1))
    GroupReconciliation.objects.update(state="running", beat_at=night - timedelta(minutes=20))
    taken_up = reconciliation.tick(night)

    assert (opened, too_early, taken_up) == (1, 0, 1)
    assert asked == [run.pk, run.pk]
    reconciliation.run(run.pk)
    run.refresh_from_db()
    assert (run.state, run.groups_seen, run.is_nightly) == ("done", 1, True)


def test_a_comparison_in_steps_asks_each_group_once(scene: Scene, simulator: Simulator):
    groups = scene.add_groups(4)
    compare(scene)
    simulator.state.dissolve(simulator.state.groups[groups[3].zalo_group_id])
    calls = simulator.state.stats["calls /v3.0/oa/group/getgroup"]
    run = GroupReconciliation.objects.create(commune=scene.commune)
    states = []

    for _step in range(6):
        reconciliation.run(run.pk, WorkBudget(0))
        run.refresh_from_db()
        states.append((run.state, run.attempts))

    assert states == [("waiting", 0)] * 4 + [("done", 1)] * 2
    assert simulator.state.stats["calls /v3.0/oa/group/getgroup"] - calls == 3
    assert [line.kind for line in run.lines.all()] == ["gone"]


def test_a_comparison_that_its_worker_interrupts_waits_for_the_next(
    scene: Scene, simulator: Simulator, monkeypatch: Any
):
    (group,) = scene.add_groups(1)
    run = GroupReconciliation.objects.create(commune=scene.commune)

    def interrupt(*args: Any) -> None:
        raise SoftTimeLimitExceeded

    with monkeypatch.context() as patched:
        patched.setattr(work_budget, "is_stopping", lambda: True)
        patched.setattr(reconciliation, "_look", interrupt)
        reconciliation.run(run.pk)
    run.refresh_from_db()
    assert (run.state, run.attempts) == ("waiting", 0)

    reconciliation.run(run.pk)

    run.refresh_from_db()
    assert (run.state, run.groups_seen) == ("done", 1)
    assert GroupAtZalo.objects.get(group=group).checked_at is not None
