"""Actions of a resident in the simulated Zalo: each changes the state and sends a webhook.

A person plays these on the residents' page; tests call them. Every deed raises ValueError, with a
Vietnamese sentence, where a person could not do it.
"""

import json
from collections.abc import Mapping
from typing import Any, Final

from zalo_simulator.records import Group, Person
from zalo_simulator.state import SimulatorState

MAX_TEXT: Final = 2000
HISTORY_KINDS: Final = {
    "image": "photo", "gif": "GIF", "audio": "voice", "location": "location", "link": "link",
    "sticker": "sticker", "business_card": "link", "file": "file",
}  # fmt: skip
"""Names of kinds in the history of a chat, by the names in an event."""
ACTIONS: Final = (
    "follow", "unfollow", "write", "send_image", "send_file", "send_location", "send_sticker",
    "send_link", "send_card", "press_chat", "react", "share_contact", "withdraw", "join", "leave",
    "write_in_group",
)  # fmt: skip


class Residents:
    """The deeds of people; `media_url` is where what they send can be fetched from."""

    def __init__(self, state: SimulatorState, media_url: str) -> None:
        self.state = state
        self.media_url = media_url

    def do(self, action: str, values: Mapping[str, Any]) -> dict[str, Any]:
        """Carry out a deed by its name with the values of a form; returns what came of it."""
        if action not in ACTIONS:
            raise ValueError(f"không có việc {action!r}")
        person = self.state.people.get(str(values.get("user_id", "")))
        if person is None:
            raise ValueError("Không có người này.")
        given = {key: value for key, value in values.items() if key not in {"user_id", "deed"}}
        with self.state.lock:
            return {"user_id": person.id, **(getattr(self, action)(person, **given) or {})}

    # Following

    def follow(self, person: Person, source: str = "oa_profile") -> None:
        """Press “Quan tâm”."""
        person.is_follower = True
        person.followed_at = self.state.now()
        self._interact(person)
        self._tell("follow", {**self._about(person), "source": source})

    def unfollow(self, person: Person) -> None:
        """Press “Bỏ quan tâm”."""
        if not person.is_follower:
            raise ValueError("Người này chưa quan tâm tài khoản.")
        person.is_follower = False
        self._tell("unfollow", self._about(person))

    def press_chat(self, person: Person) -> None:
        """Press “Nhắn tin” for the first time."""
        self._interact(person)
        self._tell("user_click_chatnow", {"oa_id": self.state.oa_id, "user_id": person.id})

    def withdraw(self, person: Person) -> None:
        """Take back what was agreed to."""
        self._tell("user_withdraw", {"user_id": person.id, "user_id_by_app": f"app{person.id}"})

    # Messages to the account

    def write(self, person: Person, text: str, quote_msg_id: str = "") -> dict[str, str]:
        """Send a text."""
        text = _text(text)
        extra = {"quote_msg_id": quote_msg_id} if quote_msg_id else {}
        return self._send(person, "user_send_text", text, extra)

    def send_image(self, person: Person, image_id: str, text: str = "") -> dict[str, str]:
        """Send a picture that was put up before."""
        url = self._media(image_id)
        return self._attach(person, "image", {"thumbnail": url, "url": url}, text, image_id)

    def send_file(
        self, person: Person, file_id: str, name: str, checksum: str = ""
    ) -> dict[str, str]:
        """Send a file that was put up before."""
        stored = self.state.attachments.get(file_id)
        payload = {
            "url": self._media(file_id),
            "name": name,
            "size": str(len(stored.content) if stored else 0),
            "checksum": checksum,
            "type": name.rpartition(".")[2],
        }
        return self._attach(person, "file", payload, name)

    def send_location(self, person: Person, latitude: float, longitude: float) -> dict[str, str]:
        """Share a place; Zalo writes the numbers as strings."""
        where = {"latitude": str(float(latitude)), "longitude": str(float(longitude))}
        return self._attach(
            person, "location", {"coordinates": where}, f"📍 {latitude}, {longitude}"
        )

    def send_sticker(self, person: Person, sticker_id: str = "46987") -> dict[str, str]:
        """Send a sticker."""
        payload = {"url": self._media(sticker_id, must_exist=False), "id": sticker_id}
        return self._attach(person, "sticker", payload, "🙂")

    def send_card(self, person: Person, phone: str) -> dict[str, str]:
        """Send a business card: a JSON text inside the JSON, told as a link."""
        described = json.dumps({"phone": phone, "qrCodeUrl": ""})
        payload = {"thumbnail": "", "description": described, "url": ""}
        attachments = [{"type": "link", "payload": payload}]
        return self._send(
            person, "user_send_business_card", "Danh thiếp", {"attachments": attachments}
        )

    def send_link(self, person: Person, url: str) -> dict[str, str]:
        """Share a link."""
        return self._attach(person, "link", {"thumbnail": "", "description": "", "url": url}, url)

    def react(self, person: Person, message_id: str, icon: str = "/-heart") -> None:
        """Put a heart to a message of the account."""
        self._interact(person)
        message = {"msg_id": message_id, "react_icon": icon}
        self._tell("user_reacted_message", {**self._between(person), "message": message})

    def share_contact(
        self,
        person: Person,
        name: str,
        phone: str,
        address: str = "",
        city: str = "",
        ward: str = "",
        is_old_form: bool = False,
    ) -> None:
        """Press “Chia sẻ thông tin” in the request of the account."""
        self._interact(person)
        if is_old_form:
            info: dict[str, Any] = {
                "name": name, "phone": phone, "address": address, "city": city, "district": "",
                "ward": ward,
            }  # fmt: skip
        else:
            full = {"user_city": city, "user_ward": ward, "user_address": address}
            info = {
                "name": name, "phone": phone, "user_dob": "", "gender": "", "full_address": full,
            }  # fmt: skip
        person.shared_info |= {"name": name, "phone": phone, "address": address}
        self._tell("user_submit_info", {**self._between(person), "info": info})

    # Groups

    def join(self, person: Person, group_id: str) -> dict[str, str]:
        """Open the link of a group: inside at once, or in the queue where the group asks for it."""
        group = self._group(group_id)
        if group.kind == "ordinary":
            group.total_member += 1
            return {"state": "joined"}
        return {"state": self.state.join_by_link(person.id, group.id)}

    def leave(self, person: Person, group_id: str) -> None:
        """Leave a group."""
        group = self._group(group_id)
        if group.kind == "ordinary":
            group.total_member -= 1
        else:
            self.state.leave_group(person.id, group.id)

    def write_in_group(self, person: Person, group_id: str, text: str) -> dict[str, str]:
        """Write where everybody reads it, unless only deputies may."""
        group, text = self._group(group_id), _text(text)
        if group.kind == "oa" and not self.state.may_write(person.id, group.id):
            raise ValueError("Nhóm này chỉ trưởng và phó nhóm được gửi tin.")
        sent = self.state.post(
            group_id=group.id,
            text=text,
            sender="person",
            sender_name=person.name,
            sender_id=person.id,
        )
        if group.kind == "oa":
            body = {
                "oa_id": self.state.oa_id,
                "sender": {"id": person.id},
                "recipient": {"id": group.id},
                "message": {"text": text, "msg_id": sent.id},
            }
            self._tell("user_send_group_text", body)
        return {"message_id": sent.id}

    # Inside

    def _attach(
        self, person: Person, kind: str, payload: dict[str, Any], text: str, image_id: str = ""
    ) -> dict[str, str]:
        attachments = [{"type": kind, "payload": payload}]
        return self._send(
            person, f"user_send_{kind}", text, {"attachments": attachments}, image_id=image_id
        )

    def _send(
        self, person: Person, event: str, text: str, extra: dict[str, Any], *, image_id: str = ""
    ) -> dict[str, str]:
        self._interact(person)
        sent = self.state.post(
            user_id=person.id,
            text=text,
            image_id=image_id,
            sender="person",
            sender_name=person.name,
            kind=HISTORY_KINDS.get(event.removeprefix("user_send_"), ""),
            extra=_history_extra(extra),
        )
        text_part = {"text": text} if event == "user_send_text" or (image_id and text) else {}
        message = {**text_part, "msg_id": sent.id, **extra}
        self._tell(event, {**self._between(person), "message": message})
        return {"message_id": sent.id}

    def _interact(self, person: Person) -> None:
        person.interacted_at = self.state.now()

    def _about(self, person: Person) -> dict[str, Any]:
        return {
            "oa_id": self.state.oa_id,
            "follower": {"id": person.id},
            "user_id_by_app": f"app{person.id}",
        }

    def _between(self, person: Person) -> dict[str, Any]:
        return {
            "user_id_by_app": f"app{person.id}",
            "sender": {"id": person.id},
            "recipient": {"id": self.state.oa_id},
        }

    def _group(self, group_id: str) -> Group:
        group = self.state.groups.get(group_id)
        if group is None:
            raise ValueError("Không có nhóm này.")
        return group

    def _media(self, media_id: str, *, must_exist: bool = True) -> str:
        if must_exist and media_id not in self.state.attachments:
            raise ValueError("Tệp này chưa được đưa lên.")
        return f"{self.media_url}/_sim/image/{media_id}"

    def _tell(self, name: str, payload: dict[str, Any]) -> None:
        self.state.touch()
        self.state.emit(name, payload)


def _text(text: str) -> str:
    text = str(text).strip()
    if not text or len(text) > MAX_TEXT:
        raise ValueError(f"Tin nhắn phải có từ 1 đến {MAX_TEXT} ký tự.")
    return text


def _history_extra(extra: Mapping[str, Any]) -> dict[str, Any]:
    """Extra data of a message in the history of a chat: where somebody is."""
    payloads = [attachment["payload"] for attachment in extra.get("attachments", ())]
    places = [payload["coordinates"] for payload in payloads if "coordinates" in payload]
    return {"location": places[0]} if places else {}
