"""What /readyz and /metrics tell, and to whom."""

from datetime import timedelta

import pytest
from django.utils import timezone

from broadcasts.models import Delivery
from tests.factories.broadcasts import make_broadcast, make_delivery
from tests.factories.groups import make_group
from tests.factories.people import make_data_request

TOKEN = "mã-chỉ-để-thử"
BEARER = {"Authorization": f"Bearer {TOKEN}"}


@pytest.fixture
def waiting(hamlet, commune, settings) -> Delivery:
    """A delivery that waits: the number that a stranger must not learn."""
    settings.METRICS_TOKEN = TOKEN
    return make_delivery(make_broadcast(commune, status="sending"), make_group(hamlet))


def keys(checks: dict) -> set[str]:
    return {key for part in checks.values() for key in part}


@pytest.mark.parametrize(
    "headers", [{}, {"Authorization": "Bearer sai"}, {"Authorization": "Bearer "}]
)
def test_stranger_learns_what_is_well_and_no_number(waiting, client, headers):
    answer = client.get("/readyz", headers=headers).json()

    assert answer["ready"] is True
    assert keys(answer["checks"]) <= {"ok", "age_s"}
    assert set(answer["checks"]) == {
        "database", "broker", "beat", "zalo_tokens", "deliveries", "data_requests",
        "follower_lists", "oa_groups", "webhooks", "tips", "procedures", "figures", "summaries",
        "disk",
    }  # fmt: skip


def test_token_shows_the_numbers(waiting, client):
    checks = client.get("/readyz", headers=BEARER).json()["checks"]

    assert checks["deliveries"]["queued"] == 1
    assert checks["disk"]["free_mib"] > 0


def test_token_shows_how_many_requests_of_residents_are_late(waiting, client, commune):
    make_data_request(commune, received_at=timezone.now() - timedelta(days=60))
    make_data_request(commune)

    told = client.get("/readyz", headers=BEARER).json()["checks"]["data_requests"]

    assert told == {"ok": True, "open": 2, "overdue": 1}


def test_without_a_token_set_nobody_has_it(waiting, client, settings):
    settings.METRICS_TOKEN = ""

    checks = client.get("/readyz", headers={"Authorization": "Bearer "}).json()["checks"]

    assert keys(checks) <= {"ok", "age_s"}
    assert client.get("/metrics", headers={"Authorization": "Bearer "}).status_code == 403


def test_signing_in_is_no_token(waiting, login, tech_admin):
    assert login(tech_admin).get("/metrics").status_code == 403
