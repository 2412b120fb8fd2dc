"""Proofs of officers, as the vault writes them, and the app on a phone that makes codes."""

import base64
import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import uuid4

from django.test import override_settings
from django.utils import timezone
from django_otp.oath import hotp

from accounts.models import User
from accounts.vault.calls import Call, running
from accounts.vault.proofs import checking, keys
from reports.models import IdentityOpening
from reports.vault import openings, proofs
from reports.vault.proofs import Act


@contextmanager
def in_the_vault() -> Iterator[None]:
    """Be the vault, also in a test whose process is web."""
    key = os.environ["VAULT_INDEX_KEY"]
    with override_settings(VAULT_INDEX_KEY=key), running(Call("test")):
        yield


def prove(opening: IdentityOpening, *, looks: bool = False) -> IdentityOpening:
    """Have the vault hold the proofs of whoever asked and approved so far."""
    opening.refresh_from_db()
    acts: list[tuple[Act, User | None]] = [(Act.ASK, opening.asked_by)]
    if opening.state == IdentityOpening.State.APPROVED:
        acts.append((Act.APPROVE, opening.approved_by))
    if looks:
        acts.append((Act.LOOK, opening.asked_by))
    with in_the_vault():
        for act, user in acts:
            assert user is not None
            proofs.store(opening, act, by=user, key=uuid4())
    return opening


def approve(opening: IdentityOpening, *, by: User, looks: bool = False) -> IdentityOpening:
    """Approve with the proofs of both."""
    return prove(openings.decide(opening, by=by, approved=True), looks=looks)


class App:
    """The app of codes on the phone of an account."""

    def __init__(self, user: User) -> None:
        with in_the_vault():
            self.seed = keys.make_app(user)
        self.last = 0

    def code(self, *, later: int = 0) -> str:
        """The earliest code that was not typed yet; `later`: so many steps after now, as it is."""
        now = checking.step_at(timezone.now().timestamp())
        early = now - checking.TOLERANCE + 1  # still good in half a minute
        step = now + later if later else max(self.last + 1, early)
        self.last = max(self.last, step)
        return f"{hotp(base64.b32decode(self.seed), step):06d}"

    def __call__(self) -> dict[str, Any]:
        """The arguments of a page or an operation that are the proof."""
        return {"code": self.code()}
