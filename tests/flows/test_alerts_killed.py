import random

import pytest

from tests.flows.kill_alerts import run
from tests.sizes import size

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.flow]


def test_killed_processes_lose_no_notice_and_show_none_twice():
    outcome = run(size(200, 12), random.Random(7))

    assert outcome.is_good, outcome
    assert outcome.accepted > 0
