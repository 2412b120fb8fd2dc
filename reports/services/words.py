"""What officers write about a tip: cleaned, of a length, and never a secret."""

import unicodedata

from groups.disclosure import carries_mark
from reports.services.errors import CarriesSecret, NotAllowed

SUMMARY, NOTE, REASON, ANSWER = 1_000, 2_000, 500, 2_000


def require_no_secret(*texts: str) -> None:
    """Raises CarriesSecret when one of the texts carries a mark of secrecy."""
    if any(carries_mark(text) for text in texts if text):
        raise CarriesSecret


def cleaned(text: str, what: str, most: int, *, may_be_empty: bool = False) -> str:
    """The text as it is kept. Raises NotAllowed, CarriesSecret.

    `what` names it in the sentence of a refusal (“tóm tắt”); `most` is in characters after NFC.
    """
    kept = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\x00", "")).strip()
    if not kept and not may_be_empty:
        raise NotAllowed(f"Hãy ghi {what}.")
    if len(kept) > most:
        raise NotAllowed(f"Phần {what} dài {len(kept)} chữ, tối đa {most} chữ. Hãy viết ngắn lại.")
    require_no_secret(kept)
    return kept
