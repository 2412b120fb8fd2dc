"""Messages where people see them, what is uploaded for them, and who pays."""

import secrets
from typing import Any, Final

from zalo_simulator.records import Article, Attachment, Broadcast, Draft, Message, Person
from zalo_simulator.state.base import DAY_S, PROFILES, Base
from zalo_simulator.state.people import PeopleState

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
        """Media that a person still sees: they are gone seven days after they were sent."""
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
        """Address from which people and the portal fetch it."""
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


# Articles and how they travel to followers.


LONGEST_DELAY_S: Final = 30 * 60
AGES: Final = (12, 17, 24, 34, 44, 54, 64)
NORTH: Final = frozenset(
    (2, 7, 8, 9, 10, 21, 22, 23, 24, 25, 26, 27, 37, 38, 40, 41, 42, 43, 56, 57, 58, 59, 60, 61, 62)
)
CENTRE: Final = frozenset(
    (6, 17, 18, 19, 20, 30, 31, 32, 33, 34, 35, 36, 39, 50, 51, 52, 53, 54, 55)
)
ABROAD: Final = 63


class ArticleState(PeopleState):
    """An article is asked for, made in the background, and sent on later."""

    def draft_article(self, values: dict[str, Any], article_id: str = "") -> Draft:
        """Begin to make an article, or to change the one that is named."""
        with self.lock:
            draft = Draft(
                secrets.token_urlsafe(48), article_id, values, self.settings.article_rounds
            )
            self.drafts[draft.token] = draft
            self.touch()
            return draft

    def verify_article(self, draft: Draft) -> Article | None:
        """The article of a token, once it has been made; None while it is not."""
        with self.lock:
            if not draft.is_done and draft.rounds_left > 0:
                draft.rounds_left -= 1
                self.touch()
                return None
            if not draft.is_done:
                draft.is_done = True
                draft.article_id = self._make(draft)
                self.touch()
            return self.articles.get(draft.article_id)

    def _make(self, draft: Draft) -> str:
        now = self.now()
        known = self.articles.get(draft.article_id)
        if known is not None:
            known.values, known.updated_at = known.values | draft.values, now
            return known.id
        if draft.article_id:  # removed while it was being changed
            return draft.article_id
        article = Article(secrets.token_hex(10), draft.values, now, now)
        self.articles[article.id] = article
        return article.id

    def remove_article(self, article_id: str) -> bool:
        with self.lock:
            self.touch()
            return self.articles.pop(article_id, None) is not None

    def broadcast(self, article_id: str, target: dict[str, str]) -> Broadcast:
        """Accept an article for the followers; it arrives within half an hour."""
        with self.lock:
            delay = 60 + secrets.randbelow(LONGEST_DELAY_S - 60)
            sent = Broadcast(
                secrets.token_hex(10), article_id, target, self.now(), self.now() + delay
            )
            self.broadcasts.append(sent)
            self.stats["broadcasts"] += 1
            self.fall_due(sent.due_at)
            self.touch()
            return sent

    def _settle(self) -> None:
        super()._settle()
        now = self.now()
        for sent in self.broadcasts:
            if sent.is_done:
                continue
            if sent.due_at <= now:
                self._deliver(sent)
            else:
                self.fall_due(sent.due_at)

    def _deliver(self, sent: Broadcast) -> None:
        """One article a day for each follower, and no more in a month than the package gives."""
        sent.is_done = True
        allowance = self.article_allowance()
        day = self.local(sent.due_at).date()
        for person in self.people.values():
            if not person.is_follower or not is_targeted(person, sent.target):
                continue
            has_one_today = any(self.local(at).date() == day for at in person.articles_at)
            is_used_up = self.articles_this_month(person, sent.due_at) >= allowance
            if has_one_today or is_used_up or person.refusal:
                sent.skipped.append(person.id)
                continue
            person.articles_at = [*person.articles_at[-30:], sent.due_at]
            sent.delivered.append(person.id)
        self.stats["articles_delivered"] += len(sent.delivered)
        self.stats["articles_skipped"] += len(sent.skipped)

    def article_allowance(self) -> int:
        """How many articles a follower may be sent in a month."""
        return int(PROFILES[self.settings.profile]["articles"])

    def articles_this_month(self, person: Person, at: float) -> int:
        month = self.local(at).timetuple()[:2]
        return sum(self.local(sent_at).timetuple()[:2] == month for sent_at in person.articles_at)

    def articles_of(self, person: Person) -> list[tuple[float, Article]]:
        """Articles that a person was sent, with their time, the latest first."""
        with self.lock:
            found = [
                (sent.due_at, self.articles[sent.article_id])
                for sent in self.broadcasts
                if sent.is_done and sent.article_id in self.articles and person.id in sent.delivered
            ]
            return found[::-1]


def is_targeted(person: Person, target: dict[str, str]) -> bool:
    """Whether a person is one of those whom a broadcast is for; Zalo knows provinces at best."""
    wanted = {name: {int(part) for part in value.split(",")} for name, value in target.items()}
    if (ages := wanted.get("ages")) and age_band(person.age) not in ages:
        return False
    genders = wanted.get("gender")
    if genders and 0 not in genders and person.gender not in genders:
        return False
    if (platforms := wanted.get("platform")) and person.platform not in platforms:
        return False
    if cities := wanted.get("cities"):
        return person.city in cities
    places = wanted.get("locations")
    return not places or region_of(person.city) in places


def age_band(age: int) -> int:
    return next((band for band, last in enumerate(AGES) if age <= last), len(AGES))


def region_of(city: int) -> int | None:
    """0 North, 1 Centre, 2 South; None: abroad."""
    if city == ABROAD:
        return None
    return 0 if city in NORTH else 1 if city in CENTRE else 2
