"""The demo, seeded once for all that is asked of it: the hardest way, beside the data of others."""

from io import StringIO

import pytest
from django.core.management import call_command

from tests.factories.accounts import make_commune
from tests.factories.scenes import shared_scene

OA_ID, ACCESS_TOKEN, REFRESH_TOKEN = "123", "at", "rt"


def seed(*options: str) -> str:
    out = StringIO()
    call_command("seed_demo", *options, stdout=out)
    return out.getvalue()


def seed_beside_another_commune() -> str:
    make_commune("Thật")
    return seed(
        "--force", "--oa-id", OA_ID, "--access-token", ACCESS_TOKEN,
        "--refresh-token", REFRESH_TOKEN,
    )  # fmt: skip


output = shared_scene(seed_beside_another_commune, scope="package")


@pytest.fixture
def seeded(output: str, db: None) -> str:
    """Output of the command that made the demo."""
    return output
