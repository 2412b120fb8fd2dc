"""The broker's transport: a lost connection with an open message ends no worker."""

import uuid
from typing import Any, cast

from django.conf import settings
from kombu import Connection, Producer, Queue


def test_closing_a_collected_connection_leaves_its_open_message() -> None:
    """A lost connection is collected first, and then its channel is closed."""
    name = f"{settings.REDIS_KEY_PREFIX}:{uuid.uuid4().hex}"
    options = settings.CELERY_BROKER_TRANSPORT_OPTIONS | {"global_keyprefix": f"{name}:"}
    with (
        Connection(settings.REDIS_URL, transport_options=options) as other,
        Connection(
            settings.REDIS_URL,
            transport=settings.CELERY_BROKER_TRANSPORT,
            transport_options=options,
        ) as connection,
    ):
        channel: Any = connection.default_channel
        queue = Queue("open")(channel)
        queue.declare()
        Producer(channel).publish({"number": 1}, routing_key="open")
        assert queue.get(no_ack=False) is not None
        channel._disconnect_pools()
        channel.connection.client = None

        channel.close()

        client = cast("Any", other.default_channel).client
        assert client.hlen("unacked") == 1
        client.delete("unacked", "unacked_index", "_kombu.binding.open")
