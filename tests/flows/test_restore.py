"""A backup of the middle of a post is put back, and everything starts at once."""

import time
from pathlib import Path

import pytest

from accounts.users.roles import Role
from accounts.work_budget import WorkBudget
from tests.factories.accounts import make_user
from tests.flows import harness
from tests.flows.harness import Portal, Scene
from tests.flows.restoring import Backup, calls, ends, gate, lost, received, until
from tests.sizes import size
from zalo.hold import history, services
from zalo.models import HeldRow

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.db_broker,
    pytest.mark.flow,
    pytest.mark.timeout(600),
]
GROUPS = size(300, 30)
# What a tired person sees in a group besides our post.
RESIDENT = "Nhà bà Tư ở cuối hẻm có người lạ, nói riêng với các chú thôi nhé."


class Restored:
    """A post of which a part left after the backup, and the data of before."""

    def __init__(self, portal: Portal, scene: Scene, *, is_flushed: bool = False) -> None:
        self.portal, self.scene = portal, scene
        self.admin = make_user(scene.commune, Role.TECH_ADMIN)
        groups = scene.add_groups(GROUPS)
        self.group_ids = [group.zalo_group_id for group in groups]
        self.post = scene.approved(audience_groups=[group.pk for group in groups])
        until(lambda: calls(scene) >= GROUPS // 3, "a third of the calls")
        backup = Backup()
        after = calls(scene)
        until(lambda: calls(scene) >= after + GROUPS // 3, "another third")
        portal.kill()
        portal.kill("beat")
        self.in_flight = self.post.deliveries.filter(status="sending").count()
        time.sleep(1)  # a call that was on its way as its sender died still arrives
        self.sent_before = sum(received(scene).values())
        backup.restore()
        if is_flushed:
            harness.forget_redis()
        portal.start_worker()
        portal.start_beat()

    def is_held(self) -> bool:
        return until(lambda: gate().state == "held", "the gate to close")

    def open_again(self) -> None:
        services.confirm_accounts(by=self.scene.chief)
        services.ask_to_open(by=self.admin)
        services.open_again(by=self.scene.chief)

    def settle_as_proposed(self) -> int:
        return services.settle(list(HeldRow.objects.filter(decision="")), "", by=self.scene.chief)

    def end(self) -> None:
        until(lambda: harness.open_deliveries(self.post) == 0, "the end", timeout_s=120)

    def twice(self) -> int:
        return sum(count > 1 for count in received(self.scene).values())


def test_restore_in_the_middle_of_a_post_sends_nothing_twice(watched: tuple[Portal, Scene]):
    restored = Restored(*watched)
    assert restored.is_held()
    time.sleep(6)  # three ticks: whoever would send has had the time
    assert sum(received(restored.scene).values()) == restored.sent_before

    services.start(by=restored.admin)
    history.ask()
    restored.settle_as_proposed()
    restored.open_again()
    restored.end()

    assert restored.twice() == 0
    assert ends(restored.post)["uncertain"] <= restored.in_flight
    assert lost(restored.post, restored.scene, restored.group_ids) == []
    assert ends(restored.post)["sent"] >= GROUPS - restored.in_flight


def test_restore_and_a_flushed_redis_is_held_and_killed_settling_goes_on(
    watched: tuple[Portal, Scene],
):
    """Without the journal Zalo's history tells, and nothing of others stays here."""
    restored = Restored(*watched, is_flushed=True)
    state = restored.scene.simulator.state
    assert restored.is_held()
    for group_id in restored.group_ids[:5]:
        state.post(text=RESIDENT, group_id=group_id, sender="person", user_id="9000000001")
    for path in (Path(watched[0].environment["WITNESS_DIR"])).rglob("journal-*"):
        path.unlink()

    services.start(by=restored.admin)
    half = list(HeldRow.objects.order_by("pk")[: GROUPS // 3])
    history.ask(WorkBudget(0.5))
    restored.portal.kill()
    restored.portal.start_worker()
    history.ask()
    services.settle(half, "", by=restored.scene.chief)
    restored.settle_as_proposed()
    restored.open_again()
    restored.end()

    assert restored.twice() == 0
    assert lost(restored.post, restored.scene, restored.group_ids) == []
    assert ends(restored.post)["sent"] == GROUPS
    assert found_anywhere(RESIDENT, watched[0].log) == []


def found_anywhere(words: str, log: Path) -> list[str]:
    """Tables and logs in which these words stand."""
    found = [name for name, rows in Backup().tables.items() if words.encode() in rows]
    return found + [str(log)] * (words in log.read_text(errors="replace"))
