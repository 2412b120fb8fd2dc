"""Groups of the account and their people (fact sheet §4.2)."""

from typing import Any

import pytest

from tests.zalo.simulator.asking import get, heard, post, tell
from zalo_simulator.records import Group
from zalo_simulator.server import Simulator
from zalo_simulator.state.people import ADMIN_ID

BASE = "/v3.0/oa/group"


@pytest.fixture
def group(simulator: Simulator) -> Group:
    return simulator.state.add_group("Ấp Bình An")


def create(simulator: Simulator, **changes: Any) -> dict[str, Any]:
    asset = simulator.state.add_asset()
    body = {"group_name": "Ấp 1", "asset_id": asset.id, "member_user_ids": [ADMIN_ID]}
    return post(simulator, f"{BASE}/creategroupwithoa", body | changes)


def act(simulator: Simulator, name: str, group: Group, *user_ids: str) -> dict[str, Any]:
    return post(simulator, f"{BASE}/{name}", group_id=group.id, member_user_ids=list(user_ids))


def members(simulator: Simulator, group: Group) -> list[str]:
    page = get(simulator, f"{BASE}/listmember", group_id=group.id, count=50)["data"]
    return [item.get("user_id", item.get("oa_id")) for item in page["members"]]


def test_created_group_counts_the_account_and_is_told(simulator: Simulator):
    person = simulator.state.add_person("Bà con")
    told = heard(simulator)

    data = create(simulator, group_description="Tin của ấp", member_user_ids=[ADMIN_ID, person.id])[
        "data"
    ]

    assert (data["name"], data["total_member"], data["status"]) == ("Ấp 1", 3, "enabled")
    assert int(data["group_id"], 16) > 2**53
    assert data["group_link"].startswith("https://zalo.me/g/")
    [(name, payload)] = told
    assert (name, payload["group_id"]) == ("create_group", data["group_id"])
    assert payload["users"] == [{"id": ADMIN_ID}, {"id": person.id}]


def test_members_of_a_new_group_are_one_to_ninety_nine_with_an_admin(simulator: Simulator):
    ids = [person.id for person in simulator.state.add_people(99)]

    def code(members: Any) -> int:
        return create(simulator, member_user_ids=members)["error"]

    assert code([]) == -201
    assert code(ids[:5]) == -201
    assert code(ADMIN_ID) == -201
    assert code([ADMIN_ID, "123"]) == -201
    assert code([ADMIN_ID, *ids]) == -210
    assert code([ADMIN_ID, *ids[:98]]) == 0


@pytest.mark.parametrize(("name", "code"), [("", -201), ("ấ" * 31, -210), ("ấ" * 30, 0)])
def test_name_has_one_to_thirty_characters(simulator: Simulator, name: str, code: int):
    assert create(simulator, group_name=name)["error"] == code


def test_foreign_unknown_and_ordinary_groups_are_out_of_reach(simulator: Simulator):
    ordinary = simulator.state.add_group("Bà con", kind="ordinary").id

    for group_id in (ordinary, "ffffffffffffffffffff"):
        assert get(simulator, f"{BASE}/getgroup", group_id=group_id)["error"] == -403
        assert post(simulator, f"{BASE}/delete", group_id=group_id)["error"] == -403
    assert get(simulator, f"{BASE}/getgroupsofoa")["data"]["total"] == 0
    assert get(simulator, f"{BASE}/getgroup")["error"] == -201


def test_settings_are_changed_echoed_whole_and_told(simulator: Simulator, group: Group):
    told = heard(simulator)

    echoed = post(
        simulator,
        f"{BASE}/updateinfo",
        group_id=group.id,
        group_name="Ấp Bình Yên",
        join_appr=False,
    )["data"]

    assert echoed["group_info"]["name"] == "Ấp Bình Yên"
    assert echoed["group_setting"] == {
        "lock_send_msg": True,
        "join_appr": False,
        "enable_msg_history": True,
        "enable_link_join": True,
    }
    assert [name for name, _ in told] == ["update_group_info"]
    assert get(simulator, f"{BASE}/getgroup", group_id=group.id)["data"] == echoed


def test_setting_must_be_a_boolean(simulator: Simulator, group: Group):
    for change in ({"join_appr": "false"}, {}, {"group_avatar": "a.png"}):
        answer = post(simulator, f"{BASE}/updateinfo", {"group_id": group.id, **change})
        assert answer["error"] == -201


def test_list_of_members_holds_five_with_the_account_first(simulator: Simulator, group: Group):
    act(simulator, "invite", group, *(person.id for person in simulator.state.add_people(7)))

    page = get(simulator, f"{BASE}/listmember", group_id=group.id)["data"]

    assert (page["total"], page["member_count"]) == ("9", 5)
    assert page["members"][0]["oa_id"] == simulator.state.oa_id
    assert "user_id" not in page["members"][0]
    rest = get(simulator, f"{BASE}/listmember", group_id=group.id, offset=5, count=50)["data"]
    assert len(rest["members"]) == 4
    assert get(simulator, f"{BASE}/listmember", group_id=group.id, count=-1)["error"] == -201


def test_large_group_of_the_demo_lists_as_many_as_it_counts(simulator: Simulator):
    group = simulator.state.add_group("Ấp Tân Phú", total_member=40)

    assert len(members(simulator, group)) == 40
    assert len(members(simulator, group)) == 40


def test_invited_are_followers_or_have_spoken_within_seven_days(simulator: Simulator, group: Group):
    add = simulator.state.add_person
    follower = add("Theo dõi", days_since_interaction=30)
    talker = add("Mới nhắn", days_since_interaction=2, is_follower=False)
    silent = add("Lâu rồi", days_since_interaction=8, is_follower=False)
    blocking = add("Chặn", refusal=-217)
    told = heard(simulator)

    assert act(simulator, "invite", group, silent.id, follower.id)["error"] == -213
    assert act(simulator, "invite", group, blocking.id)["error"] == -217
    assert told == []
    answer = act(simulator, "invite", group, follower.id, talker.id)

    assert (answer["error"], "data" in answer) == (0, False)
    assert members(simulator, group)[-2:] == [follower.id, talker.id]
    assert [(name, p["users"]) for name, p in told] == [
        ("user_join_group", [{"id": follower.id}, {"id": talker.id}])
    ]


def test_invited_wait_for_their_own_word_where_the_setting_says_so(
    simulator: Simulator, group: Group
):
    tell(simulator, "app", is_invite_waiting=True)
    person = simulator.state.add_person("Bà con")

    act(simulator, "invite", group, person.id)
    assert person.id not in members(simulator, group)
    simulator.state.accept_invitation(person.id, group.id)

    assert person.id in members(simulator, group)


def test_link_leads_in_or_into_the_queue(simulator: Simulator, group: Group):
    one, two = simulator.state.add_people(2)
    told = heard(simulator)

    assert simulator.state.join_by_link(one.id, group.id) == "asked"
    post(simulator, f"{BASE}/updateinfo", group_id=group.id, join_appr=False)
    assert simulator.state.join_by_link(two.id, group.id) == "joined"
    post(simulator, f"{BASE}/updateinfo", group_id=group.id, enable_link_join=False)

    with pytest.raises(ValueError, match="không cho vào bằng liên kết"):
        simulator.state.join_by_link(simulator.state.add_person("Ba").id, group.id)
    pending = get(simulator, f"{BASE}/listpendinginvite", group_id=group.id)["data"]
    assert pending["members"] == [{"user_id": one.id, "name": one.name}]
    assert members(simulator, group)[-1] == two.id
    assert [name for name, _ in told if name != "update_group_info"] == [
        "user_request_join_group",
        "user_join_group",
    ]


def test_queue_is_approved_and_rejected(simulator: Simulator, group: Group):
    one, two, other = simulator.state.add_people(3)
    for person in (one, two):
        simulator.state.join_by_link(person.id, group.id)
    told = heard(simulator)

    assert act(simulator, "acceptpendinginvite", group, other.id)["error"] == -201
    assert act(simulator, "acceptpendinginvite", group, one.id)["error"] == 0
    assert act(simulator, "rejectpendinginvite", group, two.id)["error"] == 0

    assert members(simulator, group)[2:] == [one.id]
    assert group.pending == []
    assert [name for name, _ in told] == [
        "accept_request_join_group",
        "user_join_group",
        "reject_request_join_group",
    ]


def test_group_takes_no_more_than_its_asset_holds(simulator: Simulator):
    group = simulator.state.add_group("Nhỏ", max_member=10)
    ids = [person.id for person in simulator.state.add_people(9)]

    assert act(simulator, "invite", group, *ids)["error"] == -210
    assert act(simulator, "invite", group, *ids[:8])["error"] == 0
    with pytest.raises(ValueError, match="đủ người"):
        simulator.state.join_by_link(ids[8], group.id)


def test_deputies_come_from_the_members(simulator: Simulator, group: Group):
    person, outsider = simulator.state.add_people(2)
    act(simulator, "invite", group, person.id)
    told = heard(simulator)

    assert act(simulator, "addadmins", group, outsider.id)["error"] == -201
    assert act(simulator, "removeadmins", group, person.id)["error"] == -201
    assert act(simulator, "addadmins", group, person.id)["error"] == 0
    assert group.deputies == [person.id]
    assert act(simulator, "removeadmins", group, person.id)["error"] == 0

    assert [name for name, _ in told] == ["add_group_admin", "remove_group_admin"]


def test_members_are_removed_and_the_last_admin_stays(simulator: Simulator, group: Group):
    person = simulator.state.add_person("Bà con")
    act(simulator, "invite", group, person.id)
    told = heard(simulator)

    assert act(simulator, "removemembers", group, ADMIN_ID)["error"] == -201
    assert act(simulator, "removemembers", group, person.id)["error"] == 0
    assert act(simulator, "removemembers", group, person.id)["error"] == -201

    assert group.total_member == 2
    assert told == [
        (
            "user_out_group",
            {
                "oa_id": simulator.state.oa_id,
                "group_id": group.id,
                "users": [{"id": person.id}],
            },
        )
    ]


@pytest.mark.parametrize("has_history", [True, False])
def test_newcomer_reads_what_was_said_before_only_where_the_group_says_so(
    simulator: Simulator, group: Group, has_history: bool
):
    person = simulator.state.add_person("Bà con")
    post(simulator, f"{BASE}/updateinfo", group_id=group.id, enable_msg_history=has_history)
    simulator.state.post(group_id=group.id, text="Trước")
    assert simulator.state.seen_in_group(person.id, group.id) == []
    act(simulator, "invite", group, person.id)
    simulator.state.post(group_id=group.id, text="Sau")

    seen = [message.text for message in simulator.state.seen_in_group(person.id, group.id)]

    assert seen == (["Trước", "Sau"] if has_history else ["Sau"])


def test_locked_group_lets_only_deputies_write(simulator: Simulator, group: Group):
    member, deputy, outsider = simulator.state.add_people(3)
    act(simulator, "invite", group, member.id, deputy.id)
    act(simulator, "addadmins", group, deputy.id)
    may_write = simulator.state.may_write

    assert [may_write(p.id, group.id) for p in (member, deputy, outsider)] == [False, True, False]
    post(simulator, f"{BASE}/updateinfo", group_id=group.id, lock_send_msg=False)
    assert [may_write(p.id, group.id) for p in (member, deputy, outsider)] == [True, True, False]
