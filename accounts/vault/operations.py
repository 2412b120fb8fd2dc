"""Operations of the vault: their registry, and the answering of one call.

An operation is a whole act: it is given names of rows, checks right and sight as the services do,
and returns plain data. `opens` says how many openings it counts of those that one account has in
an hour, `letters` how many addresses of those that leave the vault in an hour at all.
"""

import inspect
import json
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import IO, Any, Final, NamedTuple

from accounts.vault.calls import Call, Caller, running
from accounts.vault.errors import ForgedCall, VaultRefused
from accounts.workflow.declaration import NotAllowed

logger = logging.getLogger(__name__)

NOT_UNDERSTOOD: Final = "Kho niêm phong không hiểu lời gọi này."

MOST_ROWS: Final = 50
MOST_BYTES: Final = 32 * 1024 * 1024  # of one question or answer
DEEPEST: Final = 8  # lists in lists of one question


@dataclass(frozen=True)
class Operation:
    """One thing that the vault can be asked."""

    name: str
    act: Callable[..., Any]
    caller: Caller
    needs_session: bool
    opens: int
    subject: str  # the argument that the log names
    marks: tuple[str, ...]  # arguments of which the log has a keyed hash
    letters: int
    is_logged: bool
    raises: Mapping[str, type[NotAllowed]]
    is_page: bool

    def takes(self, arguments: Mapping[str, Any]) -> bool:
        """Whether these are names of its arguments, and none is missing."""
        try:
            inspect.signature(self.act).bind(None, **arguments)
        except TypeError:
            return False
        return True


class WithBytes(NamedTuple):
    """A result, and bytes that travel behind it as they are."""

    result: Any
    attached: bytes


_operations: dict[str, Operation] = {}


def operation(
    name: str,
    *,
    caller: Caller = "web",
    needs_session: bool = True,
    opens: int = 0,
    subject: str = "",
    marks: tuple[str, ...] = (),
    letters: int = 0,
    raises: tuple[type[NotAllowed], ...] = (),
    is_logged: bool = True,
    is_page: bool = False,
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Register `act(call, **arguments)`, whose arguments and result are plain JSON data.

    Of the refusals that it raises, those named in `raises` (each made without arguments or of its
    sentence) come to the caller as they are, all others as VaultRefused with their sentence.
    """

    def register(act: Callable[..., Any]) -> Callable[..., Any]:
        if name in _operations:
            raise ValueError(f"two operations named {name!r}")
        known = {one.__name__: one for one in raises}
        _operations[name] = Operation(
            name, act, caller, needs_session, opens, subject, marks, letters, is_logged, known,
            is_page,
        )  # fmt: skip
        return act

    return register


def names() -> dict[str, Operation]:
    """All operations by name."""
    return dict(_operations)


def registered(name: str) -> Operation:
    """The operation of that name. Raises ForgedCall."""
    if not isinstance(name, str) or name not in _operations:
        raise ForgedCall("Kho niêm phong không có việc này.")
    return _operations[name]


def answer(asked: bytes, *, caller: Caller) -> bytes:
    """Answer one question; `caller` is what the socket says, `any` where there is none.

    `{"operation", "arguments", "session"}` → `{"result"}`, `{"refused", "kind"}` or `{"failed"}`.
    """
    return answer_with(asked, None, caller=caller)[0]


def answer_with(asked: bytes, attached: IO[bytes] | None, *, caller: Caller) -> tuple[bytes, bytes]:
    """Answer one question with the bytes that came behind it; and bytes to go behind the answer."""
    from accounts.vault import guard  # noqa: PLC0415 -- app ready

    call = Call("?", caller)
    try:
        with guard.watched(call) as watch:
            question = _question(asked)
            one = registered(question["operation"])
            call = watch.admit(one, question)
            with running(replace(call, attached=attached)) as call:
                result = one.act(call, **question["arguments"])
            result, more = result if isinstance(result, WithBytes) else (result, b"")
            found = _checked(result)
    except NotAllowed as refusal:
        return _json({"refused": str(refusal), "kind": type(refusal).__name__}), b""
    except Exception:
        logger.exception("the vault failed at %s", call.operation)
        return _json({"failed": True}), b""
    return found, more


def _question(asked: bytes) -> dict[str, Any]:
    try:
        question = json.loads(asked)
        whole = {"operation", "arguments", "session"} == set(question)
    except (ValueError, TypeError, RecursionError):
        raise ForgedCall(NOT_UNDERSTOOD) from None
    if not whole or not isinstance(question["arguments"], dict) or not _is_flat(question):
        raise ForgedCall(NOT_UNDERSTOOD)
    return dict(question)


def _is_flat(value: Any, deepest: int = DEEPEST) -> bool:
    if not isinstance(value, dict | list):
        return True
    inside = value.values() if isinstance(value, dict) else value
    return deepest > 0 and all(_is_flat(one, deepest - 1) for one in inside)


def _checked(result: Any) -> bytes:
    if isinstance(result, list) and len(result) > MOST_ROWS:
        raise VaultRefused(f"Mỗi lần chỉ mở được {MOST_ROWS} dòng.")
    found = _json({"result": result})
    if len(found) > MOST_BYTES:
        raise VaultRefused("Nội dung quá lớn để mở một lần.")
    return found


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()


def understood(name: str, answer: bytes) -> Any:
    """The result in an answer to `name`. Raises what was refused; ValueError for a failure."""
    answered = json.loads(answer)
    if "result" in answered:
        return answered["result"]
    if "refused" not in answered:
        raise ValueError("the vault failed")
    one = _operations.get(name)
    known = one.raises if one else {}
    if (kind := known.get(answered.get("kind", ""))) is not None:
        error = kind.__new__(kind)
        Exception.__init__(error, answered["refused"])
        raise error
    raise VaultRefused(answered["refused"])
