"""Two who have a form of the admin open: the second learns who changed what, and when."""

import re
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.users.roles import Role
from tests.factories.accounts import make_user
from tests.factories.broadcasts import make_broadcast
from tests.factories.groups import make_group

pytestmark = pytest.mark.django_db


def sent_by(client: Any, url: str) -> dict[str, Any]:
    """The values of a form as it opened, for a browser to send back."""
    form = client.get(url).context["adminform"].form
    values = {}
    for name in form.fields:
        value = form[name].value()
        if isinstance(value, list):
            values[name] = [getattr(one, "pk", one) for one in value]
        elif value not in (None, ""):
            values[name] = value
    return values


@pytest.fixture
def page(commune, hamlet, chief):
    post = make_broadcast(commune, created_by=chief, title="Mời họp", text="Họp lúc 19 giờ.")
    make_group(hamlet)
    return post, reverse("admin:broadcasts_broadcast_change", args=[post.pk])


def test_the_second_learns_who_and_when_and_keeps_the_words(page, chief, commune, login):
    post, url = page
    other = make_user(commune, Role.CHIEF, last_name="Lê Văn", first_name="Hòa")
    first, second = login(other), login(chief)
    opened = sent_by(second, url)
    assert first.post(url, sent_by(first, url) | {"text": "Họp lúc 20 giờ."}).status_code == 302

    late = second.post(url, opened | {"text": "Họp lúc 18 giờ."})
    words = late.content.decode()

    assert late.status_code == 200
    assert "Người khác vừa sửa: “Nội dung”." in words or "Người khác vừa sửa: “nội dung”." in words
    assert f"Lê Văn Hòa lưu lúc {timezone.localtime():%H:}" in words
    assert "Họp lúc 18 giờ." in words
    post.refresh_from_db()
    assert post.text == "Họp lúc 20 giờ."

    seen = re.search(r'name="seen" value="([^"]+)"', words)
    assert seen is not None
    again = second.post(url, opened | {"text": "Họp lúc 18 giờ.", "seen": seen[1]})
    post.refresh_from_db()
    assert (again.status_code, post.text) == (302, "Họp lúc 18 giờ.")


def test_another_tab_of_the_same_account_is_called_so(page, chief, login):
    _post, url = page
    client = login(chief)
    opened = sent_by(client, url)
    client.post(url, opened | {"title": "Mời họp ấp"})

    late = client.post(url, opened | {"title": "Mời họp tổ"})

    assert "Đồng chí vừa sửa ở thẻ hoặc máy khác: “" in late.content.decode()


def test_a_change_of_another_field_is_kept_from_being_overwritten(page, chief, login):
    post, url = page
    client = login(chief)
    opened = sent_by(client, url)
    client.post(url, opened | {"title": "Mời họp ấp"})

    late = client.post(url, opened | {"text": "Họp lúc 18 giờ."})  # with the title of before

    assert late.status_code == 200
    post.refresh_from_db()
    assert (post.title, post.text) == ("Mời họp ấp", "Họp lúc 19 giờ.")


def test_every_form_of_the_admin_carries_the_mark(chief, hamlet, login):
    client = login(chief)

    page = client.get(reverse("admin:groups_hamlet_change", args=[hamlet.pk]))

    assert page.content.decode().count('name="seen"') == 1
