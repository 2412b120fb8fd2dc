"""Messages where people see them, what is uploaded for them, and who pays."""

import secrets
from typing import Any, Final

from zalo.simulator.records import Attachment, Message, Person
from zalo.simulator.state.base import DAY_S, Base

ATTACHMENT_LIFE_S: Final = 7 * DAY_S
UPLOADS_A_DAY: Final = 5000
ZCA_PRICE: Final = 55
MAX_REACTIONS: Final = 50


class MessageState(Base):
    """Every message in order of arrival, and each chat by itself."""

    def __init__(self, **names: str) -> None:
        super().__init__(**names)
        self._chats: dict[str, list[Message]] = {}
        self._uploads: tuple[str, int] = ("", 0)

    # Uploads

    def add_attachment(
        self, media_type: str, content: bytes, *, kind: str = "image", name: str = ""
    ) -> Attachment:
        """Keep an uploaded picture, moving picture or file."""
        with self.lock:
            attachment = Attachment(
                secrets.token_urlsafe(40), media_type, content, self.now(), kind, name
            )
            self.attachments[attachment.id] = attachment
            self.touch()
            return attachment

    def take_upload(self) -> bool:
        """Count one upload of this day: whether it is within Zalo's quota."""
        with self.lock:
            today = self.local_now().date().isoformat()
            used = self._uploads[1] if self._uploads[0] == today else 0
            self._uploads = (today, used + 1)
            return used < UPLOADS_A_DAY

    def usable_attachment(self, attachment_id: str, kind: str = "image") -> Attachment | None:
        """An upload that may still be named in a message."""
        with self.lock:
            attachment = self.attachments.get(attachment_id)
            if attachment is None or attachment.kind != kind:
                return None
            is_young = self.now() - attachment.uploaded_at < ATTACHMENT_LIFE_S
            return attachment if is_young else None

    def visible_media(self, attachment_id: str) -> Attachment | None:
        """What a person still sees: media are gone seven days after they were sent."""
        with self.lock:
            attachment = self.attachments.get(attachment_id)
            if attachment is None:
                return None
            is_gone = (
                attachment.sent_at is not None
                and self.now() - attachment.sent_at >= ATTACHMENT_LIFE_S
            )
            return None if is_gone else attachment

    def media_url(self, attachment_id: str) -> str:
        """Where people and the portal fetch it."""
        return f"{self.base_url}/_sim/image/{attachment_id}"

    # Messages

    def post(
        self,
        *,
        text: str,
        group_id: str = "",
        user_id: str = "",
        image_id: str = "",
        sender: str = "oa",
        sender_name: str = "",
        sender_id: str = "",
        mentions: list[str] | None = None,
        kind: str = "",
        quote_id: str = "",
        extra: dict[str, Any] | None = None,
    ) -> Message:
        """Put a message where people see it; nobody is told."""
        with self.lock:
            message = Message(
                seq=len(self.messages) + 1,
                id=secrets.token_hex(10),
                group_id=group_id,
                user_id=user_id,
                sender=sender,
                sender_name=sender_name or self.oa_name,
                text=text,
                image_id=image_id,
                at=self.now(),
                mentions=mentions or [],
                kind=kind or ("photo" if image_id else "text"),
                sender_id=sender_id or (self.oa_id if sender == "oa" else user_id),
                quote_id=quote_id,
                extra=extra or {},
            )
            self.messages.append(message)
            self._chats.setdefault(group_id or user_id, []).append(message)
            if attachment := self.attachments.get(image_id or message.extra.get("file_id", "")):
                attachment.sent_at = message.at
            self.stats["accepted" if sender == "oa" else "pasted"] += 1
            self.touch()
            return message

    def send(self, event: str, *, admin_id: str = "", **values: Any) -> Message:
        """The account says something: it is posted and told as `oa_send_<event>`.

        `admin_id` names the one who typed it into Zalo's own chat tool.
        """
        with self.lock:
            message = self.post(**values)
            body: dict[str, Any] = {"msg_id": message.id}
            if message.text:
                body["text"] = message.text
            if message.quote_id:
                body["quote_msg_id"] = message.quote_id
            if attachments := self._told_attachments(message, event):
                body["attachments"] = attachments
            payload: dict[str, Any] = {
                "sender": {"id": self.oa_id} | ({"admin_id": admin_id} if admin_id else {}),
                "recipient": {"id": message.group_id or message.user_id},
                "message": body,
            }
            if message.group_id:
                self.emit(f"oa_send_group_{event}", {"oa_id": self.oa_id, **payload})
            else:
                self.emit(f"oa_send_{event}", payload)
            return message

    def _told_attachments(self, message: Message, event: str) -> list[dict[str, Any]]:
        if message.image_id:
            url = self.media_url(message.image_id)
            return [{"type": event, "payload": {"thumbnail": url, "url": url}}]
        if file := self.attachments.get(message.extra.get("file_id", "")):
            about = {"name": file.name, "size": str(len(file.content)), "type": file.media_type}
            return [{"type": "file", "payload": {"url": self.media_url(file.id), **about}}]
        if sticker := message.extra.get("sticker_id"):
            return [{"type": "sticker", "payload": {"id": sticker, "url": ""}}]
        return []

    def messages_of(self, group_id: str | None = None, after: int = 0) -> list[Message]:
        """Messages in order of arrival, of one group or of all, after a sequence number."""
        with self.lock:
            return [
                message
                for message in self.messages[after:]
                if group_id is None or message.group_id == group_id
            ]

    def chat(self, chat_id: str) -> list[Message]:
        """One chat by its group's or its person's number, the latest message first."""
        with self.lock:
            return self._chats.get(chat_id, [])[::-1]

    def find_message(self, message_id: str) -> Message | None:
        with self.lock:
            return next((m for m in reversed(self.messages) if m.id == message_id), None)

    def react(self, message: Message, icon: str) -> bool:
        """The account puts an icon to a message of a person; False where it holds fifty."""
        with self.lock:
            if icon == "/-remove":
                message.reactions.clear()
            elif len(message.reactions) >= MAX_REACTIONS:
                return False
            else:
                message.reactions.append(icon)
            self.touch()
            self.emit(
                "oa_reacted_message",
                {
                    "sender": {"id": self.oa_id},
                    "recipient": {"id": message.user_id},
                    "message": {"msg_id": message.id, "react_icon": icon},
                },
            )
            return True

    def _index(self) -> None:
        self._chats.clear()
        for message in self.messages:
            self._chats.setdefault(message.group_id or message.user_id, []).append(message)

    # Who pays

    def charge(self, person: Person, *, is_free: bool) -> tuple[int, dict[str, Any] | None]:
        """Pay for one message to a person: a number of refusal or 0, and the `quota` to show.

        Free within 48 hours; then the package, then what was bought, then the linked account.
        """
        with self.lock:
            settings = self.settings
            if is_free:
                return 0, {"quota_type": "reply", "remain": "8", "total": "8"}
            self.touch()
            if settings.quota_left > 0:
                settings.quota_left -= 1
                return 0, {
                    "quota_type": "sub_quota",
                    "remain": settings.quota_left,
                    "total": str(settings.quota_total),
                    "expired_date": "31/12/2027",
                }
            if settings.purchased_left > 0:
                settings.purchased_left -= 1
                return 0, {
                    "quota_type": "purchase_quota",
                    "owner_type": "OA",
                    "owner_id": self.oa_id,
                }
            if settings.zca_balance is None:
                return -320, None
            if settings.zca_balance < ZCA_PRICE:
                return -321, None
            settings.zca_balance -= ZCA_PRICE
            return 0, None
