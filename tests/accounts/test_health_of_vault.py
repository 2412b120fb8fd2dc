"""The part “Kho niêm phong” of the health: what is owed is said, and how much is not."""

from collections.abc import Iterator

import pytest
from django.core.cache import cache
from django.db import connection
from django.utils import timezone

from accounts.system_health import checks
from accounts.system_health.parts import State, registered
from tests.factories.tips import make_tip

OLD = "v1:t2:AAAA"


@pytest.fixture(autouse=True)
def _anew(db) -> Iterator[None]:
    cache.delete(checks.OWED_KEY)
    yield
    cache.delete(checks.OWED_KEY)


def seal_as_before(tip) -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE reports_reporter SET name = %s WHERE tip_id = %s", [OLD, tip.pk])


def seen() -> tuple[dict, State, str]:
    part = registered()["vault"]
    values = part.check(timezone.now())
    sign = part.sign_of(values)
    return values, part.state_of(values), sign.remedy if sign else ""


def test_all_is_well_while_everything_lies_under_the_current_key(commune):
    make_tip(commune)

    values, state, _remedy = seen()

    assert (values, state) == (
        {"ok": True, "has_key": True, "seal_anew_owed": False}, State.GOOD,
    )  # fmt: skip


def test_a_value_of_before_is_a_sign_that_names_the_command_and_no_number(commune):
    seal_as_before(make_tip(commune))

    values, state, remedy = seen()

    assert (values["ok"], values["seal_anew_owed"], state) == (True, True, State.WARN)
    assert "manage.py seal_anew" in remedy


def test_rows_are_looked_through_once_for_several_snapshots(
    commune, django_assert_num_queries, settings
):
    seal_as_before(make_tip(commune))
    seen()
    settings.VAULT_SOCKET = "/nonexistent/vault"

    with django_assert_num_queries(0):
        values, state, _remedy = seen()

    assert (values["seal_anew_owed"], state) == (True, State.BAD)


def test_without_a_key_nothing_is_looked_for(settings):
    settings.VAULT_PUBLIC_KEYS = {}

    assert seen()[0] == {"ok": False, "has_key": False, "seal_anew_owed": False}
