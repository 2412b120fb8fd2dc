"""A call as the simulated API sees it, its answer, and the numbers of its refusals."""

import json
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from zalo_simulator.state import SimulatorState

_FILE: Final = Path(__file__).with_name("refusals.toml")
MESSAGES: Final = {
    int(code): str(text) for code, text in tomllib.loads(_FILE.read_text(encoding="utf-8")).items()
}
MAX_PAGE: Final = 50
MAX_HISTORY: Final = 10


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

    def data(self) -> Mapping[str, Any]:
        """The JSON object in the query parameter `data`, or an empty one."""
        try:
            value = json.loads(self.query.get("data", "{}"))
        except ValueError:
            raise Refused(-201, "data is invalid") from None
        if not isinstance(value, dict):
            raise Refused(-201, "data is invalid")
        return value

    @property
    def group_id(self) -> str:
        """The group that the call is about, for rules that strike one group."""
        if self.method == "GET":
            return self.query.get("group_id", "")
        body = self.json()
        recipient = body.get("recipient")
        held = recipient if isinstance(recipient, dict) else body
        return str(held.get("group_id", ""))


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
    """The handler of a call, and the permission that the account must have given for it."""

    handler: Handler
    permission: str


type Routes = dict[tuple[str, str], Route]


def routes(permission: str, handlers: Mapping[tuple[str, str], Handler]) -> Routes:
    """Routes of one permission group."""
    return {key: Route(handler, permission) for key, handler in handlers.items()}


def paging(call: Call, *, most: int = MAX_PAGE) -> tuple[int, int]:
    """Offset and count of a list that is asked for by ordinary parameters; five by default."""
    try:
        offset, count = int(call.query.get("offset", "0")), int(call.query.get("count", "5"))
    except ValueError:
        raise Refused(-201, "offset or count is invalid") from None
    if offset < 0 or count < 1:
        raise Refused(-201, "offset or count is invalid")
    if most == MAX_HISTORY and count > most:
        raise Refused(-210, f"count is over {most}")
    return offset, min(count, most)


def data_paging(data: Mapping[str, Any], *, most: int, last: int | None = None) -> tuple[int, int]:
    """Offset and count of a list that is asked for with `data`; over the limit is an error."""
    offset, count = data.get("offset", 0), data.get("count", 5)
    if not is_whole(offset) or not is_whole(count) or offset < 0 or count < 1:
        raise Refused(-201, "offset or count is invalid")
    if count > most:
        raise Refused(-210, f"count is over {most}")
    if last is not None and offset > last:
        raise Refused(-210, f"offset is over {last}")
    return int(offset), int(count)


def is_whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def text_of(values: Mapping[str, Any], name: str, most: int, *, is_required: bool = False) -> str:
    """A text field within its length. Raises Refused -201 or -210, naming the field."""
    value = values.get(name, "")
    if not isinstance(value, str) or (is_required and not value.strip()):
        raise Refused(-201, f"{name} is invalid")
    if len(value) > most:
        raise Refused(-210, f"{name} is over {most} characters")
    return value


# Which calls an account may make at all, by its kind and package.


def require_package(state: SimulatorState) -> None:
    """Only a verified account with a package that is large enough."""
    if state.profile == "low_package":
        raise Refused(-224)
    if state.profile == "unverified":
        raise Refused(-221)


def require_groups_api(state: SimulatorState) -> None:
    """Groups: as the account's kind allows, or as the setting says, since nobody knows it."""
    if state.settings.group_refusal is not None:
        raise Refused(state.settings.group_refusal)
    require_package(state)


def refuse_state_agency(state: SimulatorState) -> None:
    """The newer family of calls about persons."""
    if state.profile == "state_agency":
        raise Refused(-235)


def refuse_business(state: SimulatorState) -> None:
    """The older family of calls about persons, which was withdrawn for everybody else."""
    if state.profile != "state_agency":
        raise Refused(-240)
