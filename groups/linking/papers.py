"""What stands on the slips with codes."""

from datetime import date
from typing import Any

from accounts.public_pages import code_of
from groups.linking.codes import PrintedCode
from groups.models import LinkCode
from zalo.services import account_for


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
