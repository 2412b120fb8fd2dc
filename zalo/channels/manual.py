"""What a person posts with own hands; the portal says what, and keeps that it was done."""

from django.utils.translation import gettext_lazy as _

from zalo.channels.kinds import Channel

MANUAL = Channel("hand", _("Đăng tay"), group_kinds=frozenset({"oa", "ordinary"}))
