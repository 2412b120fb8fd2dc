"""Demand on the sender of a form: nothing, some work of the browser, or a sum in words."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

from django.http import HttpRequest, QueryDict

from accounts.models import Commune
from accounts.sign_in.addresses import client_address
from reports.public import demands, sums
from reports.public.demands import Demand, Purpose

_LONGEST_PROOF = 20


@dataclass
class Effort:
    """The work of one form. `nonce` and `bits` are for the browser, `proof` is what it found."""

    token: str
    nonce: str
    bits: int
    proof: str = ""

    @classmethod
    def asked(cls, demand: Demand, purpose: Purpose, *, now: datetime) -> Self:
        challenge = demands.issue(purpose, demand.bits, now=now)
        return cls(challenge.token, challenge.nonce, challenge.bits)

    @classmethod
    def sent(cls, form: QueryDict) -> Self:
        """Read the work from a page that carries no draft for it."""
        return cls(form.get("work", ""), "", 0, form.get("proof", "")[:_LONGEST_PROOF])

    def is_enough(self, demand: Demand) -> bool:
        """Whether what the browser did, or is doing, meets the demand of this moment."""
        return self.bits >= demand.bits


def weigh(request: HttpRequest, purpose: Purpose, commune: Commune | None = None) -> Demand:
    """Return the demand on this request."""
    return demands.weigh(
        purpose, client_address(request), commune=commune.pk if commune is not None else None
    )


def count(request: HttpRequest, purpose: Purpose, commune: Commune | None = None) -> None:
    """Count this request; the next one from the same network may be asked for more."""
    demands.count(
        purpose, client_address(request), commune=commune.pk if commune is not None else None
    )


def is_met(
    demand: Demand, purpose: Purpose, effort: Effort | None, sent: QueryDict, *, now: datetime
) -> bool:
    """Whether the work of `effort` or the answer in the form suffices; uses both up."""
    return demands.is_met(
        demand,
        purpose,
        now=now,
        challenge=effort.token if effort is not None else "",
        proof=effort.proof if effort is not None else "",
        question=sent.get("hoi", ""),
        answer=sent.get("dap", ""),
    )


def context_of(
    demand: Demand, effort: Effort, *, now: datetime, failed: bool = False
) -> dict[str, Any]:
    """Return context for the page: the work, and the sum where one is needed."""
    needs_sum = demand.is_needed and not (effort.proof and effort.is_enough(demand))
    return {
        "effort": effort,
        "sum": sums.ask(now=now) if needs_sum else None,
        "sum_failed": failed,
    }
