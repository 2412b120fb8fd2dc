"""The code on a paper for one person: sent to the account, it says who wrote.

The paper went into the hands of the household; whoever sends its code was given it. So the link is
made at once. The code itself is kept nowhere: a keyed hash finds it, it works once and not forever.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from django.db import transaction
from django.utils import timezone

from accounts.audit import services as audit
from accounts.communes.public_pages import code_of
from accounts.models import User
from accounts.services import NotAllowed
from groups.linking import services as linking
from groups.linking.models import LinkCode, ZaloLink, code_index
from groups.residents.models import Member
from zalo.followers import codes
from zalo.models import Follower
from zalo.services import account_for

MOST_AT_ONCE: Final = 200


@dataclass(frozen=True, slots=True)
class PrintedCode:
    """A code as it goes on the paper, and only there."""

    member: Member
    code: str

    @property
    def words(self) -> str:
        """The message that the person sends."""
        return codes.spelled("LK", self.code)


@transaction.atomic
def prepare(members: Iterable[int], *, by: User) -> list[PrintedCode]:
    """New codes for these people (ids), in the order of the list; older ones stop working.

    People who are linked, who take part no longer or have not agreed to be on the list get none.
    Raises NotAllowed.
    """
    if not by.has_perm("groups.print_linkcode"):
        raise NotAllowed("Tài khoản này không in được phiếu liên kết Zalo.")
    rows = (
        Member.objects.visible_to(by)
        .active()
        .filter(pk__in=list(members))
        .exclude(consent_basis=Member.Consent.NONE)
        .exclude(pk__in=ZaloLink.objects.values("member"))
        .select_related("hamlet__commune")
        .order_by("hamlet", "sort_key", "pk")
    )
    chosen = list(rows[: MOST_AT_ONCE + 1])
    if len(chosen) > MOST_AT_ONCE:
        raise NotAllowed(f"Mỗi lần in tối đa {MOST_AT_ONCE} phiếu. Hãy chọn ít người hơn.")
    now = timezone.now()
    LinkCode.objects.filter(member__in=chosen).delete()
    printed = [PrintedCode(member, codes.new_code()) for member in chosen]
    LinkCode.objects.bulk_create(
        LinkCode(
            member=row.member,
            code_index=code_index(row.code),
            printed_by=by,
            printed_at=now,
            expires_at=now + timedelta(days=LinkCode.DAYS),
        )
        for row in printed
    )
    if chosen:
        audit.record(
            "zalolink.codes_printed", by=by, commune=chosen[0].hamlet.commune, rows=len(chosen)
        )
    return printed


def code_in(text: str) -> str | None:
    """The code that a message brings, if it says nothing else: “LK AB3D-7KQ9”."""
    return codes.code_in(text, "lk", "lien ket")


@transaction.atomic
def redeem(code: str, follower: Follower, *, at: datetime) -> ZaloLink | None:
    """Link the sender of a code with its member; None where the code is not good (any more), or
    was printed after it was sent."""
    row = (
        LinkCode.objects.select_for_update(of=("self",))
        .select_related("member")
        .filter(code_index=code_index(code), expires_at__gt=at)
        .first()
    )
    if row is None:
        return None
    try:
        return linking.make(row.member, follower, method=ZaloLink.Method.CODE, at=at)
    except linking.CannotLink:
        return None


# What stands on the slips with codes.


def context(printed: list[PrintedCode], day: date) -> dict[str, Any]:
    """Slips of people of one or several communes, each with the account of its own."""
    accounts: dict[int, Any] = {}
    slips = []
    for row in printed:
        commune = row.member.hamlet.commune
        if commune.pk not in accounts:
            accounts[commune.pk] = _account(commune.pk)
        name, address, code = accounts[commune.pk]
        slips.append(
            {
                "member": row.member,
                "words": row.words,
                "account": name or f"Công an {commune}",
                "address": address,
                "qr": code,
                "profile": commune.profile_on(day),
            }
        )
    return {"slips": slips, "days": LinkCode.DAYS}


def _account(commune_id: int) -> tuple[str, str, str]:
    """Name, address and picture of the account; empty where none is connected."""
    account = account_for(commune_id)
    if account is None:
        return "", "", ""
    address = f"https://zalo.me/{account.oa_id}"
    return str(account), address, code_of(address)
