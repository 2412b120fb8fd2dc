"""Messages of the account into groups that it owns."""

from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from zalo.capabilities import Capability, may
from zalo.channels.contents import Content, File, Picture, Text
from zalo.channels.kinds import Channel, Closed, Line
from zalo.models import OfficialAccount
from zalo.services import sending
from zalo.services.calling import slots
from zalo.services.profile import account_for
from zalo.types import SentMessage

NO_ACCOUNT = (
    "Xã chưa kết nối tài khoản Zalo OA nên máy chưa gửi được. Hãy báo quản trị kỹ thuật kết nối; "
    "bài sẽ tự gửi sau đó."
)
NO_CONSENT = (
    "Zalo cần được cấp quyền lại nên máy chưa gửi được. Hãy báo quản trị kỹ thuật; bài sẽ tự gửi "
    "sau khi cấp quyền."
)


def line(commune_id: int) -> Line | Closed:
    """The account of a commune, where it may post into groups now."""
    account = account_for(commune_id)
    if account is None:
        return Closed(NO_ACCOUNT)
    answer = may(account, Capability.GROUPS)
    if answer.is_no:
        return Closed(answer.sentence, is_for_good=True)
    if account.needs_consent:
        return Closed(NO_CONSENT)
    if account.is_parked(timezone.now()):
        return Closed(account.last_error)
    return Line(slots(account), account)


def send(
    account: OfficialAccount,
    to: str,
    content: Content,
    *,
    heard_at: datetime | None = None,
    reference: str = "",
) -> SentMessage:
    """Post into one group. Raises as `zalo.services.sending`."""
    match content:
        case Text():
            return sending.send_text_to_group(account, to, content.text, reference=reference)
        case Picture():
            return sending.send_image_to_group(
                account, to, content.attachment_id, content.caption, reference=reference
            )
        case File():
            return sending.send_file_to_group(account, to, content.token, reference=reference)
    raise TypeError(f"no group takes a {type(content).__name__}")


GROUP = Channel(
    "api", _("Máy gửi"), send=send, line=line, group_kinds=frozenset({"oa"}), keeps_uploads=True
)
