"""A new group says what comes next; words of forms and lists about adding."""

from typing import Any

from django.urls import reverse

from accounts.models import User
from groups.models import ZaloGroup
from tests.factories.groups import make_ordinary_group

ADD = reverse("admin:groups_zalogroup_add")


def form(hamlet: Any, **fields: Any) -> dict[str, Any]:
    values = {
        "name": "Bà con ấp Mới", "kind": "ordinary", "hamlet": hamlet.pk, "capacity": 1000,
        "memberships-TOTAL_FORMS": 0, "memberships-INITIAL_FORMS": 0,
    }  # fmt: skip
    return values | fields


def test_new_group_leads_to_its_steps_and_says_who_activates(
    login: Any, officer_of: Any, hamlet: Any
) -> None:
    answer = login(officer_of(hamlet)).post(ADD, form(hamlet), follow=True)

    group = ZaloGroup.objects.get()
    page = answer.content.decode()
    assert answer.redirect_chain[-1][0] == reverse("admin:groups_zalogroup_start", args=[group.pk])
    assert "“Mới lập”, chưa nhận bài" in page
    assert "bước cuối là cán bộ phụ trách hoặc chỉ huy bấm Cho hoạt động" in page
    assert "Soạn quy chế" in page


def test_head_reads_who_activates(login: Any, hamlet_head_of: Any, hamlet: Any) -> None:
    group = make_ordinary_group(hamlet, status="draft")

    page = login(hamlet_head_of(hamlet)).get(
        reverse("admin:groups_zalogroup_start", args=[group.pk])
    )

    assert "Mới lập. Cán bộ phụ trách hoặc chỉ huy bấm." in page.content.decode()


def test_capacity_is_at_most_what_zalo_takes(login: Any, chief: User, hamlet: Any) -> None:
    client = login(chief)

    blank = client.get(ADD).content.decode()
    answer = client.post(ADD, form(hamlet, capacity=5000))

    assert "Zalo cho nhiều nhất 1000 người" in blank
    assert "Zalo cho một nhóm nhiều nhất 1000 người." in answer.content.decode()
    assert not ZaloGroup.objects.exists()


def test_adding_stands_on_the_list_in_words_and_not_beside_a_form(
    login: Any, chief: User, hamlet: Any
) -> None:
    group, client = make_ordinary_group(hamlet), login(chief)

    listed = client.get(reverse("admin:groups_zalogroup_changelist")).content.decode()
    edited = client.get(reverse("admin:groups_zalogroup_change", args=[group.pk])).content.decode()

    assert "Thêm nhóm Zalo" in listed
    assert "addlink" not in edited
    assert "Thêm người vào nhóm" in edited
    assert "Thêm Tham gia nhóm" not in edited
    place = client.get(reverse("admin:groups_membership_add")).content.decode()
    assert "Ghi một người vào nhóm" in place
