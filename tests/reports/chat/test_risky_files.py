"""A file with a program inside comes by chat: kept, never opened, and another one asked for."""

from reports.chat import sending, texts
from reports.chat import services as chat
from tests.attacks.documents import ACTIVE, PLAIN
from tests.vaults import look
from zalo.inbox import files


def sends(scene, content: bytes, name: str) -> None:
    stored = scene.state.add_attachment("application/octet-stream", content)
    scene.does("send_file", file_id=stored.id, name=name)
    files.fetch_due()
    chat.collect_files()
    sending.send_due()


def test_resident_is_asked_for_a_picture_or_another_file(transactional_db, scene):
    scene.writes("Tối nào cũng có người tụ tập đánh bạc sau quán nước.")
    sends(scene, ACTIVE["docx macro"], "don.docx")

    file = look(scene.tip.attachments.get())

    assert (file.state, file.is_risky) == ("ready", True)
    assert bytes(file.content) == ACTIVE["docx macro"]
    assert scene.heard().count(texts.FILE_RISKY) == 1
    # Also on the page of the receipt, which shows the talk.
    assert texts.FILE_RISKY in [row.text for row in scene.tip.messages.all()]


def test_innocent_file_is_taken_without_a_word(transactional_db, scene):
    scene.writes("Tối nào cũng có người tụ tập đánh bạc sau quán nước.")
    sends(scene, PLAIN["docx"], "don.docx")

    assert not scene.tip.attachments.get().is_risky
    assert texts.FILE_RISKY not in scene.heard()
