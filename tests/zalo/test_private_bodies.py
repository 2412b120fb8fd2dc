"""Bodies of private talks of before the vault: interpreted as ever, and sealed anew."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from accounts.encryption.services import seal
from accounts.vault import resealing
from tests.factories.accounts import make_commune
from tests.factories.zalo import make_official_account
from tests.vaults import look, outside
from tests.zalo import webhooks
from zalo.inbox import services as inbox
from zalo.inbox.interpreting import interpret_due
from zalo.models import WebhookEvent

pytestmark = pytest.mark.django_db


def keep_as_before(content: dict[str, Any]) -> WebhookEvent:
    """Store an event as it was done before there was a vault."""
    inbox.store(inbox.read(webhooks.raw(content)), webhooks.raw(content))
    event = WebhookEvent.objects.order_by("-pk")[0]
    sealed = seal(webhooks.raw(content).decode(), context=f"{inbox.BODY_CONTEXT}:{event.uuid}")
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE zalo_webhookevent SET body = %s, private_body = '' WHERE id = %s",
            [sealed, event.pk],
        )
    return WebhookEvent.objects.get(pk=event.pk)


def bodies() -> list[tuple[str, str]]:
    """How the two columns begin, as a dump has them."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT left(body, 3), left(private_body, 3) FROM zalo_webhookevent ORDER BY id"
        )
        return cursor.fetchall()


def run_through() -> int:
    return dict(resealing.seal_anew())["zalo_webhookevent.body"]


def test_body_of_before_is_still_interpreted():
    keep_as_before(webhooks.message())

    assert interpret_due() == {"held": 1}  # its account is not known here


def test_bodies_of_private_talks_move_and_others_stay():
    said = webhooks.message(text="Tin báo")
    first = keep_as_before(said)
    keep_as_before(webhooks.message("oa_send_text", user="9001", oa="7001"))
    keep_as_before(webhooks.body("user_join_group", oa_id="9001", group_id="g-1"))

    assert resealing.waiting() == 2
    assert run_through() == 2
    assert resealing.waiting() == 0
    assert bodies() == [("", "v2:"), ("", "v2:"), ("v1:", "")]
    assert json.loads(look(WebhookEvent.objects.get(pk=first.pk)).private_body) == said
    assert run_through() == 0
    WebhookEvent.objects.update(next_attempt_at=timezone.now() - timedelta(seconds=1))
    assert interpret_due() == {"held": 3}


def test_body_that_is_emptied_meanwhile_stays_empty(monkeypatch):
    make_official_account(make_commune(), oa_id="9001")
    keep_as_before(webhooks.message("oa_send_text", user="9001", oa="7001"))
    field = WebhookEvent._meta.get_field("private_body")
    real = field.sealed

    def sealed(raw: str, instance: WebhookEvent) -> Any:
        with outside():
            assert interpret_due() == {"interpreted": 1}
        return real(raw, instance)

    monkeypatch.setattr(field, "sealed", sealed)

    assert run_through() == 0
    assert bodies() == [("", "")]


def test_body_of_another_row_stops_the_sealing_and_stays():
    first, second = keep_as_before(webhooks.message()), keep_as_before(webhooks.message())
    taken = first.__dict__["body"]
    WebhookEvent.objects.filter(pk=second.pk).update(body=taken)

    with pytest.raises(resealing.ResealingStopped, match=f"dòng {second.pk}: không mở được"):
        run_through()
    assert bodies() == [("", "v2:"), ("v1:", "")]
