"""A call as the simulated API sees it, its answer, and the numbers of its refusals."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from zalo.simulator.state import SimulatorState

MESSAGES: Final = {
    -32: "Request rate limit of OA reached",
    -100: "Attachment id is expired",
    -200: "Send message failed",
    -201: "Parameter is invalid",
    -210: "Parameter is over the limit",
    -213: "User has not followed OA",
    -216: "Access token is invalid",
    -220: "Access token is expired",
    -221: "OA has not been verified",
    -224: "OA package is not allowed to use this API",
    -230: "User has not interacted with the OA in the past 7 days",
    -232: "User has not interacted with the OA",
    -233: "Message type is invalid or not supported",
    -235: "API does not support this type of OA",
    -237: "The group is disabled",
    -240: "API is no longer supported",
    -242: "appsecret_proof is invalid",
    -403: "OA is not in this group",
    404: "Empty api",
}


@dataclass(frozen=True, slots=True)
class Call:
    """One request as the API sees it; header names in lower case."""

    method: str
    path: str
    headers: Mapping[str, str]
    query: Mapping[str, str]
    body: bytes

    def json(self) -> Mapping[str, Any]:
        """The JSON object of the body, or an empty one."""
        if "application/json" not in self.headers.get("content-type", ""):
            return {}
        try:
            value = json.loads(self.body)
        except ValueError:
            return {}
        return value if isinstance(value, dict) else {}

    @property
    def group_id(self) -> str:
        """The group that the call is about, for rules that strike one group."""
        if self.method == "GET":
            return self.query.get("group_id", "")
        recipient = self.json().get("recipient")
        return str(recipient.get("group_id", "")) if isinstance(recipient, dict) else ""


@dataclass(slots=True)
class Reply:
    """One answer: a JSON body with HTTP 200, as Zalo answers errors too."""

    body: dict[str, Any]
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def code(self) -> int:
        return int(self.body.get("error", 0))


class Refused(Exception):
    """The API refuses with a number."""

    def __init__(self, code: int, message: str = "") -> None:
        self.code = code
        self.message = message or MESSAGES.get(code, "Error")
        super().__init__(code)


def failure(code: int, message: str = "") -> Reply:
    """An error answer; it has no `data`."""
    return Reply({"error": code, "message": message or MESSAGES.get(code, "Error")})


type Handler = Callable[[SimulatorState, Call], Any]


@dataclass(frozen=True, slots=True)
class Route:
    """Who answers a call, and the permission that the account must have given for it."""

    handler: Handler
    permission: str


type Routes = dict[tuple[str, str], Route]


def routes(permission: str, handlers: Mapping[tuple[str, str], Handler]) -> Routes:
    """Routes of one permission group."""
    return {key: Route(handler, permission) for key, handler in handlers.items()}


def paging(call: Call) -> tuple[int, int]:
    try:
        return int(call.query.get("offset", "0")), min(int(call.query.get("count", "5")), 50)
    except ValueError:
        raise Refused(-201, "offset or count is invalid") from None
