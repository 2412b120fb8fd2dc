"""Names of terms: what is due at a moment, so that two terms of one matter are told apart."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Term:
    """Words of a term: `ahead` stands before its hour, `over` once it has passed.

    What `ends_when_taken` is due no more once a person has taken the matter.
    """

    ahead: str = "hạn"
    over: str = "quá hạn"
    ends_when_taken: bool = False


PLAIN: Final = Term()
HANDLING: Final = Term("hạn xử lý", "quá hạn xử lý")
GIVEN_DAY: Final = Term("xong trước", "quá ngày giao")
DECISION: Final = Term("hạn quyết định", "quá hạn quyết định")
SENDING: Final = Term("gửi", "quá giờ gửi")
HAND_POSTING: Final = Term("đăng trước", "quá hạn đăng")
