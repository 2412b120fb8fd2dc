"""A misspelt hamlet is mended with a reason; another name takes a decision."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEvent
from accounts.users.roles import Role
from groups.models import Hamlet
from groups.places.services import is_misspelling
from groups.resources import HamletResource
from groups.services import NotAllowed, correct_name
from tests.factories.accounts import make_user
from tests.factories.groups import make_hamlet, make_member, make_team
from tests.groups.test_resources import HAMLETS, problems, run


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("Bau Sen", "Bàu Sen"), ("bàu sen", "Bàu Sen"), ("BàuSen", "Bàu Sen"),
        ("Bàu Sem", "Bàu Sen"), ("Xuân Hưg", "Xuân Hưng"), ("Xuân Hưnng", "Xuân Hưng"),
        ("Trugn Tâm", "Trung Tâm"), ("Tân Lâp 2", "Tân Lập 2"), ("Suối Lành-A", "Suối Lành A"),
        ("3", " 3 "), ("Hòa Binh", "Hoà Bình"),
    ],
)  # fmt: skip
def test_one_name_written_in_two_ways(wrong, right):
    assert is_misspelling(wrong, right)
    assert is_misspelling(right, wrong)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Bàu Sen", "Bình Minh"), ("3", "4"), ("Tân Lập 1", "Tân Lập 2"), ("II", "III"),
        ("Tân Lập A", "Tân Lập B"), ("Suối Lành Đông", "Suối Lành Tây"), ("Bến", "Bèn Tre"),
        ("Hòa", "Hòe"), ("Tân Lập", "Tân Lập 1"), ("", "—"), ("Bàu Sen 10", "Bàu Sen 01"),
    ],
)  # fmt: skip
def test_two_names(old, new):
    assert not is_misspelling(old, new)
    assert not is_misspelling(new, old)


@pytest.fixture
def lived_in(commune) -> Hamlet:
    hamlet = make_hamlet(commune, name="Bàu Sem", code="AP01", households=640)
    make_member(hamlet)
    return hamlet


def test_chief_mends_a_name_with_a_reason_that_is_kept(lived_in, chief):
    correct_name(lived_in, "  Bàu  Sen ", by=chief, reason="Gõ nhầm khi nhập")

    lived_in.refresh_from_db()
    assert (lived_in.name, lived_in.search_text) == ("Bàu Sen", "bau sen")
    event = AuditEvent.objects.get(action="hamlet.name_corrected")
    assert (event.reason, event.details) == (
        "Gõ nhầm khi nhập", {"before": "Ấp Bàu Sem", "after": "Ấp Bàu Sen"},
    )  # fmt: skip


def test_another_name_asks_for_a_decision(lived_in, chief):
    with pytest.raises(NotAllowed, match="hai tên khác nhau"):
        correct_name(lived_in, "Bình Minh", by=chief, reason="theo ý dân")

    lived_in.refresh_from_db()
    assert lived_in.name == "Bàu Sem"
    assert not AuditEvent.objects.filter(action="hamlet.name_corrected").exists()


@pytest.mark.parametrize(
    ("name", "reason", "sentence"),
    [("Bàu Sen", "  ", "ghi lý do"), ("Bàu Sem", "gì đó", "giống tên đang ghi"),
     ("Bàu Sen", "nhầm", "trùng tên")],
)  # fmt: skip
def test_correction_is_refused_with_a_sentence(lived_in, chief, name, reason, sentence):
    if sentence == "trùng tên":
        make_hamlet(lived_in.commune, name="Bàu Sen")

    with pytest.raises(NotAllowed, match=sentence):
        correct_name(lived_in, name, by=chief, reason=reason)


def test_others_mend_no_name(lived_in, officer_of, hamlet_head_of, other_commune, actor):
    strangers = [
        officer_of(lived_in), hamlet_head_of(lived_in), actor(Role.TECH_ADMIN),
        make_user(other_commune, Role.CHIEF),
    ]  # fmt: skip
    for user in strangers:
        with pytest.raises(NotAllowed, match="không được sửa tên ấp"):
            correct_name(lived_in, "Bàu Sen", by=user, reason="nhầm")


def test_name_of_a_past_hamlet_stays(commune, chief):
    past = make_hamlet(commune, name="Bàu Sem", valid_to=timezone.localdate() - timedelta(days=1))

    with pytest.raises(NotAllowed, match="đã hết hiệu lực"):
        correct_name(past, "Bàu Sen", by=chief, reason="nhầm")


def form_of(hamlet: Hamlet, **changes: object) -> dict[str, object]:
    values = {
        "name": hamlet.name, "kind": hamlet.kind, "code": hamlet.code,
        "households": hamlet.households, "valid_from": "", "valid_to": "",
        "assignments-TOTAL_FORMS": 0, "assignments-INITIAL_FORMS": 0,
    }  # fmt: skip
    return values | changes


def test_form_renames_no_hamlet_that_is_lived_in(login, chief, lived_in):
    page = reverse("admin:groups_hamlet_change", args=[lived_in.pk])

    login(chief).post(page, form_of(lived_in, name="Bình Minh", kind="thon", households=650))

    lived_in.refresh_from_db()
    assert (lived_in.name, lived_in.kind, lived_in.households) == ("Bàu Sem", "ap", 650)
    event = AuditEvent.objects.get(action="hamlet.changed")
    assert (event.actor, event.details) == (chief, {"fields": ["households"]})


def test_form_names_a_hamlet_that_nobody_lives_in_yet(login, chief, commune):
    fresh = make_hamlet(commune, name="Sai")

    login(chief).post(
        reverse("admin:groups_hamlet_change", args=[fresh.pk]), form_of(fresh, name="Đúng")
    )

    fresh.refresh_from_db()
    assert fresh.name == "Đúng"


def test_page_mends_a_name_or_says_what_a_renaming_takes(login, chief, lived_in):
    client, page = login(chief), reverse("admin:groups_hamlet_correct_name", args=[lived_in.pk])
    form = client.get(reverse("admin:groups_hamlet_change", args=[lived_in.pk])).content.decode()
    assert "Sửa lỗi chính tả" in form
    assert "Sắp xếp ấp" in form

    refused = client.post(page, {"name": "Bình Minh", "reason": "thích"}).content.decode()
    assert "Đổi tên phải có nghị quyết" in refused
    answer = client.post(page, {"name": "Bàu Sen", "reason": "gõ nhầm"})

    assert answer.url == reverse("admin:groups_hamlet_change", args=[lived_in.pk])
    lived_in.refresh_from_db()
    assert lived_in.name == "Bàu Sen"


def test_officer_finds_no_such_page(login, officer_of, lived_in):
    page = reverse("admin:groups_hamlet_correct_name", args=[lived_in.pk])

    assert login(officer_of(lived_in)).post(page, {"name": "Bàu Sen"}).status_code == 403


def test_file_renames_no_hamlet_that_is_lived_in(chief, lived_in):
    row = ["AP01", "Ấp", "Bình Minh", 640, "", "", ""]

    ((number, cells),) = problems(run(HamletResource, chief, HAMLETS, row))

    assert number == 2
    assert "nghị quyết" in cells["Tên ấp"][0]
    assert not problems(run(HamletResource, chief, HAMLETS, ["AP01", "Ấp", "Bàu Sem", 650, *"   "]))
    lived_in.refresh_from_db()
    assert (lived_in.name, lived_in.households) == ("Bàu Sem", 650)


def test_file_still_mends_a_hamlet_that_nobody_lives_in(chief, commune):
    make_hamlet(commune, name="Sai", code="AP07")

    assert not problems(run(HamletResource, chief, HAMLETS, ["AP07", "Thôn", "Đúng", 5, *"   "]))
    assert Hamlet.objects.get(code="AP07").name == "Đúng"


@pytest.mark.parametrize("days", [-1, 0, 1, 400])
def test_hamlet_does_not_end_over_its_people_some_day_either(commune, days):
    hamlet = make_hamlet(commune, valid_to=None)
    make_team(hamlet)
    hamlet.valid_to = timezone.localdate() + timedelta(days=days)

    with pytest.raises(ValidationError, match="Sắp xếp ấp"):
        hamlet.full_clean()


def test_commune_is_asked_for_over_the_whole_city_alone(login, chief, superuser, lived_in):
    page = reverse("admin:groups_hamlet_change", args=[lived_in.pk])

    fields = [
        list(login(user).get(page).context["adminform"].form.fields) for user in (chief, superuser)
    ]

    assert fields[0] == [
        "code", "households", "households_on", "is_remote", "valid_from", "valid_to", "seen",
    ]  # fmt: skip
    assert fields[1] == ["commune", *fields[0]]
