"""Services of the year ask for themselves whose row it is, whatever page led to them."""

import pytest

from accounts.services import NotAllowed
from accounts.users.roles import Role
from oversight.commendations import services as commendations
from tests.factories.accounts import make_user
from tests.factories.year import make_accepted, make_achievement, make_commendation


def test_no_commendation_of_another_commune_is_moved(commune, other_commune):
    away = make_user(other_commune, Role.CHIEF)
    put_forward = make_commendation(make_achievement(commune))
    accepted = make_accepted(make_achievement(commune))

    for act in (
        lambda: commendations.decline(put_forward, by=away, reason="Chưa đủ."),
        lambda: commendations.publish(accepted, by=away),
    ):
        with pytest.raises(NotAllowed, match="không xem được"):
            act()

    put_forward.refresh_from_db()
    accepted.refresh_from_db()
    assert (put_forward.status, accepted.is_public) == ("nominated", False)
