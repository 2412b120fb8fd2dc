"""The form of an account: roles in words, one at a time, and what comes after saving."""

from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.urls import reverse

from accounts.models import User
from accounts.users.next_steps import next_steps
from accounts.users.role_words import MAY
from accounts.users.roles import Role
from tests.factories.accounts import make_user
from tests.factories.groups import make_assignment, make_hamlet, make_officer

ADD = reverse("admin:accounts_user_add")


def role(which: Role) -> Group:
    return Group.objects.get(name=str(which.label))


def form(*roles: Role, **fields: Any) -> dict[str, Any]:
    values = {"username": "moi", "last_name": "Lê", "first_name": "An", "email": ""}
    return values | fields | {"groups": [role(one).pk for one in roles]}


def test_every_role_has_a_sentence_of_its_own() -> None:
    assert set(MAY) == set(Role)
    assert len(set(MAY.values())) == len(Role)


def test_form_says_what_each_role_may_do(login: Any, tech_admin: User) -> None:
    page = login(tech_admin).get(ADD).content.decode()

    assert page.count('type="radio"') == len(Role)
    for sentence in MAY.values():
        assert sentence in page
    assert "Người dùng có mọi quyền" not in page


def test_second_role_is_refused(login: Any, tech_admin: User) -> None:
    answer = login(tech_admin).post(ADD, form(Role.OFFICER, Role.CHIEF))

    assert answer.status_code == 200
    assert "Mỗi tài khoản một vai trò" in answer.content.decode()
    assert not User.objects.filter(username="moi").exists()


def test_account_with_two_roles_keeps_both_or_gives_one_up(login: Any, commune: Any) -> None:
    admin, both = make_user(commune, Role.TECH_ADMIN), make_user(commune, Role.FRONT)
    both.groups.add(role(Role.PARTY_MEMBER))
    address = reverse("admin:accounts_user_change", args=[both.pk])
    client = login(admin)

    page = client.get(address).content.decode()
    assert page.count('type="checkbox"') >= len(Role)
    for kept in ([Role.FRONT, Role.PARTY_MEMBER], [Role.FRONT]):
        client.post(address, form(*kept, username=both.username))
        assert set(both.groups.all()) == {role(one) for one in kept}
    client.post(address, form(Role.FRONT, Role.OFFICER, username=both.username))
    assert set(both.groups.all()) == {role(Role.FRONT)}


def test_new_account_says_password_first_and_then_the_place(
    login: Any, tech_admin: User, chief: User, commune: Any
) -> None:
    client = login(tech_admin)
    answer = client.post(ADD, form(Role.OFFICER), follow=True)

    made = User.objects.get(username="moi")
    page = answer.content.decode()
    assert answer.redirect_chain[-1][0] == reverse("admin:accounts_user_change", args=[made.pk])
    issue = reverse("admin:accounts_user_temporary_password", args=[made.pk])
    steps = page.split('id="next-steps"')[1].split("</section>")[0]
    assert steps.index(issue) < steps.index(f"Nhờ {chief} phân công địa bàn")

    slip = client.post(issue).content.decode()
    assert f"Nhờ {chief} phân công địa bàn" in slip
    made.refresh_from_db()
    (place,) = next_steps(made, by=chief)
    assert place.url.startswith(reverse("admin:groups_officer_add"))
    make_assignment(make_officer(commune, user=made), make_hamlet(commune))
    assert next_steps(made, by=chief) == []
    assert "Việc tiếp theo" not in client.get(answer.redirect_chain[-1][0]).content.decode()


def test_locked_account_has_no_next_step(commune: Any, tech_admin: User) -> None:
    locked = make_user(commune, Role.OFFICER, is_active=False)

    assert next_steps(locked, by=tech_admin) == []


@pytest.mark.parametrize("holds", [True, False])
def test_leader_is_to_be_noted_down_in_a_team(commune: Any, chief: User, holds: bool) -> None:
    leader = make_user(commune, Role.TEAM_LEADER, password="chỉ-dùng-khi-thử-01")
    if holds:
        make_officer(commune, user=leader)

    (step,) = next_steps(leader, by=chief)

    assert "tổ trưởng" in step.words
    page = "groups_team_changelist" if holds else "groups_officer_add"
    assert step.url.startswith(reverse(f"admin:{page}"))
