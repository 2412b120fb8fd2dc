"""Initial values of a new post: from a template, a request, or a sent post to correct or reuse."""

from dataclasses import dataclass
from secrets import token_hex
from typing import Any
from urllib.parse import urlencode

from django.core.files.base import ContentFile
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse

from accounts.scoped_admin.pages import number_of
from broadcasts.posts import corrections
from broadcasts.posts.models import Broadcast
from broadcasts.requests.models import PostRequest
from broadcasts.templates.models import PostTemplate
from procedures.models import Edition

SESSION_KEY = "filled_templates"


@dataclass(frozen=True)
class Start:
    """Initial values of a new post, and the rows it comes from."""

    title: str = ""
    text: str = ""
    topic_id: int | None = None
    priority: str = ""
    template: PostTemplate | None = None
    request: PostRequest | None = None
    corrects: Broadcast | None = None
    reused: Broadcast | None = None
    edition: Edition | None = None

    @property
    def initial(self) -> dict[str, Any]:
        values = {
            "title": self.title, "text": self.text, "topic": self.topic_id,
            "priority": self.priority,
        }  # fmt: skip
        return {name: value for name, value in values.items() if value}

    def tie(self, post: Broadcast) -> None:
        """Set the sources of a new post."""
        post.template, post.request, post.corrects = self.template, self.request, self.corrects
        post.edition = self.edition

    def bring_files(self, post: Broadcast) -> None:
        """Copy picture and file of a reused post, unless the author chose others."""
        if self.reused is None:
            return
        post.image = post.image or _copy(self.reused.image, "anh.jpg")
        post.file = post.file or _copy(self.reused.file, self.reused.file_name)


def _copy(stored: Any, name: str) -> ContentFile | None:
    """A stored file as a new one; None where there is none, or the disk has lost it."""
    if not stored:
        return None
    try:
        with stored.open("rb") as file:
            return ContentFile(file.read(), name=name)
    except OSError:
        return None


def compose_url(**query: Any) -> str:
    """The form of a new post with these in its address; blank ones are left out."""
    given = {name.replace("_", "-"): value for name, value in query.items() if value}
    address = reverse("admin:broadcasts_broadcast_add")
    return f"{address}?{urlencode(given)}" if given else address


def store_filled(request: HttpRequest, template: PostTemplate, title: str, text: str) -> str:
    """Put a filled template aside for the form; returns its key."""
    waiting = dict(request.session.get(SESSION_KEY, {}))
    key = token_hex(4)
    waiting[key] = {"template": template.pk, "title": title, "text": text}
    request.session[SESSION_KEY] = dict(list(waiting.items())[-3:])
    return key


def read(request: HttpRequest) -> Start:
    """The start that the address asks for. Raises Http404 for a row out of sight."""
    held = getattr(request, "_start_of_post", None)
    if held is None:
        held = _read(request)
        request._start_of_post = held  # type: ignore[attr-defined]
    return held


def _read(request: HttpRequest) -> Start:
    posts = Broadcast.objects.select_related("topic", "template", "edition")
    if original := _row(request, "dinh-chinh", posts):
        title, text = corrections.text_of(original)
        return Start(
            title, text, original.topic_id, original.priority, corrects=original,
            edition=_in_use(original.edition),
        )  # fmt: skip
    if old := _row(request, "dung-lai", posts):
        return Start(
            old.title, old.text, old.topic_id, old.priority, template=old.template, reused=old,
            edition=old.edition,
        )  # fmt: skip
    asked = _row(request, "yeu-cau", PostRequest.objects.open().select_related("topic"))
    if filled := _filled(request):
        rows = PostTemplate.objects.visible_to(request.user).select_related("topic")
        template = rows.filter(pk=filled["template"]).first()
        if template is not None:
            return Start(
                filled["title"], filled["text"], template.topic_id, _priority(template.topic.code),
                template=template, request=asked,
            )  # fmt: skip
    if asked is not None:
        return Start(
            asked.title, _directed(asked), asked.topic_id, _priority(asked.topic.code),
            request=asked,
        )  # fmt: skip
    return Start()


def _filled(request: HttpRequest) -> dict[str, Any] | None:
    key = request.GET.get("mau", "")
    return request.session.get(SESSION_KEY, {}).get(key) if key else None


def _priority(topic_code: str) -> str:
    urgent = topic_code == "canh-bao-khan"
    return Broadcast.Priority.URGENT if urgent else Broadcast.Priority.ROUTINE


def _directed(asked: PostRequest) -> str:
    if not asked.document_number:
        return asked.message
    by = asked.source_name or asked.get_source_display()
    return f"Thực hiện văn bản số {asked.document} của {by}.\n\n{asked.message}"


def _row(request: HttpRequest, name: str, rows: Any) -> Any:
    """The visible row that the address names; None for no name. Raises Http404."""
    if name not in request.GET:
        return None
    return get_object_or_404(rows.visible_to(request.user), pk=number_of(request.GET[name]))


def _in_use(edition: Edition | None) -> Edition | None:
    """The edition in use of the same procedure: what a correction has to say."""
    if edition is None:
        return None
    others = Edition.objects.published().filter(procedure=edition.procedure_id)
    return others.first() or edition


def corrected(request: HttpRequest, post: Broadcast | None) -> Broadcast | None:
    """The post that this form corrects, new or already a draft."""
    return post.corrects if post is not None and post.pk else read(request).corrects


def context_of(request: HttpRequest, post: Broadcast | None) -> dict[str, Any]:
    """Context of the notes above the form about the source of the post."""
    start = read(request) if post is None else None
    original = corrected(request, post)
    return {
        "start": start,
        "corrects": original,
        "edition": post.edition if post is not None else start and start.edition,
        "answered": post.request if post is not None else start and start.request,
        "corrected_groups": corrections.reached(original).count() if original else 0,
        "preview_query": f"?dinh-chinh={original.pk}" if original else "",
    }
