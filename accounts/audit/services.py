"""The audit trail: appended here, verified here, changed nowhere.

Events of one commune form a chain: each carries a keyed hash over its own content and the hash
before it. A changed, removed or inserted event breaks the chain, and so does a missing tail,
because the head row keeps length and last hash. The key is not in the database, so that whoever
holds the database alone cannot make a chain anew. Who sets the head row back together with the
tail goes unnoticed by the database alone: keep the heads that `verify_audit` prints elsewhere and
give them back to it (`--expect`).
"""

import hashlib
import hmac
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db import models, transaction
from django.utils import timezone

from accounts.audit.models import AuditChain, AuditEvent
from accounts.communes.models import Commune
from accounts.encryption import checks
from accounts.encryption.services import index_key
from accounts.users.models import User

FIRST_HASH = "0" * 64
SAMPLE = 50


@dataclass(frozen=True)
class Fault:
    """A place where a chain does not hold; `sentence` is for a person."""

    chain: str
    sequence: int
    sentence: str


def _digest(event: AuditEvent, previous_hash: str) -> str:
    content = json.dumps(
        [
            event.sequence,
            event.at.timestamp(),
            event.commune_id,
            event.actor_id,
            event.actor_name,
            event.action,
            event.target_type,
            event.target_id,
            event.target_label,
            event.reason,
            event.details,
            previous_hash,
        ],
        ensure_ascii=False,
        sort_keys=True,
        separators=(",", ":"),
    )
    key = hashlib.sha256(b"audit-chain\0" + index_key()).digest()
    return hmac.new(key, content.encode(), hashlib.sha256).hexdigest()


def _commune_of(target: Any, by: User | None) -> int | None:
    if isinstance(target, Commune):
        return target.pk
    commune_id: int | None = getattr(target, "commune_id", None)
    return commune_id if commune_id is not None else getattr(by, "commune_id", None)


@transaction.atomic
def record(
    action: str,
    *,
    by: User | None = None,
    target: models.Model | None = None,
    commune: Commune | None = None,
    reason: str = "",
    **details: Any,
) -> AuditEvent:
    """Append one event, in the transaction of the act itself.

    A target that must not be named to every reader of the trail has an `audit_label`.
    `action` is a dotted verb (`broadcast.approved`); `details` must be JSON and must never hold
    a secret, a message text, a phone or a reporter. Without `commune` the one of the target, then
    of the acting account, is taken.
    """
    commune_id = commune.pk if commune is not None else _commune_of(target, by)
    # None is the chain of the city.
    locked = AuditChain.objects.select_for_update(of=("self",)).filter(commune=commune_id)
    chain = locked.first()
    if chain is None:
        AuditChain.objects.get_or_create(commune_id=commune_id)  # type: ignore[misc]
        chain = locked.get()
    event = AuditEvent(
        chain=chain,
        sequence=chain.length + 1,
        at=timezone.now(),
        commune_id=commune_id,
        actor=by,
        actor_name=str(by) if by else "",
        action=action,
        target_type=target._meta.label_lower if target is not None else "",
        target_id=str(target.pk) if target is not None else "",
        target_label=str(getattr(target, "audit_label", target))[:200] if target else "",
        reason=reason,
        details=details,
        previous_hash=chain.last_hash,
    )
    event.hash = _digest(event, chain.last_hash)
    event.save(force_insert=True)
    chain.length, chain.last_hash = event.sequence, event.hash
    chain.save(update_fields=["length", "last_hash"])
    return event


def verify() -> Iterator[Fault]:
    """Walk every chain from its start and yield each place where it does not hold."""
    for chain in AuditChain.objects.select_related("commune").order_by("pk"):
        yield from _verify_chain(chain)


def verify_head(chain_id: int, length: int, hash_prefix: str) -> Iterator[Fault]:
    """Yield a fault where a chain no longer holds an event that was noted down earlier."""
    is_there = AuditEvent.objects.filter(
        chain=chain_id, sequence=length, hash__startswith=hash_prefix
    ).exists()
    if length and not is_there:
        yield Fault(
            f"chuỗi {chain_id}", length, f"Dòng số {length} đã ghi lại trước đây không còn nữa."
        )


def _verify_chain(chain: AuditChain) -> Iterator[Fault]:
    name = str(chain.commune or "cấp thành phố")
    expected, previous_hash = 1, FIRST_HASH
    for event in chain.events.order_by("sequence").iterator(chunk_size=2000):
        if event.sequence != expected:
            yield Fault(name, expected, f"Thiếu dòng nhật ký từ số {expected}.")
        if event.previous_hash != previous_hash or event.hash != _digest(event, previous_hash):
            yield Fault(name, event.sequence, f"Dòng nhật ký số {event.sequence} đã bị sửa.")
        expected, previous_hash = event.sequence + 1, event.hash
    if chain.length != expected - 1 or chain.last_hash != previous_hash:
        yield Fault(name, expected, f"Cuối nhật ký bị cắt hoặc bị thêm sau số {expected - 1}.")


def has_our_key() -> bool:
    """Whether any of the newest events was made with today's key, or there is none."""
    newest = list(AuditEvent.objects.order_by("-pk")[:SAMPLE])
    return not newest or any(event.hash == _digest(event, event.previous_hash) for event in newest)


checks.index_proofs.append(has_our_key)
