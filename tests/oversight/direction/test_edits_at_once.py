"""Two who have the same form open: what one saved, the other overwrites only after being told."""

import re

import pytest
from django.urls import reverse

from accounts.users.roles import Role
from tests.factories.accounts import make_user
from tests.factories.direction import (
    make_body,
    make_document,
    make_organisation,
    make_plan,
    speaker_of,
)

pytestmark = pytest.mark.django_db
NOTE = "Đồng chí vừa sửa ở thẻ hoặc máy khác: "  # one account writes in both


@pytest.fixture
def plan(commune):
    return make_plan(make_body(commune), subject="Xây dựng mô hình", purposes="Một.\nHai.")


@pytest.fixture
def writer(plan, login):
    return login(speaker_of(plan.body))


def opened(client, row):
    """The address of a form and what its boxes hold, as a browser would send it."""
    url = reverse(f"admin:oversight_{row._meta.model_name}_change", args=[row.pk])
    form = client.get(url).context["adminform"].form
    sent = {}
    for name in form.fields:
        value = form[name].value()
        if isinstance(value, list):
            sent[name] = [getattr(one, "pk", one) for one in value]
        elif value is not None:
            sent[name] = str(value).replace("\n", "\r\n")
    return url, sent


def save(client, page, **changed):
    url, sent = page
    return client.post(url, sent | changed)


def seen_in(response):
    return re.search(r'name="seen" value="([^"]+)"', response.content.decode())[1]


def test_the_second_of_two_is_told_what_the_first_saved(plan, writer):
    page = opened(writer, plan)
    assert save(writer, page, subject="Nhân rộng mô hình").status_code == 302

    late = save(writer, page, duties="Công an xã chủ trì.")

    assert late.status_code == 200
    assert f"{NOTE}“Kế hoạch về việc”, lưu lúc " in late.content.decode()
    plan.refresh_from_db()
    assert (plan.subject, plan.duties) == ("Nhân rộng mô hình", "Các ấp thực hiện.")
    assert "Công an xã chủ trì." in late.content.decode()


def test_whoever_was_told_saves_in_their_own_words(plan, writer):
    page = opened(writer, plan)
    save(writer, page, subject="Nhân rộng mô hình")
    late = save(writer, page, subject="Giữ vững mô hình")

    again = save(writer, page, subject="Giữ vững mô hình", seen=seen_in(late))

    assert again.status_code == 302
    plan.refresh_from_db()
    assert plan.subject == "Giữ vững mô hình"


def test_a_third_save_between_is_told_too(plan, writer):
    page = opened(writer, plan)
    save(writer, page, subject="Nhân rộng mô hình")
    late = save(writer, page, subject="Giữ vững mô hình")
    save(writer, opened(writer, plan), subject="Mô hình mới")

    again = save(writer, page, subject="Giữ vững mô hình", seen=seen_in(late))

    assert NOTE in again.content.decode()


@pytest.mark.parametrize("press", range(2))
def test_the_same_form_sent_twice_and_lines_of_a_browser_are_no_change(press, plan, writer):
    page = opened(writer, plan)

    for _press in range(press + 1):
        assert save(writer, page, subject="Nhân rộng mô hình").status_code == 302


def test_papers_that_a_plan_rests_on_are_told_apart_whatever_their_order(commune, plan, writer):
    first, second = make_document(commune), make_document(commune)
    plan.bases.set([first, second])
    page = opened(writer, plan)
    assert save(writer, page, bases=[second.pk, first.pk]).status_code == 302

    plan.bases.set([first])
    late = save(writer, page, duties="Công an xã chủ trì.")

    assert NOTE in late.content.decode()
    assert list(plan.bases.all()) == [first]


def test_other_forms_of_the_direction_are_told_too(commune, login):
    office = login(make_user(commune, Role.PARTY_OFFICE))
    document, cell = make_document(commune), make_organisation(commune)
    for row, change, other in (
        (document, {"summary": "Một việc khác"}, {"issuer": "Đảng ủy khác"}),
        (cell, {"name": "Chi bộ Hai"}, {"name": "Chi bộ Ba"}),
    ):
        page = opened(office, row)
        assert save(office, page, **change).status_code == 302, row

        assert NOTE in save(office, page, **other).content.decode(), row


def test_a_new_row_and_a_form_sent_without_the_mark_are_saved(plan, writer):
    assert "seen" not in writer.get(reverse("admin:oversight_plan_add")).context["adminform"].fields
    url, sent = opened(writer, plan)
    del sent["seen"]

    assert writer.post(url, sent | {"subject": "Khác"}).status_code == 302
