"""Posts, what happened to them, and their arrival in each group."""

from broadcasts.models.articles import Article
from broadcasts.models.broadcast import Broadcast, Topic
from broadcasts.models.delivery import Delivery
from broadcasts.models.events import BroadcastEvent
from broadcasts.models.official_phones import OfficialPhone
from broadcasts.models.requests import PostRequest
from broadcasts.models.schedules import Schedule, ScheduleSkip
from broadcasts.models.templates import Part, PostTemplate, required_parts

__all__ = [
    "Article",
    "Broadcast",
    "BroadcastEvent",
    "Delivery",
    "OfficialPhone",
    "Part",
    "PostRequest",
    "PostTemplate",
    "Schedule",
    "ScheduleSkip",
    "Topic",
    "required_parts",
]
