"""Forms of the theme on a phone: the name above, one way back, the button in sight at once."""

from django.urls import reverse

from groups.models import Member, ZaloGroup
from tests.browser.conftest import Opener, Scene
from tests.browser.tabs import PHONE, settle

IN_SIGHT = """() => {
  const button = document.querySelector("#submit-row button[name=_save]");
  const box = button.getBoundingClientRect();
  const hit = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
  return button === hit || button.contains(hit);
}"""


def test_a_form_says_what_it_is_about_and_its_button_is_in_sight(
    open_as: Opener, scene: Scene
) -> None:
    page = open_as(scene.chief, size=PHONE)
    person, group = Member.objects.earliest("pk"), ZaloGroup.objects.earliest("pk")
    names = {
        reverse("admin:oversight_job_add"): ("Giao việc", "‹ Việc được giao"),
        reverse("admin:groups_member_change", args=[person.pk]): (str(person), "‹ Thành viên"),
        reverse("admin:groups_zalogroup_change", args=[group.pk]): (str(group), "‹ Nhóm Zalo"),
    }

    for address, (name, back) in names.items():
        page.goto(address)
        settle(page)
        assert page.locator("h1:visible").all_inner_texts() == [name]
        words = page.locator("[role=banner] a.form-back").inner_text().split()
        assert " ".join(words) == back
        assert page.locator(".form-crumbs:visible").count() == 0
        assert page.evaluate(IN_SIGHT), address
