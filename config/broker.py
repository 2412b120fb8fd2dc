"""The broker's transport, with which the loss of a connection ends no worker."""

from typing import Any, cast

from kombu.transport import redis


class QoS(redis.QoS):
    """Messages that a connection has delivered and that are not acknowledged yet."""

    def restore_unacked(self, client: Any = None) -> None:
        """Give the messages back, or leave those of a collected connection to their time limit.

        After a loss Celery collects the connection and closes its channel, and kombu 5.7 then asks
        the connection, which has no address any more, for a new one: an AttributeError, which the
        worker does not survive. It only happens where an acknowledgement was on its way. The
        messages come back by `visibility_timeout`; what they stand for is in rows.
        """
        if self.channel.connection.client is None:
            cast("dict[str, Any]", self._delivered).clear()
        else:
            super().restore_unacked(client)


class Channel(redis.Channel):
    """A channel of the transport."""

    QoS = QoS


class Transport(redis.Transport):
    """kombu's transport for Redis and Valkey."""

    Channel = Channel
