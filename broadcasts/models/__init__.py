"""Posts, what happened to them, and their arrival in each group."""

from broadcasts.models.broadcast import Broadcast, BroadcastEvent, Topic
from broadcasts.models.delivery import Delivery

__all__ = ["Broadcast", "BroadcastEvent", "Delivery", "Topic"]
