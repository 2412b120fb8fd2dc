"""Messages of every kind, to persons and into groups (fact sheet §3, §4.3)."""

from typing import Any

import pytest

from tests.zalo.simulator.asking import PNG, heard, post, upload
from zalo_simulator.records import Group, Person
from zalo_simulator.server import Simulator

CS, GROUP, V2 = "/v3.0/oa/message/cs", "/v3.0/oa/group/message", "/v2.0/oa/message"
GIF = b"GIF89a" + b"0" * 50
PDF = b"%PDF-1.7\n" + b"0" * 50


@pytest.fixture
def person(simulator: Simulator) -> Person:
    return simulator.state.add_person("Nguyễn Thị Hoa")


@pytest.fixture
def group(simulator: Simulator) -> Group:
    return simulator.state.add_group("Ấp Bình An")


def to(person: Person, **message: Any) -> dict[str, Any]:
    return {"recipient": {"user_id": person.id}, "message": message}


def into(group: Group, **message: Any) -> dict[str, Any]:
    return {"recipient": {"group_id": group.id}, "message": message}


def template(kind: str = "media", *elements: dict[str, Any]) -> dict[str, Any]:
    return {"type": "template", "payload": {"template_type": kind, "elements": list(elements)}}


def media(**element: Any) -> dict[str, Any]:
    return template("media", element)


def test_answer_to_a_person_names_message_and_time(simulator: Simulator, person: Person):
    data = post(simulator, CS, to(person, text="Chào"))["data"]

    assert data["user_id"] == person.id
    assert data["sent_time"].isdecimal()
    assert data["message_id"] == simulator.state.chat(person.id)[0].id


def test_quote_must_be_of_this_chat(simulator: Simulator, person: Person):
    other = simulator.state.add_person("Nam")
    asked = simulator.state.post(user_id=person.id, text="Hỏi", sender="person")
    foreign = simulator.state.post(user_id=other.id, text="Hỏi", sender="person")

    def quote(message_id: str) -> int:
        return post(simulator, CS, to(person, text="Đáp", quote_message_id=message_id))["error"]

    assert [quote(asked.id), quote(foreign.id), quote("cũ")] == [0, -201, -201]
    assert simulator.state.chat(person.id)[0].quote_id == asked.id


@pytest.mark.parametrize(
    ("sides", "code"),
    [({"width": 10, "height": 20}, 0), ({}, -201), ({"width": "10", "height": 20}, -201)],
)
def test_moving_picture_needs_its_sides(
    simulator: Simulator, person: Person, sides: dict[str, Any], code: int
):
    gif = upload(simulator, "gif", GIF, "a.gif")["data"]["attachment_id"]
    attachment = media(media_type="gif", attachment_id=gif, **sides)

    assert post(simulator, CS, to(person, attachment=attachment))["error"] == code


def test_file_goes_without_text(simulator: Simulator, person: Person, group: Group):
    token = upload(simulator, "file", PDF, "thong-bao.pdf")["data"]["token"]
    file = {"type": "file", "payload": {"token": token}}

    assert post(simulator, CS, to(person, text="Kèm", attachment=file))["error"] == -201
    assert post(simulator, CS, to(person, attachment=file))["error"] == 0
    assert post(simulator, GROUP, into(group, attachment=file))["error"] == 0
    no_token = {"type": "file", "payload": {}}
    assert post(simulator, CS, to(person, attachment=no_token))["error"] == -201
    assert simulator.state.chat(person.id)[0].extra["file_name"] == "thong-bao.pdf"


def test_sticker_needs_its_number(simulator: Simulator, person: Person, group: Group):
    sticker = media(media_type="sticker", attachment_id="bfe458bf64fa8da4d4eb")

    assert post(simulator, CS, to(person, attachment=sticker))["error"] == 0
    assert post(simulator, GROUP, into(group, attachment=sticker))["error"] == 0
    nameless = media(media_type="sticker")
    assert post(simulator, CS, to(person, attachment=nameless))["error"] == -201


@pytest.mark.parametrize(
    ("attachment", "code"),
    [
        ({"type": "image", "payload": {"attachment_id": "x"}}, -201),
        ({"type": "template"}, -201),
        (template("list", {"title": "x"}), -201),
        (template("media"), -201),
        (template("media", {"media_type": "image"}, {"media_type": "image"}), -201),
        (template("media", {"media_type": "image"}), -201),
        (template("media", {"media_type": "video", "attachment_id": "x"}), -233),
        (template("media", {"media_type": "image", "url": "https://a.vn/a.png"}), -201),
        (template("media", {"media_type": "image", "attachment_id": "không-có"}), -100),
    ],
)
def test_attachment_of_another_form_is_refused(
    simulator: Simulator, person: Person, group: Group, attachment: dict[str, Any], code: int
):
    assert post(simulator, CS, to(person, attachment=attachment))["error"] == code
    assert post(simulator, GROUP, into(group, text="x", attachment=attachment))["error"] == code
    assert simulator.state.messages == []


def request(**changes: Any) -> dict[str, Any]:
    element = {
        "title": "Xin thông tin",
        "subtitle": "Để trả lời",
        "image_url": "https://a.vn/a.png",
    }
    return template("request_user_info", element | changes)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({}, 0),
        ({"title": "ấ" * 100, "subtitle": "ấ" * 500}, 0),
        ({"title": "ấ" * 101}, -210),
        ({"subtitle": "ấ" * 501}, -210),
        ({"title": ""}, -201),
        ({"subtitle": " "}, -201),
        ({"image_url": "http://a.vn/a.png"}, -201),
    ],
)
def test_request_for_contact_data_has_its_limits(
    simulator: Simulator, person: Person, changes: dict[str, Any], code: int
):
    answer = post(simulator, CS, to(person, attachment=request(**changes)))

    assert answer["error"] == code


def test_contact_data_are_not_asked_for_in_a_group(simulator: Simulator, group: Group):
    assert post(simulator, GROUP, into(group, attachment=request()))["error"] == -233


def test_body_must_be_json(simulator: Simulator, group: Group):
    answer = post(simulator, GROUP, {"recipient": {"group_id": group.id}})

    assert answer["error"] == -233


def test_reactions_are_known_icons_and_at_most_fifty(simulator: Simulator, person: Person):
    asked = simulator.state.post(user_id=person.id, text="Hỏi", sender="person")
    told = heard(simulator)

    def react(icon: str, message_id: str = asked.id) -> int:
        action = {"react_icon": icon, "react_message_id": message_id}
        body = {"recipient": {"user_id": person.id}, "sender_action": action}
        return post(simulator, V2, body)["error"]

    assert [react("/-heart"), react("❤"), react("/-heart", "không-có")] == [0, -201, -201]
    assert told == [
        (
            "oa_reacted_message",
            {
                "sender": {"id": simulator.state.oa_id},
                "recipient": {"id": person.id},
                "message": {"msg_id": asked.id, "react_icon": "/-heart"},
            },
        )
    ]
    asked.reactions[:] = ["/-heart"] * 50
    assert react(":>") == -210
    assert react("/-remove") == 0
    assert asked.reactions == []


def test_every_message_is_told_as_an_echo(simulator: Simulator, person: Person, group: Group):
    image = upload(simulator, "image", PNG)["data"]["attachment_id"]
    token = upload(simulator, "file", PDF, "a.pdf")["data"]["token"]
    picture = media(media_type="image", attachment_id=image)
    told = heard(simulator)

    sent = post(simulator, CS, to(person, text="Chào"))["data"]["message_id"]
    post(simulator, CS, to(person, attachment=picture))
    post(simulator, CS, to(person, attachment={"type": "file", "payload": {"token": token}}))
    post(simulator, CS, to(person, attachment=request()))
    posted = post(simulator, GROUP, into(group, text=f"[@{group.id}] họp"))["data"]["message_id"]
    post(simulator, GROUP, into(group, text="Ảnh", attachment=picture))

    assert [name for name, _ in told] == [
        "oa_send_text",
        "oa_send_image",
        "oa_send_file",
        "oa_send_template",
        "oa_send_group_text",
        "oa_send_group_image",
    ]
    oa_id = simulator.state.oa_id
    assert told[0][1] == {
        "sender": {"id": oa_id},
        "recipient": {"id": person.id},
        "message": {"msg_id": sent, "text": "Chào"},
    }
    assert told[4][1] == {
        "oa_id": oa_id,
        "sender": {"id": oa_id},
        "recipient": {"id": group.id},
        "message": {"msg_id": posted, "text": f"[@{group.id}] họp"},
    }
    url = told[1][1]["message"]["attachments"][0]["payload"]["url"]
    assert url == f"{simulator.url}/_sim/image/{image}"
    assert simulator.state.chat(group.id)[1].mentions == [group.id]


def test_what_was_typed_in_zalos_own_tool_names_the_admin(simulator: Simulator, person: Person):
    told = heard(simulator)

    simulator.state.send("text", user_id=person.id, text="Chào", admin_id="77")

    assert told[0][1]["sender"] == {"id": simulator.state.oa_id, "admin_id": "77"}


def test_refused_message_is_not_told(simulator: Simulator, person: Person, group: Group):
    told = heard(simulator)

    post(simulator, CS, to(person, text=""))
    post(simulator, GROUP, into(group, text="a" * 2001))

    assert told == []
