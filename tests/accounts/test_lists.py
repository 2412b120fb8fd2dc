"""Rows of lists: each value behind its title, nothing for what is empty, one title, one state."""

import re
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.contrib import admin
from django.urls import reverse
from django.utils import timezone

from accounts.audit import services as audit
from accounts.scoped_admin import list_rows
from accounts.users.roles import Role
from groups.models import Member
from tests.factories.accounts import make_user
from tests.factories.groups import make_group, make_hamlet, make_member, make_team
from tests.factories.tips import make_tip

CELL = re.compile(r'<t[dh](?: scope="row")? class="([^"]*)"(?: data-label="([^"]*)")?>')


@pytest.fixture
def client(login, commune):
    return login(make_user(commune, Role.CHIEF))


def row_of(page):
    """The classes and titles of the cells of the first row."""
    _head, _row, rest = page.text.partition('<tr class="data-row">')
    return CELL.findall(rest.partition("</tr>")[0])


def test_a_card_has_a_title_a_state_and_named_values_without_empty_ones(client, commune):
    make_member(make_hamlet(commune), full_name="Điểu Sanh", phone="", team=None)

    page = client.get(reverse("admin:groups_member_changelist"))

    cells = dict(row_of(page))
    named = {title for title in cells.values() if title}
    assert named == {"Ấp, khu phố", "Năm sinh", "Sự đồng ý", "Trạng thái"}
    assert sum("list-state" in classes for classes in cells) == 1
    assert any("field-status" in classes and "list-state" in classes for classes in cells)
    empty = {classes.split()[0] for classes in cells if "list-empty" in classes}
    assert {"field-team_name", "field-hidden_phone"} <= empty
    assert 'data-label="Tổ"' not in page.text
    assert re.search(
        r'<th scope="row" class="field-name[^>]*><a href="[^"]+">Điểu Sanh</a>', page.text
    )


def test_booleans_are_words_and_codes_do_not_break(client, commune):
    make_hamlet(commune, name="7", is_remote=True)
    make_tip(commune)

    hamlets = client.get(reverse("admin:groups_hamlet_changelist")).text
    tips = row_of(client.get(reverse("admin:reports_tipreport_changelist")))

    assert re.search(r'class="field-is_remote list-word" data-label="[^"]+">Có</td>', hamlets)
    assert "check_small" not in hamlets
    assert any("field-shown_code" in classes and "list-word" in classes for classes, _title in tips)
    assert any("field-shown_status list-state" in classes for classes, _title in tips)


def test_texts_of_people_are_escaped(client, commune):
    make_member(make_hamlet(commune), full_name="<b>Sanh</b>", team=make_team(make_hamlet(commune)))

    page = client.get(reverse("admin:groups_member_changelist")).text

    assert "&lt;b&gt;Sanh&lt;/b&gt;" in page
    assert "<b>Sanh</b>" not in page


def test_filters_that_are_set_can_be_taken_away_one_by_one(client, commune):
    make_group(make_hamlet(commune), name="Nhóm một")
    address = reverse("admin:groups_zalogroup_changelist")

    page = client.get(
        address, {"kind__exact": "oa", "status__exact": "active", "hamlet__isnull": 0}
    )

    head = page.context["head"]
    without = {one.title: one.without for one in head.chosen}
    assert without["Loại nhóm"] == "?hamlet__isnull=0&status__exact=active"
    assert head.query == "kind__exact=oa&status__exact=active"
    assert "Tìm thấy" in page.text


def test_a_choice_of_nothing_leaves_all(client, commune):
    make_group(make_hamlet(commune))

    page = client.get(reverse("admin:groups_zalogroup_changelist"), {"hamlet__id__exact": ""})

    assert page.context["cl"].result_count == 1
    assert page.context["head"].chosen == []
    assert not page.context["head"].is_narrowed


def test_other_pages_are_reached_by_number_without_dots(client, commune, monkeypatch):
    monkeypatch.setattr(admin.site._registry[Member], "list_per_page", 2)
    hamlet = make_hamlet(commune)
    for _number in range(9):
        make_member(hamlet)

    page = client.get(
        reverse("admin:groups_member_changelist"), {"p": 3, "status__exact": "active"}
    )

    assert "Trang trước" in page.text
    assert 'href="?p=4&amp;status__exact=active"' in page.text
    assert "trên 5" in page.text
    assert "…" not in page.text.partition('class="by list-pages"')[2].partition("</nav>")[0]


def test_named_columns_are_columns_of_their_lists():
    """A misspelt title or state would quietly be the first column."""
    for model, model_admin in admin.site._registry.items():
        for name in (model_admin.list_title, model_admin.list_state):
            assert not name or name in model_admin.list_display, model


def test_a_list_of_a_plain_model_admin_has_its_first_column_as_title():
    class Plain(admin.ModelAdmin):
        list_display = ["phone", "full_name"]

    changelist = SimpleNamespace(
        model=Member, model_admin=Plain(Member, admin.site), list_display=["phone", "full_name"]
    )

    columns = list_rows.columns_of(changelist)

    assert [(one.name, one.is_title, one.is_state) for one in columns] == [
        ("phone", True, False),
        ("full_name", False, False),
    ]


def test_both_days_of_a_filter_are_counted(client, commune):
    event = audit.record("commune.changed", target=commune, commune=commune, reason="Thử")
    today = timezone.localdate()
    address = reverse("admin:accounts_auditevent_changelist")

    def found(first, last):
        answer = client.get(address, {"at_from": str(first), "at_to": str(last)})
        return event in answer.context["cl"].result_list, answer.context["head"].chosen

    day = timedelta(days=1)
    is_there, chosen = found(today, today)
    assert is_there
    assert [one.words for one in chosen] == [f"từ ngày {today:%d/%m/%Y} đến ngày {today:%d/%m/%Y}"]
    assert not found(today - day, today - day)[0]
    assert not found(today + day, today + day)[0]
    assert found("31/12/2026", "rác")[0]
