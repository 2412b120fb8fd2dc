"""Answers about linking after a restore."""

from groups.linking.replies import Replies
from zalo.hold import kinds
from zalo.outbox.held import HeldAnswers

kinds.register_held(
    HeldAnswers(
        "link_reply", "Trả lời về liên kết Zalo", Replies, "made_at", "follower__account__commune"
    )
)
