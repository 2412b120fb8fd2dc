"""Pages of the document of a row: for printing, and as a Word file."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from accounts.audit import services as audit
from accounts.models import User
from accounts.papers.downloads import word_file
from accounts.scoped_admin.pages import own_pages
from accounts.services import NotAllowed
from documents.content import Paper
from groups.export_workbooks import watermark
from oversight.admin_pages import refused
from oversight.summaries.content import Unreadable


@dataclass(frozen=True)
class DocumentPages:
    """`make(row, mark=…)` builds the document; `printed` and `exported` are audit actions.

    Each reader of `rows` prints; `may_download` restricts the file, called `name(row)`.
    """

    prefix: str
    route: str
    needs: str
    rows: Callable[[HttpRequest], Any]
    make: Callable[..., Paper]
    printed: str
    exported: str
    name: Callable[[Any], str]
    may_download: Callable[[Any, Any], bool] = lambda user, row: True

    def urls(self, site: Any) -> list[URLPattern]:
        pages = {
            f"{self.route}/<int:pk>/in/": (never_cache(require_GET(self._page)), "sheet"),
            f"{self.route}/<int:pk>/tep/": (never_cache(require_POST(self._download)), "word"),
        }
        return own_pages(site, self.prefix, pages, self.needs, row="row", rows=self.rows)

    def export(self, row: Any, by: User, **details: Any) -> Paper:
        """The document for a file, recorded in the audit trail. Raises as `make`."""
        return self._document(self.exported, row, by, **details)

    def _document(self, action: str, row: Any, by: Any, **details: Any) -> Paper:
        document = self.make(row, mark=watermark(row.commune, by))
        audit.record(
            action, by=by, target=row, commune=row.commune, draft=document.draft, **details
        )
        return document

    def _back(self, row: Any) -> str:
        return reverse(f"admin:{self.prefix}_show", args=[row.pk])

    def _page(self, request: HttpRequest, *, site: Any, row: Any) -> HttpResponse:
        try:
            document = self._document(self.printed, row, request.user)
        except (NotAllowed, Unreadable) as refusal:
            return refused(request, str(refusal), self._back(row))
        context = {"paper": document, "back": self._back(row)}
        if self.may_download(request.user, row):
            context["file"] = reverse(f"admin:{self.prefix}_word", args=[row.pk])
        return TemplateResponse(request, "groups/print/paper.html", context)

    def _download(self, request: HttpRequest, *, site: Any, row: Any) -> HttpResponse:
        if not self.may_download(request.user, row):
            raise PermissionDenied
        try:
            document = self._document(self.exported, row, request.user)
        except (NotAllowed, Unreadable) as refusal:
            return refused(request, str(refusal), self._back(row))
        return word_file(document, name=self.name(row))
