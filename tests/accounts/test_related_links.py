"""A form names a related row that the account may not open, and does not link to it."""

from collections.abc import Callable

from django.test import Client
from django.urls import reverse

from accounts.models import User
from groups.models import Hamlet, Team
from tests.factories.groups import make_officer

Login = Callable[[User], Client]


def test_only_a_related_row_that_the_account_may_open_is_a_link(
    login: Login, hamlet: Hamlet, hamlet_head_of: Callable[..., User]
) -> None:
    leader = make_officer(hamlet.commune, title="Tổ trưởng")
    team = Team.objects.create(hamlet=hamlet, name="Tổ 3", leader=leader)
    head = login(hamlet_head_of(hamlet))

    form = head.get(reverse("admin:groups_team_change", args=[team.pk])).content.decode()

    assert f'href="{reverse("admin:groups_hamlet_change", args=[hamlet.pk])}"' in form
    assert str(leader) in form
    assert f'href="{reverse("admin:groups_officer_change", args=[leader.pk])}"' not in form
