"""Every error number of the Official Account API as data: what it means for us and what to say.

Source: the error table of Zalo's documentation as digested by the project in 2026; the `kind` is
our judgement. A number that is not here proves nothing about a send: the caller treats it as
uncertain (`kind_of`), because Zalo has been seen to report an error for a delivered message.
"""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import Enum, auto
from zoneinfo import ZoneInfo

ZALO_TIME_ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
NIGHT_ENDS_AT = time(6, 0)
QUOTA_RETRY_S = 3600.0
PROCESSING_RETRY_S = 5.0


class Kind(Enum):
    """The caller's reaction to an error number."""

    THROTTLED = auto()
    """Slow the whole account down, then repeat."""
    REUPLOAD = auto()
    """Upload the picture again, then repeat."""
    REFRESH = auto()
    """Refresh the access token once, then repeat once."""
    RETRY = auto()
    """Nothing was done; repeat later."""
    RESCHEDULE = auto()
    """Nothing was done; repeat when the quota or the night is over."""
    SWITCH_ENDPOINT = auto()
    """Use the other family of message endpoints, once."""
    PERMANENT = auto()
    """This call can never succeed as it stands."""
    HUMAN = auto()
    """A person must change something at Zalo."""
    CONFIG = auto()
    """The technical administrator must mend the settings of the application."""
    CONSENT = auto()
    """An administrator of the account must grant access again."""
    UNCERTAIN = auto()
    """It may have been done; a person must look."""


@dataclass(frozen=True, slots=True)
class CodeEntry:
    """One number: what to do, and the sentence that a person reads."""

    kind: Kind
    sentence: str
    is_account_wide: bool = False


def _entry(kind: Kind, sentence: str) -> CodeEntry:
    return CodeEntry(kind, sentence)


def _account(kind: Kind, sentence: str) -> CodeEntry:
    return CodeEntry(kind, sentence, is_account_wide=True)


_REFRESHING = "Hệ thống tự lấy mã mới rồi gửi lại; nếu lặp lại, hãy kết nối lại tài khoản."
_ASK_ADMIN = "Hãy báo quản trị kỹ thuật."

CODES: dict[int, CodeEntry] = {
    -32: _account(
        Kind.THROTTLED,
        "Zalo báo gọi quá nhanh. Hệ thống tự giảm tốc rồi gửi tiếp, không cần thao tác.",
    ),
    -100: _entry(
        Kind.REUPLOAD, "Ảnh đã tải lên Zalo hết hạn. Hệ thống sẽ tải lại ảnh rồi gửi tiếp."
    ),
    -124: _account(Kind.REFRESH, f"Mã truy cập của dịch vụ ZNS không hợp lệ. {_REFRESHING}"),
    -200: _entry(
        Kind.UNCERTAIN,
        "Zalo báo gửi không thành công, nhưng có khi bài vẫn lên nhóm. Hãy mở nhóm để xem rồi "
        "xác nhận, tránh gửi hai lần.",
    ),
    -201: _entry(
        Kind.PERMANENT,
        "Zalo không nhận nội dung này vì có phần không hợp lệ (quá dài, sai định dạng hoặc ảnh "
        "không đúng loại). Hãy sửa bài rồi trình lại.",
    ),
    -204: _account(
        Kind.HUMAN,
        "Tài khoản OA đang bị Zalo khóa. Quản trị viên OA hãy vào trang quản lý OA để mở lại.",
    ),
    -205: _account(
        Kind.HUMAN, "Không tìm thấy tài khoản OA này trên Zalo. Hãy kiểm tra lại mã OA đã kết nối."
    ),
    -209: _account(
        Kind.CONFIG,
        "Ứng dụng Zalo chưa được kích hoạt. Quản trị kỹ thuật hãy kích hoạt ứng dụng trên trang "
        "Zalo for Developers.",
    ),
    -210: _entry(
        Kind.PERMANENT,
        "Một phần của nội dung vượt giới hạn của Zalo (thường là quá dài). Hãy rút gọn bài rồi "
        "trình lại.",
    ),
    -211: _account(
        Kind.RESCHEDULE,
        "Tài khoản OA đã dùng hết hạn mức của tính năng này. Hệ thống sẽ thử lại sau; hãy xem "
        "gói dịch vụ trên trang quản lý OA.",
    ),
    -212: _account(
        Kind.CONFIG,
        "Ứng dụng chưa đăng ký sản phẩm Official Account API. Quản trị kỹ thuật hãy đăng ký trên "
        "trang Zalo for Developers.",
    ),
    -213: _entry(
        Kind.PERMANENT,
        "Người này chưa quan tâm tài khoản OA nên không nhận được tin. Hãy liên hệ bằng cách khác.",
    ),
    -214: _entry(Kind.RETRY, "Bài viết đang được Zalo xử lý. Hệ thống sẽ kiểm tra lại."),
    -216: _account(Kind.REFRESH, f"Mã truy cập Zalo không hợp lệ. {_REFRESHING}"),
    -217: _entry(
        Kind.PERMANENT, "Người này đã chặn lời mời của tài khoản OA. Hãy liên hệ bằng cách khác."
    ),
    -218: _entry(
        Kind.RESCHEDULE,
        "Người này đã nhận đủ số tin cho phép trong kỳ. Hệ thống sẽ thử lại ở kỳ sau.",
    ),
    -219: _account(
        Kind.HUMAN,
        "Ứng dụng đã bị gỡ khỏi tài khoản OA hoặc bị khóa. Quản trị viên OA hãy cấp quyền lại "
        "cho ứng dụng.",
    ),
    -220: _account(Kind.REFRESH, f"Mã truy cập Zalo đã hết hạn. {_REFRESHING}"),
    -221: _account(
        Kind.HUMAN,
        "Tài khoản OA chưa được xác thực. Hãy hoàn tất xác thực trên trang quản lý OA.",
    ),
    -223: _account(
        Kind.HUMAN,
        "Tài khoản OA chưa cấp quyền cho tính năng này, hoặc đã hết lượt đăng bài viết. Quản trị "
        "viên OA hãy cấp quyền lại và chọn đủ các nhóm quyền.",
    ),
    -224: _account(
        Kind.HUMAN,
        "Gói dịch vụ của tài khoản OA chưa cho dùng tính năng này. Hãy nâng gói trên trang quản "
        "lý OA.",
    ),
    -227: _entry(
        Kind.PERMANENT,
        "Tài khoản Zalo của người nhận bị khóa hoặc đã lâu không hoạt động. Hãy liên hệ bằng "
        "cách khác.",
    ),
    -230: _entry(
        Kind.PERMANENT,
        "Người này không tương tác với tài khoản OA trong 7 ngày nên Zalo không cho gửi. Hãy chờ "
        "họ nhắn trước hoặc liên hệ bằng cách khác.",
    ),
    -232: _entry(
        Kind.PERMANENT,
        "Người này chưa từng tương tác với tài khoản OA, hoặc lượt tương tác đã hết hạn. Hãy liên "
        "hệ bằng cách khác.",
    ),
    -233: _entry(Kind.PERMANENT, f"Zalo không hỗ trợ loại tin nhắn này. {_ASK_ADMIN}"),
    -234: _entry(
        Kind.RESCHEDULE,
        "Zalo không cho gửi loại tin này vào ban đêm (22 giờ đến 6 giờ). Hệ thống sẽ gửi sau 6 "
        "giờ sáng.",
    ),
    -235: _account(
        Kind.SWITCH_ENDPOINT,
        f"Loại tài khoản OA này không dùng được đường gửi tin hiện tại. {_ASK_ADMIN}",
    ),
    -237: _entry(
        Kind.HUMAN,
        "Nhóm đã hết hạn hoặc bị vô hiệu hóa trên Zalo. Hãy gia hạn nhóm trên trang quản lý OA "
        "rồi gửi lại cho nhóm này.",
    ),
    -238: _entry(
        Kind.PERMANENT,
        "Gói dung lượng nhóm đã được dùng hoặc không dùng được. Hãy chọn gói khác.",
    ),
    -240: _account(
        Kind.SWITCH_ENDPOINT, f"Zalo đã ngừng đường gửi tin cũ cho tài khoản này. {_ASK_ADMIN}"
    ),
    -241: _entry(Kind.PERMANENT, "Gói nhóm miễn phí đã được dùng. Hãy chọn gói khác."),
    -242: _account(
        Kind.CONFIG,
        "Chữ ký bảo vệ của ứng dụng không đúng. Quản trị kỹ thuật hãy kiểm tra ZALO_APP_SECRET.",
    ),
    -244: _entry(
        Kind.PERMANENT, "Người này đã chặn loại tin nhắn này. Hãy liên hệ bằng cách khác."
    ),
    -248: _entry(
        Kind.HUMAN,
        "Zalo cho rằng nội dung vi phạm quy định của nền tảng. Không gửi lại nguyên văn; hãy sửa "
        "nội dung rồi trình duyệt lại.",
    ),
    -249: _entry(Kind.PERMANENT, f"Mẫu tin này không gửi được tới người dùng. {_ASK_ADMIN}"),
    -320: _account(
        Kind.HUMAN,
        "Tài khoản OA chưa liên kết tài khoản thanh toán ZCA. Hãy liên kết trên trang quản lý OA.",
    ),
    -321: _account(Kind.HUMAN, "Tài khoản thanh toán ZCA không đủ tiền. Hãy nạp thêm rồi gửi lại."),
    -403: _entry(
        Kind.PERMANENT,
        "Tài khoản OA không sở hữu nhóm này hoặc không còn ở trong nhóm. Hãy kiểm tra mã nhóm và "
        "cập nhật danh sách nhóm của OA.",
    ),
    -1340: _entry(Kind.PERMANENT, f"Không tìm thấy biểu mẫu trên Zalo. {_ASK_ADMIN}"),
    -1341: _entry(Kind.PERMANENT, f"Không có quyền dùng biểu mẫu này trên Zalo. {_ASK_ADMIN}"),
    # OAuth: another shape, the same table.
    -14002: _account(
        Kind.CONFIG,
        "Mã ứng dụng Zalo sai hoặc ứng dụng chưa kích hoạt. Quản trị kỹ thuật hãy kiểm tra "
        "ZALO_APP_ID.",
    ),
    -14003: _account(
        Kind.CONFIG,
        "Địa chỉ nhận kết quả cấp quyền chưa được đăng ký trên trang Zalo for Developers. Quản "
        "trị kỹ thuật hãy đăng ký đúng địa chỉ, không có tham số.",
    ),
    -14004: _account(
        Kind.CONFIG,
        "Khóa bí mật của ứng dụng Zalo sai. Quản trị kỹ thuật hãy kiểm tra ZALO_APP_SECRET.",
    ),
    -14005: _account(
        Kind.CONSENT,
        "Mã cấp quyền sai, đã hết hạn hoặc đã dùng. Quản trị viên OA hãy cấp quyền lại từ đầu.",
    ),
    -14012: _account(
        Kind.HUMAN,
        "Zalo báo tài khoản cấp quyền không quản lý OA này. Hãy cấp quyền bằng tài khoản quản trị "
        "của OA.",
    ),
    -14014: _account(
        Kind.CONSENT,
        "Mã làm mới đã hết hiệu lực hoặc đã dùng. Quản trị viên của tài khoản OA cần cấp quyền "
        "lại, rồi quản trị kỹ thuật kết nối lại tài khoản.",
    ),
    -14018: _account(Kind.CONFIG, f"Zalo không nhận kiểu cấp quyền này. {_ASK_ADMIN}"),
    -14024: _account(
        Kind.HUMAN,
        "Zalo báo tài khoản không đủ quyền đối với OA này. Hãy cấp quyền bằng tài khoản quản trị "
        "của OA.",
    ),
}

OF_A_CAPABILITY = frozenset({-209, -212, -219, -221, -223, -224, -235, -240})
"""Numbers by which Zalo says what an account may not do; its other calls go on."""


def find(code: int | None) -> CodeEntry | None:
    """The entry of a number, or None where the number is unknown or absent."""
    return None if code is None else CODES.get(code)


def kind_of(code: int, *, is_repeatable: bool) -> Kind:
    """The reaction to `code` of a call that `is_repeatable` (a read, an upload) or is a send.

    An unknown number, and one that leaves the outcome open, is a plain retry where repeating does
    no harm, and uncertain where it could post twice.
    """
    entry = CODES.get(code)
    if entry is None or entry.kind is Kind.UNCERTAIN:
        return Kind.RETRY if is_repeatable else Kind.UNCERTAIN
    return entry.kind


def wait_for(code: int, now: datetime) -> float | None:
    """Seconds to leave before repeating a call that answered `code`, or None if no rule says so."""
    entry = CODES.get(code)
    if entry is None:
        return None
    if code == -234:
        local = now.astimezone(ZALO_TIME_ZONE)
        morning = datetime.combine(local.date(), NIGHT_ENDS_AT, tzinfo=ZALO_TIME_ZONE)
        if morning <= local:
            morning += timedelta(days=1)
        return (morning - local).total_seconds()
    return {
        Kind.RESCHEDULE: QUOTA_RETRY_S,
        Kind.RETRY: PROCESSING_RETRY_S,
    }.get(entry.kind)


def sentence_for(code: int | None) -> str:
    """The Vietnamese sentence for a number, also for one that we do not know."""
    entry = find(code)
    if entry is not None:
        return entry.sentence
    if code is None:
        return "Không có câu trả lời rõ ràng từ Zalo."
    return (
        f"Zalo trả về mã lỗi {code} chưa có trong tài liệu. Hãy mở nhóm để xem bài đã lên hay "
        "chưa và báo quản trị kỹ thuật."
    )
