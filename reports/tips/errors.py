"""Refusals of actions on tips; every message is a sentence for the person."""

from accounts.workflow.declaration import NotAllowed, TransitionNotAllowed

__all__ = ["CarriesSecret", "NotAllowed", "TransitionNotAllowed"]


class CarriesSecret(NotAllowed):
    """The text carries a mark of secrecy: nothing of it is stored."""

    def __init__(self) -> None:
        super().__init__(
            "Nội dung có dấu chỉ độ mật nên cổng không nhận và không lưu. Hãy mang trực tiếp tới "
            "trụ sở Công an xã."
        )
