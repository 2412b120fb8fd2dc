"""Questions and facts that pass duty from one level to another."""

from dataclasses import dataclass

from django.dispatch import Signal

# Asked each minute with `now`; a receiver answers with `Waiting` about messages of its own.
waiting_asked = Signal()
# Asked with `commune` (a number) and `zalo_group_id`: a receiver answers True for a group of
# residents, into which no alert of the duty may ever go.
residents_group_asked = Signal()
# Asked with `occasion`: the level of occasions answers whether all who keep shifts may open it.
sight_of_all_asked = Signal()


@dataclass(frozen=True, slots=True)
class Waiting:
    """Communes by their ids, as one app sees its messages.

    `stuck`: something was due for five minutes and nothing left. `urgent`: something urgent waits.
    """

    stuck: frozenset[int]
    urgent: frozenset[int]
