"""Errors of calls of Zalo, sorted by what the caller must do next.

Three families, because callers do three things:

* `ZaloRetryable`: nothing was accepted; the same call may be made again later;
* `ZaloRejected`: Zalo understood and refused; give up and tell a person;
* `ZaloUncertain`: the request left and no usable answer came; never repeat by yourself.

No message of these errors holds a token, a text or an id of a person.
"""

from zalo.client import codes


class ZaloError(Exception):
    """Any failure of a call to Zalo.

    `code` is Zalo's number, or None where the answer carried none. `detail` is a short technical
    remark for the log. `str(error)` is a Vietnamese sentence: what happened and what to do.
    """

    default_sentence = "Không gọi được Zalo. Hãy thử lại sau."

    def __init__(self, detail: str = "", *, code: int | None = None) -> None:
        self.detail = detail
        self.code = code
        super().__init__(self.sentence)

    @property
    def sentence(self) -> str:
        """Cause and remedy in Vietnamese, for a person to read."""
        entry = codes.find(self.code)
        return entry.sentence if entry else self.default_sentence

    @property
    def is_account_wide(self) -> bool:
        """Whether every other call of this account would fail the same way."""
        entry = codes.find(self.code)
        return entry is not None and entry.is_account_wide

    @property
    def parks_account(self) -> bool:
        """Whether nothing of this account gets through until a person has mended it."""
        return False

    def __str__(self) -> str:
        return self.sentence

    def __repr__(self) -> str:
        return f"{type(self).__name__}(code={self.code!r}, detail={self.detail!r})"


class ZaloRetryable(ZaloError):
    """Nothing was accepted: the call may be repeated, not before `retry_after` seconds if given."""

    default_sentence = (
        "Chưa kết nối được tới Zalo nên chưa có gì được gửi. Hệ thống sẽ tự thử lại; "
        "nếu kéo dài, hãy kiểm tra đường truyền Internet của máy chủ."
    )

    def __init__(
        self, detail: str = "", *, code: int | None = None, retry_after: float | None = None
    ) -> None:
        super().__init__(detail, code=code)
        self.retry_after = retry_after


class ZaloUnauthorized(ZaloRetryable):
    """The access token is wrong, dead or expired; refresh it and repeat once."""

    default_sentence = "Zalo không nhận mã truy cập. Hệ thống sẽ tự lấy mã mới rồi gửi lại."


class ZaloThrottled(ZaloRetryable):
    """Too many calls (-32 or HTTP 429): every lane of the account waits.

    `retry_after` is what Zalo asked for; `zalo.services` fills in its own pause where Zalo did not.
    """

    default_sentence = (
        "Zalo báo gọi quá nhanh. Hệ thống tự giảm tốc rồi gửi tiếp, không cần thao tác."
    )


class ZaloAttachmentExpired(ZaloRetryable):
    """The uploaded picture is no longer kept by Zalo; upload it again and repeat."""


class ZaloArticleQuota(ZaloRetryable):
    """No more articles in this period (-223, which also stands for a permission not given)."""

    @property
    def sentence(self) -> str:
        return (
            "OA đã hết lượt đăng bài viết trong kỳ. Hệ thống sẽ thử lại sau; hãy xem gói dịch vụ "
            "trên trang quản lý OA."
        )

    @property
    def is_account_wide(self) -> bool:
        return False


class ZaloRejected(ZaloError):
    """Zalo understood and refused; repeating the same call cannot help."""

    default_sentence = (
        "Zalo từ chối yêu cầu này. Hãy kiểm tra nội dung và nhóm nhận; nếu không rõ nguyên nhân, "
        "hãy báo quản trị kỹ thuật."
    )

    @property
    def parks_account(self) -> bool:
        return self.is_account_wide and self.code not in codes.OF_A_CAPABILITY


class ZaloConsentRequired(ZaloRejected):
    """The token pair is lost: an administrator of the account must grant access again."""

    default_sentence = (
        "Quyền truy cập tài khoản Zalo đã hết hiệu lực. Quản trị viên của tài khoản OA cần cấp "
        "quyền lại, rồi quản trị kỹ thuật kết nối lại tài khoản."
    )

    @property
    def is_account_wide(self) -> bool:
        return True

    @property
    def parks_account(self) -> bool:
        return False  # `needs_consent` stands on the account instead


class ZaloWrongEndpoint(ZaloRejected):
    """This kind of account uses the other family of message endpoints (-235, -240)."""


class ZaloUncertain(ZaloError):
    """The request left and no usable answer came: it may or may not have been done.

    Never repeated by the machine; a person looks into the group and decides.
    """

    default_sentence = (
        "Đã gửi tới Zalo nhưng không nhận được câu trả lời rõ ràng, nên không biết bài đã lên nhóm "
        "hay chưa. Hãy mở nhóm để xem rồi xác nhận."
    )

    @property
    def sentence(self) -> str:
        entry = codes.find(self.code)
        if entry is not None and entry.kind is codes.Kind.UNCERTAIN:
            return entry.sentence
        return self.default_sentence
