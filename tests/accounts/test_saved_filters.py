"""Saved filters: for one account and one list, of choices that the list offers, never of words."""

import pytest
from django.db import IntegrityError
from django.urls import reverse

from accounts.models import SavedFilter
from accounts.saved_filters import services
from accounts.users.roles import Role
from accounts.workflow.declaration import NotAllowed
from tests.factories.accounts import make_commune, make_user
from tests.factories.groups import make_group, make_hamlet
from tests.factories.tips import make_tip

GROUPS = "groups.zalogroup"
ACTIVE = "kind__exact=oa&status__exact=active"


def save(client, query=ACTIVE, name="Nhóm đang chạy", listed=GROUPS):
    data = {"listed": listed, "query": query, "name": name}
    return client.post(reverse("admin:saved_filters_save"), data, follow=True)


@pytest.fixture
def chief(commune):
    return make_user(commune, Role.CHIEF)


@pytest.fixture
def client(login, chief):
    return login(chief)


def test_a_combination_is_saved_under_a_name_and_stands_above_its_own_list(client, chief, commune):
    make_group(make_hamlet(commune))

    page = save(client, query="status__exact=active&kind__exact=oa")

    saved = SavedFilter.objects.get()
    assert (saved.user, saved.listed, saved.query) == (chief, GROUPS, ACTIVE)
    assert page.request["QUERY_STRING"] == ACTIVE
    head = page.context["head"]
    assert head.current == saved
    assert [(one.title, one.words) for one in head.chosen] == [
        ("Loại nhóm", "Nhóm của Zalo OA"), ("Trạng thái", "Đang hoạt động"),
    ]  # fmt: skip
    hamlets = client.get(reverse("admin:groups_hamlet_changelist"))
    assert hamlets.context["head"].saved == []


def test_no_other_account_sees_or_forgets_it(client, login, commune):
    save(client)
    saved = SavedFilter.objects.get()
    colleague = login(make_user(commune, Role.CHIEF))

    page = colleague.get(reverse("admin:groups_zalogroup_changelist"))
    answer = colleague.post(reverse("admin:saved_filters_forget", args=[saved.pk]))

    assert page.context["head"].saved == []
    assert "Nhóm đang chạy" not in page.text
    assert answer.status_code == 404
    assert SavedFilter.objects.get() == saved
    client.post(reverse("admin:saved_filters_forget", args=[saved.pk]))
    assert SavedFilter.objects.count() == 0


@pytest.mark.parametrize(
    "query",
    [
        "", "q=Ba", f"{ACTIVE}&q=Ba", "name__startswith=B", "khong-co=1", f"{ACTIVE}&khong-co=1",
        "status__exact=khong-co", "status__exact=", "hamlet__id__exact=0", "hamlet__id__exact=chu",
        "hamlet__commune__code__exact=1", "o=1", "%00=%00", f"{ACTIVE}&p=2", "a" * 600,
    ],
)  # fmt: skip
def test_rubbish_is_refused_with_a_sentence(client, query):
    page = save(client, query=query)

    assert SavedFilter.objects.count() == 0
    assert "Bộ lọc này không dùng được cho danh sách." in page.text


def test_a_hamlet_of_elsewhere_is_no_choice(client):
    elsewhere = make_hamlet(make_commune())

    save(client, query=f"hamlet__id__exact={elsewhere.pk}")

    assert SavedFilter.objects.count() == 0


def test_a_list_that_is_closed_or_unknown_takes_none(login, commune):
    head = login(make_user(commune, Role.PARTY_MEMBER))

    assert save(head).status_code == 403
    assert save(head, listed="khong.co").status_code == 404
    assert save(head, listed="accounts.savedfilter").status_code == 404
    assert SavedFilter.objects.count() == 0


def test_what_was_searched_for_among_tips_is_never_stored(client, chief, commune):
    make_tip(commune)
    tips = reverse("admin:reports_tipreport_changelist")

    found = client.get(tips, {"q": "sòng bạc", "channel__exact": "phone", "viec": "moi"})
    head = found.context["head"]
    save(client, listed="reports.tipreport", query=f"{head.query}&q=sòng bạc")
    assert SavedFilter.objects.count() == 0
    save(client, listed="reports.tipreport", query=head.query)

    assert head.query == "channel__exact=phone&viec=moi"
    assert SavedFilter.objects.get().query == head.query
    with pytest.raises(IntegrityError, match="saved_filter_without_search"):
        SavedFilter.objects.create(user=chief, listed="reports.tipreport", name="x", query="q=a")


def test_ten_a_list_and_a_name_once(client, chief):
    for number in range(services.MOST):
        services.save(chief, GROUPS, name=f"Bộ {number}", query=f"hamlet__id__exact={number}")

    with pytest.raises(NotAllowed, match="nhiều nhất 10 bộ lọc"):
        services.save(chief, GROUPS, name="Thêm", query=ACTIVE)
    with pytest.raises(NotAllowed, match="với tên khác"):
        services.save(chief, GROUPS, name="Bộ 1", query="hamlet__id__exact=2")
    services.save(chief, GROUPS, name="  Bộ   1 ", query=ACTIVE)
    services.save(chief, "groups.hamlet", name="Bộ 1", query="kind__exact=ap")

    assert SavedFilter.objects.of_list(chief, GROUPS).count() == services.MOST
    assert SavedFilter.objects.get(listed=GROUPS, name="Bộ 1").query == ACTIVE


@pytest.mark.parametrize("name", ["", "   ", "x" * 41])
def test_a_name_is_short_and_not_blank(client, name):
    page = save(client, name=name)

    assert "Đặt cho bộ lọc một tên ngắn" in page.text
    assert SavedFilter.objects.count() == 0


def test_one_that_the_list_no_longer_knows_is_left_out(client, chief):
    services.save(chief, GROUPS, name="Cũ", query="da_bo__exact=1")

    page = client.get(reverse("admin:groups_zalogroup_changelist"))

    assert page.context["head"].saved == []
