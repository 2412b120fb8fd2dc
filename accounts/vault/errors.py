"""Failures of asking the vault; texts are sentences for the person, but of VaultOnly."""

from accounts.workflow.declaration import NotAllowed


class VaultOnly(TypeError):
    """A fault of the program: a value that only the vault opens was read outside of it."""


class VaultRefused(NotAllowed):
    """The vault answered that this may not be done."""


class LimitOfAll(VaultRefused):
    """Everybody together has asked the vault as often as it allows in an hour."""

    def __init__(self) -> None:
        super().__init__(
            "Trong một giờ qua kho niêm phong đã mở tới mức cho phép của cả cổng. Hãy đợi; nếu "
            "gấp, báo chỉ huy và quản trị kỹ thuật."
        )


class VaultAway(NotAllowed):
    """The vault does not answer; nothing was done, or it is not known whether. Ask again later."""

    def __init__(self, sentence: str = "") -> None:
        super().__init__(
            sentence
            or "Kho niêm phong chưa trả lời nên lúc này chưa mở được nội dung này. Việc nhận phản "
            "ánh vẫn chạy. Hãy thử lại sau ít phút; nếu vẫn vậy, báo quản trị kỹ thuật."
        )


class VaultFailed(VaultAway):
    """The vault answered that it broke at this very act: another one may well succeed."""

    def __init__(self) -> None:
        super().__init__(
            "Kho niêm phong gặp lỗi ở đúng việc này nên chưa làm được. Hãy báo quản trị kỹ thuật."
        )


class NoVaultKey(NotAllowed):
    """This installation has no `VAULT_PUBLIC_KEY`: nothing of tips can be sealed."""

    def __init__(self) -> None:
        super().__init__(
            "Cổng chưa có khóa của kho niêm phong nên chưa ghi được phản ánh nào. Hãy ghi ra giấy "
            "và báo quản trị kỹ thuật."
        )


class ForgedCall(VaultRefused):
    """A call that no page and no worker of ours makes: refused, logged and alarmed."""


class ProofRefused(VaultRefused):
    """The proof of an officer is missing, wrong or too old."""


class ProofMisused(ProofRefused):
    """A proof was used before, or too many were wrong: people are told."""
