"""What is asked before a tip is taken or a receipt looked up: nothing, or work, never to go away.

demand = weigh(Purpose.TIP, client_address(request), commune=commune.pk)
challenge = challenge_for(demand, Purpose.TIP, now=now)      # on every page of the form
if not is_met(demand, Purpose.TIP, challenge=…, proof=…, now=now):
    …                                   # the same page again, with the question beside it
note(Purpose.TIP, client_address(request), commune=commune.pk)        # once it is taken
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from accounts.addresses import network_of
from reports.abuse import burst, questions, work
from reports.abuse.thresholds import Counts

CALM_BITS: Final = 15  # a quarter of a second on an old phone
_NEEDED_BITS = 17
_BURST_BITS = 18
_HOUR_S = 3600
_MOST_NETWORKS = 20_000


class Purpose(StrEnum):
    """What work is done for; work for one is not good for the other."""

    TIP = "tip"
    RECEIPT = "receipt"


# About so many an hour from one network ask for nothing. Operators of mobile phones put many people
# behind one network.
_FREE = {Purpose.TIP: 5, Purpose.RECEIPT: 15}
_STEPS: Final = 3  # at twice, four and eight times as many the work grows
_MANY = {Purpose.TIP: burst.MANY, Purpose.RECEIPT: 4 * burst.MANY}
_networks = {purpose: Counts(window_s=_HOUR_S, most=_MOST_NETWORKS) for purpose in Purpose}


@dataclass(frozen=True, slots=True)
class Demand:
    """How hard the work is (leading zero bits), and whether nothing goes on without it."""

    bits: int
    is_needed: bool


def note(purpose: Purpose, address: str, *, commune: int | None = None) -> None:
    """One tip was taken, or one receipt tried, from this address."""
    _networks[purpose].add(network_of(address))
    burst.note(_key(purpose, commune))


def weigh(purpose: Purpose, address: str, *, commune: int | None = None) -> Demand:
    """What is asked of the next one."""
    bits = CALM_BITS
    if _is_past(purpose, address, 0):
        bits = _NEEDED_BITS + sum(_is_past(purpose, address, step + 1) for step in range(_STEPS))
    if burst.is_on(_key(purpose, commune), many=_MANY[purpose]):
        bits = max(bits + 1, _BURST_BITS)
    return Demand(min(bits, work.MOST_BITS), is_needed=bits > CALM_BITS)


def challenge_for(demand: Demand, purpose: Purpose, *, now: datetime) -> work.Challenge:
    """The work for a page that was weighed."""
    return work.issue(purpose, demand.bits, now=now)


def is_met(
    demand: Demand,
    purpose: Purpose,
    *,
    now: datetime,
    challenge: str = "",
    proof: str = "",
    question: str = "",
    answer: str = "",
) -> bool:
    """Whether the work was done or the question answered, or neither is needed.

    Uses up what it was given; ask once for one request.
    """
    if not demand.is_needed:
        return True
    if work.is_done(challenge, proof, purpose=purpose, bits=demand.bits, now=now):
        return True
    return questions.is_answered(question, answer, now=now)


def _is_past(purpose: Purpose, address: str, step: int) -> bool:
    """Each step has a draw of its own, or the first would give the others away."""
    counts, network = _networks[purpose], network_of(address)
    limit = counts.limit(f"{purpose}:{step}:{network}", _FREE[purpose] * 2**step)
    return counts.of(network) >= limit


def _key(purpose: Purpose, commune: int | None) -> str:
    return f"{purpose}:{commune or 0}"
