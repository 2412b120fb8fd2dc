"""The file of a post: taken in cleaned, read once, and proved to be the one that was approved."""

import hashlib
import re

from django.core.files.base import ContentFile

from broadcasts.documents import Document, NotADocument, take_in
from broadcasts.models import Broadcast
from broadcasts.services.errors import NotAllowed

LONGEST_NAME = 80


class Attachment(ContentFile):  # type: ignore[type-arg]
    """A document that has been opened already, on its way to its post; `shown` is its name."""

    def __init__(self, document: Document, shown: str) -> None:
        super().__init__(document.content, name=f"tep.{document.suffix}")
        self.document = document
        self.shown = shown


def shown_name(name: str, suffix: str) -> str:
    """The name under which residents see a file: its own, with the ending that is true."""
    stem = re.sub(r"[\x00-\x1f/\\<>:\"|?*]+", " ", name.rpartition("/")[2].rpartition("\\")[2])
    stem = re.sub(r"\.(?:pdf|docx?)$", "", stem.strip(), flags=re.IGNORECASE)
    return f"{stem[:LONGEST_NAME].strip() or 'tep'}.{suffix}"


def open_upload(content: bytes, name: str) -> Attachment:
    """A file that somebody hands in, cleaned. Raises NotADocument."""
    document = take_in(content)
    return Attachment(document, shown_name(name, document.suffix))


def keep_file(broadcast: Broadcast) -> None:
    """Bring a new file of a post into its cleaned form, and note on the post what it says.

    Call before the post is saved. Raises NotAllowed for a file that cannot be taken.
    """
    if not broadcast.file:
        broadcast.file_name = broadcast.file_sha256 = broadcast.file_text = ""
        broadcast.file_facts = {}
        return
    if getattr(broadcast.file, "_committed", True):
        return
    handed_in = broadcast.file.file
    if not isinstance(handed_in, Attachment):
        try:
            handed_in = open_upload(handed_in.read(), broadcast.file.name or "")
        except NotADocument as error:
            raise NotAllowed(str(error)) from error
    document = handed_in.document
    broadcast.file_name = handed_in.shown
    broadcast.file_sha256 = hashlib.sha256(document.content).hexdigest()
    broadcast.file_text, broadcast.file_facts = document.text, document.facts
    broadcast.file = handed_in


def require_same_file(broadcast: Broadcast) -> None:
    """The stored file is the one that was taken in. Raises NotAllowed."""
    if not broadcast.file:
        return
    try:
        with broadcast.file.open("rb") as stored:
            same = hashlib.file_digest(stored, "sha256").hexdigest() == broadcast.file_sha256
    except OSError:
        same = False
    if not same:
        raise NotAllowed("Không đọc được tệp của bài, hoặc tệp đã bị thay. Hãy chọn lại tệp.")
