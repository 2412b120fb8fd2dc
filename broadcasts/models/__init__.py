"""Posts, what happened to them, and their arrival in each group."""

from broadcasts.articles.models import Article
from broadcasts.content_check.models import OfficialPhone
from broadcasts.posts.events import BroadcastEvent
from broadcasts.posts.models import Broadcast, Topic
from broadcasts.requests.models import PostRequest
from broadcasts.scheduling.models import Schedule, ScheduleSkip
from broadcasts.sending.models import Delivery
from broadcasts.templates.models import Part, PostTemplate, required_parts
