"""Answers of the chat after a restore; nothing here says of what or to whom."""

from typing import Final

from reports.chat.sending import Replies, TalkAnswers
from zalo.hold import kinds
from zalo.outbox.held import HeldAnswers

LABEL: Final = "Trả lời người nhắn tin"

kinds.register_held(HeldAnswers("answer", LABEL, TalkAnswers, "at", "tip__commune"))
kinds.register_held(HeldAnswers("reply", LABEL, Replies, "heard_at", "account__commune"))
