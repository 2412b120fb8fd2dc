"""The inbox in the admin, with the names of events in Vietnamese (`event_words.toml`)."""

import tomllib
from pathlib import Path
from typing import Any, Final

from django.contrib import admin
from django.db.models import Count, Q
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.scoped_admin.base import ReadOnlyAdminMixin, ScopedModelAdmin, display
from zalo.inbox import services as inbox
from zalo.inbox.models import WebhookEvent

_WORDS: Final[dict[str, dict[str, str]]] = tomllib.loads(
    Path(__file__).with_name("event_words.toml").read_text(encoding="utf-8")
)


def words_of(name: str) -> str:
    """The event in words."""
    if found := _WORDS["names"].get(name):
        return found
    beginnings = _WORDS["beginnings"].items()
    return next((words for start, words in beginnings if name.startswith(start)), name or "?")


# The inbox, for the technical administrator: names, times and states; no content, no person.


@admin.register(WebhookEvent)
class WebhookEventAdmin(ReadOnlyAdminMixin, ScopedModelAdmin):
    """Events from Zalo and their outcome; those that kept their body can be read anew.

    To the hour: whoever saw somebody with a phone in hand must not find the message here.
    """

    list_title = "what"
    list_display = ["received", "what", "state_label", "files_state", "account"]
    list_select_related = ["account"]
    list_filter = ["state"]
    fields = [
        "received", "what", "event_name", "account", "state_label", "attempts", "last_error",
        "files_state",
    ]  # fmt: skip
    readonly_fields = ["received", "what", "state_label", "files_state"]
    actions = ["replay_selected"]

    def get_queryset(self, request: HttpRequest) -> Any:
        rows = super().get_queryset(request).defer("body", "private_body")
        fetched = Count("files", filter=Q(files__state="fetched"))
        return rows.annotate(files_total=Count("files"), files_fetched=fetched)

    def has_replay_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.has_perm("zalo.replay_webhookevent"))

    @admin.display(description=_("nhận lúc"))
    def received(self, event: WebhookEvent) -> str:
        return f"{timezone.localtime(event.received_at):%H giờ, %d/%m/%Y}"

    @admin.display(description=_("sự kiện"))
    def what(self, event: WebhookEvent) -> str:
        return words_of(event.event_name)

    @display(  # type: ignore[untyped-decorator]
        description=_("tình trạng"),
        label={
            "Đã xử lý": "success",
            "Giữ niêm phong": "info",
            "Chưa biết loại này": "warning",
            "Không xử lý được": "danger",
        },
    )
    def state_label(self, event: WebhookEvent) -> str:
        return event.get_state_display()

    @admin.display(description=_("tệp kèm theo"))
    def files_state(self, event: Any) -> str:
        if not event.files_total:
            return "–"
        return str(_("%(done)s/%(all)s đã tải")) % {
            "done": event.files_fetched,
            "all": event.files_total,
        }

    @admin.action(description=_("Xử lý lại"), permissions=["replay"])
    def replay_selected(self, request: HttpRequest, queryset: Any) -> None:
        chosen = WebhookEvent.objects.visible_to(request.user)
        rows = chosen.filter(pk__in=list(queryset.values_list("pk", flat=True)))
        waiting, emptied = inbox.replay(rows, by=request.user)
        self.message_user(request, _("Đã đưa %(count)s sự kiện về hàng chờ.") % {"count": waiting})
        if emptied:
            self.message_user(
                request,
                _("%(count)s sự kiện đã xử lý xong nên không còn nội dung để xử lý lại.")
                % {"count": emptied},
                "warning",
            )
