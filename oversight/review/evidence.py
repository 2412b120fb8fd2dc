"""Taking in what shows a result: a paper on a shelf, a page of the portal, a file."""

import re
from typing import Any

from django.core.exceptions import ValidationError

from accounts import documents
from accounts.services import NotAllowed
from broadcasts.services import post_requests
from groups.disclosure import carries_mark
from oversight.models.checklist import Evidence

# A page of the portal, never one of elsewhere and none of a tip.
_PAGE = re.compile(r"/admin/(?!reports/)[a-z0-9/_.-]{1,180}")


def check(evidence: Evidence) -> None:
    """Bring what somebody added into the form that is kept. Raises NotAllowed."""
    if carries_mark(f"{evidence.what}\n{evidence.paper}"):
        raise NotAllowed("Dòng này mang dấu mật. Tài liệu mật không ghi vào cổng.")
    evidence.page = _page_of(evidence.page)
    if evidence.file and not getattr(evidence.file, "_committed", True):
        evidence.file = _prepared(evidence.file.file, evidence.file.name)
    if not (evidence.paper.strip() or evidence.page or evidence.file):
        raise NotAllowed("Hãy tải tệp lên, chép địa chỉ trang trong cổng, hoặc ghi số hồ sơ giấy.")


def _page_of(said: str) -> str:
    address = said.strip()
    start = address.find("/admin/")
    if not address:
        return ""
    path = address[start:].split("?")[0] if start >= 0 else ""
    if not _PAGE.fullmatch(path):
        raise NotAllowed(
            "Địa chỉ phải là một trang trong cổng (có /admin/ trong địa chỉ), và không phải trang "
            "của phản ánh."
        )
    return path


def _prepared(handed_in: Any, name: str | None) -> Any:
    handed_in.name = name or "tep"
    try:
        paper = documents.prepare(handed_in)
    except ValidationError as error:
        raise NotAllowed(" ".join(error.messages)) from error
    if said := post_requests.secrecy_of(paper.read()):
        raise NotAllowed(said[0])
    paper.seek(0)
    return paper
