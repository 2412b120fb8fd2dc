"""Kinds of alarms: one table with the sentence, the roles it concerns, and how grave it is."""

from dataclasses import dataclass
from typing import Final

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.users.roles import Role


class AlarmKind(models.TextChoices):
    """The thing that is amiss."""

    SPRAY = "spray", _("Dò mật khẩu")
    EVERYONE_SHUT_OUT = "everyone_shut_out", _("Không ai đăng nhập được")
    SECOND_STEP_RESET = "second_step_reset", _("Đặt lại bước hai")
    PASSWORD_ISSUED = "password_issued", _("Cấp mật khẩu tạm")
    PEOPLE_EXPORTED = "people_exported", _("Lấy danh sách người dân")
    VAULT_FORGED = "vault_forged", _("Gọi kho niêm phong trái phép")
    VAULT_LIMIT = "vault_limit", _("Mở kho niêm phong quá nhiều")
    VAULT_REFUSED = "vault_refused", _("Bị kho niêm phong từ chối nhiều lần")
    VAULT_BUSY = "vault_busy", _("Kho niêm phong mở nhiều khác thường")
    PUSH_REFUSED = "push_refused", _("Dịch vụ đẩy từ chối cổng")


@dataclass(frozen=True)
class About:
    """The sentence of a kind, over `{subject}`, and the roles that hear it.

    Of an act of people neither who did it nor the account itself acknowledges the alarm.
    `hears_of`: further roles, for accounts that have certain roles.
    """

    sentence: str
    roles: frozenset[Role]
    is_grave: bool
    is_act: bool = False
    hears_of: tuple[tuple[Role, frozenset[Role]], ...] = ()


# The Party office looks after its own side, and after the chief, whom nobody else stands above.
_OF_THE_PARTY: Final = (
    (
        Role.PARTY_OFFICE,
        frozenset({Role.PARTY_OFFICE, Role.PARTY_MEMBER, Role.FRONT, Role.CHIEF}),
    ),
)

KINDS: Final[dict[AlarmKind, About]] = {
    AlarmKind.SPRAY: About(
        "Có người đang dò mật khẩu: {subject}. Nơi đó đã bị chặn; máy cán bộ vẫn dùng thì vào "
        "được như thường. Không cho ai mật khẩu, mã xác thực qua điện thoại.",
        frozenset({Role.CHIEF, Role.TECH_ADMIN}),
        is_grave=True,
    ),
    AlarmKind.EVERYONE_SHUT_OUT: About(
        "Chỉ huy và quản trị kỹ thuật của {subject} đều đang bị chặn ở máy lạ vì có người nhập sai "
        "mật khẩu của họ. Máy vẫn dùng và khóa truy cập thì vào được.",
        frozenset({Role.CHIEF, Role.TECH_ADMIN}),
        is_grave=True,
    ),
    AlarmKind.SECOND_STEP_RESET: About(
        "Bước hai của {subject} vừa được đặt lại. Hãy hỏi chính người này có nhờ không; nếu không, "
        "khóa tài khoản ngay.",
        frozenset({Role.CHIEF}),
        is_grave=True,
        is_act=True,
        hears_of=_OF_THE_PARTY,
    ),
    AlarmKind.PASSWORD_ISSUED: About(
        "{subject} vừa được cấp mật khẩu tạm. Hãy hỏi chính người này có nhờ không; nếu không, "
        "khóa tài khoản ngay.",
        frozenset({Role.CHIEF}),
        is_grave=False,
        is_act=True,
        hears_of=_OF_THE_PARTY,
    ),
    AlarmKind.PEOPLE_EXPORTED: About(
        "{subject} vừa lấy danh sách người dân ra khỏi cổng. Lý do có trong nhật ký.",
        frozenset({Role.CHIEF, Role.TECH_ADMIN}),
        is_grave=False,
        is_act=True,
    ),
    AlarmKind.VAULT_FORGED: About(
        "Kho niêm phong vừa từ chối một lời gọi mà cổng không tự làm ra: {subject}. Nếu là tài "
        "khoản, hãy hỏi chính người này; nếu không phải người này làm thì khóa tài khoản ngay và "
        "xem máy chủ có bị chiếm không.",
        frozenset({Role.CHIEF, Role.TECH_ADMIN}),
        is_grave=True,
        is_act=True,
    ),
    AlarmKind.VAULT_LIMIT: About(
        "{subject} đã mở nội dung niêm phong tới mức cho phép trong một giờ nên kho không mở thêm. "
        "Hãy hỏi chính người này đang làm gì; nếu không phải người này làm thì khóa tài khoản "
        "ngay.",
        frozenset({Role.CHIEF, Role.TECH_ADMIN}),
        is_grave=True,
        is_act=True,
    ),
    AlarmKind.VAULT_REFUSED: About(
        "{subject} đã bị kho niêm phong từ chối nhiều lần trong một giờ. Thường là bấm lại khi "
        "chưa được duyệt hoặc đã hết hạn: hãy hỏi người này cần gì. Nếu không phải người này làm "
        "thì khóa tài khoản ngay.",
        frozenset({Role.CHIEF, Role.TECH_ADMIN}),
        is_grave=False,
        is_act=True,
    ),
    AlarmKind.VAULT_BUSY: About(
        "Kho niêm phong làm nhiều khác thường trong một giờ qua: {subject}. Có thể đang có nhiều "
        "người nhắn tin, nhiều cán bộ cùng làm; nếu không phải vậy, hãy xem máy chủ có bị chiếm "
        "không.",
        frozenset({Role.CHIEF, Role.TECH_ADMIN}),
        is_grave=True,
    ),
    AlarmKind.PUSH_REFUSED: About(
        "Dịch vụ đẩy {subject} từ chối báo việc của cổng nên điện thoại dùng dịch vụ này không "
        "nhận được báo. Hãy xem khóa VAPID, địa chỉ liên hệ VAPID_SUBJECT và giờ máy chủ.",
        frozenset({Role.CHIEF, Role.TECH_ADMIN}),
        is_grave=True,
    ),
}
