"""Starting a group, its letters and the worklist: what each role sees and may do."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from groups.models import ZaloGroup
from tests.factories.accounts import make_profile
from tests.factories.groups import (
    make_group,
    make_meeting,
    make_officer,
    make_ordinary_group,
    make_regulation,
)

PAGES = ["start", "letter", "slips"]


def at(name: str, *args: object) -> str:
    return reverse(f"admin:groups_zalogroup_{name}", args=args)


def steps_of(client, group) -> list[tuple[str, bool]]:
    steps = client.get(at("start", group.pk)).context["steps"]
    return [(step.title, step.is_done) for step in steps]


def test_steps_are_done_one_after_the_other(login, chief, commune, hamlet):
    group = make_ordinary_group(hamlet, status="draft", link="")
    client = login(chief)
    nothing = steps_of(client, group)
    make_meeting(commune=commune, agree=12, held_on=timezone.localdate() - timedelta(days=9))
    make_regulation(hamlet)
    group.owner = make_officer(commune)
    group.link = "https://zalo.me/g/thu"
    group.save()
    for deed in ("inside", "pin"):
        client.post(at("deed", group.pk), {"deed": deed, "from": "start"})
    before_the_gate = steps_of(client, group)
    client.post(at("activate", group.pk), {"reason": ""})

    assert [is_done for _title, is_done in nothing] == [False] * 8
    assert [title for title, is_done in before_the_gate if not is_done] == ["Cho nhóm hoạt động"]
    assert all(is_done for _title, is_done in steps_of(client, group))


def test_gate_shows_everything_that_is_missing_before_one_asks(login, officer_of, hamlet):
    make_regulation(hamlet, agreed=False, status="consulting")
    group = make_group(hamlet, status="draft", zalo_group_id="")

    page = login(officer_of(hamlet)).get(at("activate", group.pk)).content.decode()

    for said in (
        "Nhóm của Zalo OA chưa có mã nhóm trên Zalo.", "Ấp chưa có quy chế đã thống nhất.",
        "Chưa ghi cuộc họp lấy ý kiến của ấp, của tổ.", "Nên có: cán bộ ở trong nhóm.",
    ):  # fmt: skip
        assert said in page


@pytest.mark.parametrize("page", PAGES)
def test_group_next_door_is_not_found(login, hamlet_head_of, hamlet, other_hamlet, page):
    away, own = make_ordinary_group(other_hamlet), make_ordinary_group(hamlet)
    client = login(hamlet_head_of(hamlet))

    assert client.get(at(page, away.pk)).status_code == 404
    assert client.get(at(page, own.pk)).status_code == 200


@pytest.mark.parametrize("page", ["letter", "slips"])
def test_letters_carry_the_name_the_link_and_its_code(login, chief, commune, hamlet, page):
    make_profile(commune, duty_phone="0251 000 0113")
    group = make_ordinary_group(hamlet, name="Bà con <b>ấp</b>")

    text = login(chief).get(at(page, group.pk)).content.decode()

    assert text.count('src="data:image/svg+xml') == (8 if page == "slips" else 1)
    assert text.count(f'<p class="address">{group.link}</p>') == (8 if page == "slips" else 1)
    assert "Bà con &lt;b&gt;ấp&lt;/b&gt;" in text
    assert "0251 000 0113" in text


@pytest.mark.parametrize(
    "values",
    [
        {"link": ""},
        {"link_is_broken": True, "link_checked_on": timezone.localdate()},
        {"status": "closed"},
    ],
)
def test_nobody_is_invited_through_a_door_that_is_shut(login, chief, hamlet, values):
    group = make_ordinary_group(hamlet, **values)

    answer = login(chief).get(at("letter", group.pk), follow=True)

    assert "không in thư mời được" in answer.content.decode()


def test_worklist_shows_own_groups_with_reasons_and_what_to_do(
    login, hamlet_head_of, hamlet, other_hamlet
):
    group, away = make_ordinary_group(hamlet), make_ordinary_group(other_hamlet)

    page = login(hamlet_head_of(hamlet)).get(at("care")).content.decode()

    assert (group.name in page, away.name in page) == (True, False)
    for said in ("Chưa có bài chính thức nào.", "Chưa khai báo số người trong nhóm",
                 "Liên kết nhóm chưa được kiểm tra lần nào.", "Chưa ghim quy chế"):  # fmt: skip
        assert said in page


@pytest.mark.parametrize(
    ("reason", "values"),
    [
        ("sap-day", {"head_count": 950, "head_count_on": timezone.localdate()}),
        ("lien-ket", {"link_checked_on": timezone.localdate() - timedelta(days=40)}),
    ],
)
def test_worklist_is_narrowed_to_a_reason(login, chief, hamlet, reason, values):
    fresh = {"link_checked_on": timezone.localdate()}
    wanted = make_ordinary_group(hamlet, **(fresh | values))
    other = make_ordinary_group(hamlet, **fresh)

    page = login(chief).get(at("care"), {"ly-do": reason}).content.decode()

    assert (wanted.name in page, other.name in page) == (True, False)


def test_deeds_are_done_with_one_tap(login, hamlet_head_of, hamlet):
    group = make_ordinary_group(hamlet)
    client = login(hamlet_head_of(hamlet))

    client.post(at("deed", group.pk), {"deed": "count", "count": "321"})
    client.post(at("deed", group.pk), {"deed": "link-broken"})

    group.refresh_from_db()
    assert (group.head_count, group.link_is_broken) == (321, True)


@pytest.mark.parametrize(("reason", "kept"), [("so-nguoi", "?ly-do=so-nguoi"), ("//x", "")])
def test_a_deed_leads_back_to_the_list_as_it_was(login, chief, hamlet, reason, kept):
    group = make_ordinary_group(hamlet)

    answer = login(chief).post(
        at("deed", group.pk), {"deed": "count", "count": "5", "ly-do": reason}
    )

    assert answer.url == at("care") + kept


@pytest.mark.parametrize("count", ["", "-3", "abc", "9" * 40, "0"])
def test_nonsense_for_a_count_changes_nothing(login, chief, hamlet, count):
    group = make_ordinary_group(hamlet)

    answer = login(chief).post(at("deed", group.pk), {"deed": "count", "count": count}, follow=True)

    group.refresh_from_db()
    assert group.head_count is None
    assert "Hãy ghi số người trong nhóm" in answer.content.decode()


def test_forged_deed_next_door_is_not_found(login, hamlet_head_of, hamlet, other_hamlet):
    away = make_ordinary_group(other_hamlet)

    answer = login(hamlet_head_of(hamlet)).post(
        at("deed", away.pk), {"deed": "count", "count": "5"}
    )

    assert answer.status_code == 404
    assert ZaloGroup.objects.get(pk=away.pk).head_count is None


@pytest.mark.parametrize("page", ["care", *PAGES])
def test_those_without_groups_are_kept_out(login, front, tech_admin, hamlet, page):
    args = [] if page == "care" else [make_ordinary_group(hamlet).pk]

    for user in (front, tech_admin):
        assert login(user).get(at(page, *args)).status_code == 403


def test_worklist_takes_as_many_queries_for_three_groups_as_for_one(
    login, chief, hamlet, django_assert_max_num_queries
):
    client = login(chief)
    make_ordinary_group(hamlet)
    with django_assert_max_num_queries(100) as first:
        client.get(at("care"))
    for _ in range(2):
        make_ordinary_group(hamlet, owner=make_officer(hamlet.commune))

    with django_assert_max_num_queries(len(first)):
        client.get(at("care"))
