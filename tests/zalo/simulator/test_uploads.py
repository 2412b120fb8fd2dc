"""Uploads: types, sizes, and how long their ids and what was sent live (fact sheet §3.5)."""

import pytest
import requests

from tests.zalo.simulator.asking import PNG, pass_days, post, upload
from zalo_simulator.server import Simulator

JPEG = b"\xff\xd8\xff\xe0" + b"0" * 50
GIF = b"GIF89a" + b"0" * 50
PDF = b"%PDF-1.7\n" + b"0" * 50
DOCX = b"PK\x03\x04" + b"0" * 50
MB = 1024 * 1024


@pytest.mark.parametrize(
    ("kind", "content", "name", "code"),
    [
        ("image", PNG, "a.png", 0),
        ("image", JPEG, "a.jpg", 0),
        ("image", GIF, "a.png", -201),
        ("image", b"RIFF0000WEBP", "a.webp", -201),
        ("image", PNG + b"0" * MB, "a.png", -210),
        ("gif", GIF, "a.gif", 0),
        ("gif", PNG, "a.gif", -201),
        ("gif", GIF + b"0" * 5 * MB, "a.gif", -210),
        ("file", PDF, "a.pdf", 0),
        ("file", PDF, "A.PDF", 0),
        ("file", DOCX, "a.docx", 0),
        ("file", b"\xd0\xcf\x11\xe0" + b"0" * 9, "a.doc", 0),
        ("file", b"a,b\n1,2\n", "a.csv", 0),
        ("file", b"", "a.csv", -201),
        ("file", PDF, "a.docx", -201),
        ("file", b"MZ00", "a.exe", -201),
        ("file", PDF, "a", -201),
        ("file", PDF + b"0" * 5 * MB, "a.pdf", -210),
    ],
)
def test_upload_is_checked_by_content_and_size(
    simulator: Simulator, kind: str, content: bytes, name: str, code: int
):
    answer = upload(simulator, kind, content, name)

    assert answer["error"] == code
    if code == 0:
        [(field, value)] = answer["data"].items()
        assert field == ("token" if kind == "file" else "attachment_id")
        assert simulator.state.attachments[value].content == content
    else:
        assert "data" not in answer


def test_moving_picture_comes_in_either_field(simulator: Simulator):
    assert upload(simulator, "gif", GIF, "a.gif", field="image")["error"] == 0
    assert upload(simulator, "image", PNG, "a.png", field="image")["error"] == -201


def test_upload_without_a_form_is_refused(simulator: Simulator):
    assert post(simulator, "/v2.0/oa/upload/image", file="x")["error"] == -201


def test_uploads_of_a_day_are_counted(simulator: Simulator, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("zalo_simulator.state.messages.UPLOADS_A_DAY", 2)
    simulator.state.set_clock(simulator.state.local_now().replace(hour=1))

    codes = [upload(simulator, "image", PNG)["error"] for _ in range(3)]
    pass_days(simulator, 1)

    assert codes == [0, 0, -211]
    assert upload(simulator, "image", PNG)["error"] == 0


def test_id_lives_seven_days_and_fits_its_kind(simulator: Simulator):
    group = simulator.state.add_group("Ấp Bình An")
    picture = upload(simulator, "image", PNG)["data"]["attachment_id"]
    file = upload(simulator, "file", PDF, "a.pdf")["data"]["token"]

    def send(attachment: dict[str, object], text: str = "") -> int:
        message = {"attachment": attachment} | ({"text": text} if text else {})
        body = {"recipient": {"group_id": group.id}, "message": message}
        return int(post(simulator, "/v3.0/oa/group/message", body)["error"])

    def as_picture(attachment_id: str) -> dict[str, object]:
        element = {"media_type": "image", "attachment_id": attachment_id}
        return {"type": "template", "payload": {"template_type": "media", "elements": [element]}}

    def as_file(token: str) -> dict[str, object]:
        return {"type": "file", "payload": {"token": token}}

    assert (send(as_picture(picture), "Ảnh"), send(as_file(file))) == (0, 0)
    assert (send(as_picture(file), "Ảnh"), send(as_file(picture))) == (-100, -100)
    pass_days(simulator, 7)
    assert (send(as_picture(picture), "Ảnh"), send(as_file(file))) == (-100, -100)


def test_sent_media_are_gone_after_seven_days(simulator: Simulator):
    group = simulator.state.add_group("Ấp Bình An")
    image = simulator.state.add_attachment("image/png", PNG)
    simulator.state.post(group_id=group.id, text="Ảnh", image_id=image.id)
    address = f"{simulator.url}/_sim/image/{image.id}"

    pass_days(simulator, 6.9)
    assert requests.get(address, timeout=30).content == PNG
    pass_days(simulator, 0.2)

    assert requests.get(address, timeout=30).status_code == 404
