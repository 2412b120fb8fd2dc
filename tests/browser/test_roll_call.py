"""The roll of a group by thumb: ticks outlive a lost line and go with the save or the sign-out."""

import pytest
from django.urls import reverse

from groups.models import Member, Membership, ZaloGroup
from tests.browser.axe import grave_findings
from tests.browser.conftest import Opener, Scene
from tests.browser.tabs import PHONE, settle
from tests.browser.taps import by_hand_s, count_taps, taps
from tests.browser.test_language import english_on
from tests.browser.test_pages import SMALL_TARGETS, WIDER
from tests.factories.groups import make_member, make_team

pytestmark = pytest.mark.timeout(200)
# Whether a tap on the middle of the button reaches it, wherever the page is scrolled to.
REACHED = """(button) => {
  const { left, top, width, height } = button.getBoundingClientRect();
  return document.elementFromPoint(left + width / 2, top + height / 2) === button;
}"""
KEPT = "() => Object.keys(localStorage).filter((key) => key.startsWith('roll:'))"


def boxes(page):
    ticked = page.locator('input[name="in"]').evaluate_all(
        "all => all.filter((box) => box.checked).map((box) => Number(box.value))"
    )
    return set(ticked)


def test_ticks_of_a_closed_tab_are_there_again_until_saved(open_as: Opener, scene: Scene) -> None:
    group = ZaloGroup.objects.get(pk=scene.task.zalo_group_id)
    mates = [make_member(group.hamlet, household_code="H7") for _nth in range(2)]
    alone, other = make_member(group.hamlet), make_member(group.hamlet)
    page = open_as(scene.head, size=PHONE)
    address = reverse("admin:groups_zalogroup_roll", args=[group.pk])
    page.goto(reverse("admin:groups_zalogroup_start", args=[group.pk]))
    page.get_by_role("link", name="Điểm danh", exact=True).click()
    page.wait_for_url(f"**{address}")
    settle(page)
    assert page.evaluate(WIDER) == 0
    assert page.evaluate(SMALL_TARGETS) == []
    assert grave_findings(page) + sorted(english_on(page)) == []

    page.get_by_label("Cả hộ H7").check()
    page.get_by_label(alone.full_name).check()
    assert "3 chưa lưu" in page.locator("#roll-count").inner_text()
    Membership.objects.create(member=alone, group=group, state="declined")
    page.goto(address)

    assert boxes(page) == {mate.pk for mate in mates}, "what somebody changed since is let go"
    notice = page.locator("#roll-pending").inner_text()
    assert "Có 2 dấu lần trước chưa lưu" in notice
    assert "1 dấu lần trước bỏ đi" in notice
    page.get_by_label(other.full_name).check()
    page.get_by_role("button", name="Lưu", exact=True).click()
    page.get_by_text("Đã ghi 3 người vào nhóm.").wait_for()

    joined = set(Membership.objects.joined().filter(group=group).values_list("member", flat=True))
    assert joined == {other.pk, *(mate.pk for mate in mates)}
    assert page.evaluate(KEPT) == []
    assert "luu" not in page.url

    page.get_by_label(other.full_name).uncheck()
    assert page.evaluate(KEPT) == [f"roll:{scene.head.pk}:{group.pk}"]
    page.evaluate("document.querySelector('#logout-form').requestSubmit()")
    page.wait_for_url("**/logout/")
    assert page.evaluate(KEPT) == []


@pytest.mark.parametrize("people_of_a_home", [1, 3])
def test_150_people_take_two_minutes_by_thumb(
    open_as: Opener, scene: Scene, people_of_a_home: int
) -> None:
    """Each alone, and in households that are ticked as one."""
    group = ZaloGroup.objects.get(pk=scene.task.zalo_group_id)
    Member.objects.bulk_create(
        Member(
            hamlet=group.hamlet, full_name=f"Nguyễn Thị Mẫu {number}",
            household_code=f"H{number // people_of_a_home}",
        )
        for number in range(149)
    )  # fmt: skip
    page = open_as(scene.head, size=PHONE)
    count_taps(page)
    page.goto(reverse("admin:groups_zalogroup_roll", args=[group.pk]))
    assert len(page.locator('input[name="in"]').all()) == 150
    assert settle(page).get_by_role("button", name="Lưu", exact=True).evaluate(REACHED)

    for boxes_of in ("[data-household]", 'input[name="in"]'):
        for box in page.locator(boxes_of).all():
            box.check()  # no tap where it is ticked already
    page.get_by_role("button", name="Lưu", exact=True).click()
    by_hand = by_hand_s(page, taps(page))
    page.get_by_text("Đã ghi 150 người vào nhóm.").wait_for()

    assert taps(page) == (52 if people_of_a_home == 3 else 151)
    assert by_hand <= 120
    assert Membership.objects.joined().filter(group=group).count() == 150


def test_a_refused_day_keeps_the_ticks_on_the_page_and_on_the_phone(
    open_as: Opener, scene: Scene
) -> None:
    group = ZaloGroup.objects.get(pk=scene.task.zalo_group_id)
    member, inside = make_member(group.hamlet), make_member(group.hamlet)
    Membership.objects.create(member=inside, group=group, state="joined")
    page = open_as(scene.head, size=PHONE)
    page.goto(reverse("admin:groups_zalogroup_roll", args=[group.pk]))
    page.get_by_label(member.full_name).check()
    page.get_by_label(inside.full_name).uncheck()
    page.get_by_text("Biết ngày vào, ra nhóm").click()
    day = page.get_by_label("Vào nhóm ngày")
    day.evaluate("(field) => { field.removeAttribute('max'); field.value = '2999-01-01'; }")
    page.get_by_role("button", name="Lưu", exact=True).click()
    page.get_by_text("Chưa ghi gì, các dấu vẫn còn trên trang.").wait_for()
    settle(page)

    assert member.pk in boxes(page)
    assert inside.pk not in boxes(page)
    assert "2 chưa lưu" in page.locator("#roll-count").inner_text()
    assert page.evaluate(KEPT) == [f"roll:{scene.head.pk}:{group.pk}"]
    assert page.evaluate(WIDER) == 0
    assert grave_findings(page) == []
    page.get_by_label("Vào nhóm ngày").fill("")
    page.get_by_role("button", name="Lưu", exact=True).click()
    page.get_by_text("Đã ghi 1 người vào nhóm, 1 người ra khỏi nhóm.").wait_for()
    assert page.evaluate(KEPT) == []


def test_a_pasted_list_by_thumb(open_as: Opener, scene: Scene) -> None:
    group = ZaloGroup.objects.get(pk=scene.task.zalo_group_id)
    sure = make_member(group.hamlet, full_name="Lê Văn Tám")
    page = open_as(scene.head, size=PHONE)
    page.goto(reverse("admin:groups_zalogroup_paste", args=[group.pk]))

    page.get_by_label("Danh sách tên").fill("Thành viên (3)\nle van tam\nTrưởng nhóm\nMẹ Bin")
    page.get_by_role("button", name="So tên").click()
    page.get_by_text("Khớp chắc: 1").wait_for()
    settle(page)
    assert page.evaluate(WIDER) == 0
    assert page.evaluate(SMALL_TARGETS) == []
    assert grave_findings(page) + sorted(english_on(page)) == []
    page.get_by_role("button", name="Lưu", exact=True).click()
    page.get_by_text("Đã ghi 1 người vào nhóm.").wait_for()

    assert Membership.objects.joined().get(group=group).member == sure


def test_ticks_of_another_team_are_told_until_they_are_saved(
    open_as: Opener, scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("groups.roll_call.roll.MOST", 1)
    group = ZaloGroup.objects.get(pk=scene.task.zalo_group_id)
    first, second = (
        make_member(group.hamlet, team=make_team(group.hamlet, name=name))
        for name in ("Tổ 81", "Tổ 82")
    )
    page = open_as(scene.head, size=PHONE)
    address = reverse("admin:groups_zalogroup_roll", args=[group.pk])
    page.goto(f"{address}?to={first.team_id}")
    page.get_by_label(first.full_name).check()
    page.goto(f"{address}?to={second.team_id}")
    waits = "1 dấu ở tổ khác chưa lưu"
    assert waits in page.locator("#roll-count").inner_text()

    page.get_by_label(second.full_name).check()
    page.get_by_role("button", name="Lưu", exact=True).click()
    page.get_by_text("Đã ghi 1 người vào nhóm.").wait_for()

    assert waits in page.locator("#roll-count").inner_text()
    assert f"Còn {waits}" in page.locator("#roll-pending").inner_text()
    page.goto(f"{address}?to={first.team_id}")
    assert boxes(page) == {first.pk}
    assert waits not in page.locator("#roll-count").inner_text()


def test_a_name_is_found_as_it_is_typed_and_ticks_stay(open_as: Opener, scene: Scene) -> None:
    group = ZaloGroup.objects.get(pk=scene.task.zalo_group_id)
    wanted = make_member(group.hamlet, full_name="Lê Hoàng Đen", household_code="H9")
    mate = make_member(group.hamlet, full_name="Lê Thị Mận", household_code="H9")
    page = open_as(scene.head, size=PHONE)
    page.goto(reverse("admin:groups_zalogroup_roll", args=[group.pk]))
    page.get_by_label(mate.full_name).check()

    page.get_by_label("Tìm tên, không cần dấu").fill("hoang d")

    assert page.locator("[data-name]:visible").count() == 1
    assert page.get_by_label(wanted.full_name).is_visible()
    assert not page.get_by_label("Cả hộ H9").is_visible()
    assert page.locator("#roll-found").inner_text() == "Thấy 1 người tên “hoang d”."
    page.get_by_label("Tìm tên, không cần dấu").fill("")
    assert page.get_by_label("Cả hộ H9").is_visible()
    assert page.get_by_label(mate.full_name).is_checked()
    assert page.evaluate(WIDER) == 0
