"""What waits in a hamlet goes on in the hamlet that it becomes.

What is done stays where it was done, so that old figures can be read: so do achievements, reviews
and checklists, which speak of a year that is past or of the hamlet that was registered.
"""

from typing import Any

from django.dispatch import receiver
from django.utils import timezone

from groups.models import HamletChange
from groups.signals import Moved, hamlets_changing
from oversight.models import Direction, Milestone, PartyOrganisation, Proposal


@receiver(hamlets_changing, dispatch_uid="oversight.follow_hamlets")
def direction_follows_hamlets(
    sender: Any, *, change: HamletChange, successors: dict[int, list[int]], **kwargs: Any
) -> list[Moved]:
    """Of several hamlets that one becomes, to the first, as tips do."""
    commune, today = change.commune, timezone.localdate()
    waiting = {
        "Chỉ đạo chưa xong": Direction.objects.exclude(
            state__in=[Direction.State.ACCEPTED, Direction.State.CLOSED]
        ),
        "Việc trong kế hoạch chưa xong": Milestone.objects.filter(
            state__in=[Milestone.State.PENDING, Milestone.State.DOING]
        ),
        "Kiến nghị chờ trả lời": Proposal.objects.waiting(),
        "Tổ chức đảng của ấp, khu phố": PartyOrganisation.objects.valid_on(today),
    }
    counts = dict.fromkeys(waiting, 0)
    for old, new in successors.items():
        if not new or new[0] == old:
            continue
        for label, rows in waiting.items():
            counts[label] += rows.of_commune(commune).filter(hamlet=old).update(hamlet=new[0])
    return [Moved(label, count) for label, count in counts.items()]
