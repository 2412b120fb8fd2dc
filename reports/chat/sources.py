"""Keyed hashes by which messages of Zalo are recognised. In the vault.

An event that waits in the inbox has the id of its message beside its writer: who could make the
hash would join the two to a tip.
"""

from typing import Final

from accounts.encryption.services import blind_index
from accounts.vault.indexes import vault_index
from zalo.models import OfficialAccount

OF_MESSAGE: Final = "tip.chat_message"
OF_ANSWER: Final = "tip.chat_answer"


def source_of(account: OfficialAccount, message_id: str) -> str:
    """Return the hash of a message; its id is not readable from it."""
    return vault_index(_named(account, message_id), purpose=OF_MESSAGE)


def source_of_answer(account: OfficialAccount, message_id: str) -> str:
    """Return the hash of an answer that a worker sent. A worker that asks for it with the id of
    somebody's message learns nothing: words have another hash."""
    return vault_index(_named(account, message_id), purpose=OF_ANSWER)


def sources_of(account: OfficialAccount, message_id: str) -> list[str]:
    """The hashes by which a message may be known, the one to store first; the last is that of
    before the vault: the id is stored nowhere, so rows of then keep theirs."""
    return [
        source_of(account, message_id),
        source_of_answer(account, message_id),
        blind_index(_named(account, message_id), purpose=OF_MESSAGE),
    ]


def _named(account: OfficialAccount, message_id: str) -> str:
    return f"{account.oa_id}:{message_id}"
