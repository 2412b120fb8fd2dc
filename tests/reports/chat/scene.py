"""A commune with its account at a simulated Zalo, and a resident with a phone."""

from typing import Any

from django.test import Client
from django.utils import timezone

from reports.chat import sending
from reports.chat import services as chat
from reports.models import TipReport
from tests.factories.zalo import make_official_account
from tests.zalo.webhooks import body, post
from zalo.inbox import files
from zalo.inbox.interpreting import interpret_due
from zalo_simulator.server import Simulator


class Scene:
    """Acts of the resident reach the portal twice over HTTP; workers then run."""

    def __init__(self, simulator: Simulator, commune: Any) -> None:
        self.simulator, self.state = simulator, simulator.state
        self.events: list[tuple[str, dict[str, Any]]] = []
        self.state.listeners.append(lambda name, payload: self.events.append((name, payload)))
        self.account = make_official_account(
            commune,
            oa_id=self.state.oa_id,
            access_token=self.state.tokens.access,
            refresh_token=self.state.tokens.refresh,
            endpoint_family="v3" if self.state.profile == "business" else "v2",
        )
        self.person = self.state.add_person("Cô Lụa", days_since_interaction=None)

    @property
    def tip(self) -> TipReport:
        return TipReport.objects.order_by("-pk")[0]

    def does(self, deed: str, *, sends: bool = True, **values: Any) -> None:
        """The resident does something, and the portal hears of it."""
        self.events.clear()
        self.simulator.residents.do(deed, {"user_id": self.person.id, **values})
        for name, payload in list(self.events):
            now_ms = str(int(timezone.now().timestamp() * 1000))
            content = body(name, **{**payload, "timestamp": now_ms})
            for _time in range(2):
                assert post(Client(), content).status_code == 200
        interpret_due()
        if sends:
            sending.send_due()

    def writes(self, text: str, *, sends: bool = True) -> TipReport:
        self.does("write", text=text, sends=sends)
        return self.tip

    def sends_picture(self, content: bytes, text: str = "") -> None:
        picture = self.state.add_attachment("image/jpeg", content)
        self.does("send_image", image_id=picture.id, text=text)
        files.fetch_due()
        chat.collect_files()
        sending.send_due()

    def heard(self) -> list[str]:
        """Return the messages that the resident reads from the account."""
        rows = [row for row in self.state.messages if row.user_id == self.person.id]
        return [row.text for row in rows if row.sender != "person"]
