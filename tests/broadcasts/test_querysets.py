"""Each role sees the posts that it may see, and no others."""

import pytest

from accounts.users.roles import Role
from broadcasts.models import Broadcast
from tests.factories.accounts import make_user
from tests.factories.broadcasts import make_broadcast

READERS = {Role.CHIEF, Role.OFFICER, Role.HAMLET_HEAD}


@pytest.mark.parametrize("role", [*Role, None])
def test_post_to_everyone_is_seen_by_those_who_have_to_do_with_posts(commune, role):
    post = make_broadcast(commune, status="completed")

    seen = list(Broadcast.objects.visible_to(make_user(commune, role)))

    assert seen == ([post] if role in READERS else [])
