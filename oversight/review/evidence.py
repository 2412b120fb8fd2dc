"""Taking in what shows a result: a paper on a shelf, a page of the portal, a file."""

from typing import Any

from django.core.exceptions import ValidationError

from accounts.services import NotAllowed
from broadcasts.services import post_requests
from groups.disclosure import carries_mark
from oversight.direction.refusals import require_clean
from oversight.models.checklist import Evidence
from oversight.portal_pages import page_of


def check(evidence: Evidence) -> None:
    """Bring what somebody added into the form that is kept. Raises NotAllowed."""
    if carries_mark(f"{evidence.what}\n{evidence.paper}"):
        raise NotAllowed("Dòng này mang dấu mật. Tài liệu mật không ghi vào cổng.")
    require_clean(evidence.what, evidence.paper)
    evidence.page = page_of(evidence.page)
    if evidence.file and not getattr(evidence.file, "_committed", True):
        evidence.file = _prepared(evidence.file.file, evidence.file.name)
    if not (evidence.paper.strip() or evidence.page or evidence.file):
        raise NotAllowed("Hãy tải tệp lên, chép địa chỉ trang trong cổng, hoặc ghi số hồ sơ giấy.")


def _prepared(handed_in: Any, name: str | None) -> Any:
    handed_in.name = name or "tep"
    try:
        return post_requests.unmarked(handed_in)
    except ValidationError as error:
        raise NotAllowed(" ".join(error.messages)) from error
