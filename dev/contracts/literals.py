"""Names that lie in databases, Redis, cookies and sessions and stand only in the source."""

import ast
import re
from functools import cache
from typing import Any

from django.conf import settings

from accounts.audit.words import ACTIONS
from dev.contracts.reading import Place, Source

CACHE_VERBS = {
    "add", "decr", "delete", "get", "get_or_set", "has_key", "incr", "set", "touch", "get_many",
    "delete_many", "set_many",
}  # fmt: skip
SEALING = {"seal", "unseal", "seal_bytes", "unseal_bytes"}
SIGNING = {"Signer", "TimestampSigner", "salted_hmac"}
# A verb that is a key of a table of words is not recorded by that.
_WHOLE_VERB = re.compile(r'"([a-z_]+\.[a-z_]+)"(?!\s*:\s*(?:_\()?")')
# `Workflow(subject="review"` and `record(review, "opened"`, in one line or over several.
_SUBJECT = re.compile(r'Workflow\(\s*subject="([a-z_]+)"')
_STEP = re.compile(r'\brecord\(\s*[\w.]+,\s*"([a-z_]+)"')
_HALF_VERB = re.compile(r'"([a-z_]+)\.\{|= "([a-z_]+)"|\}\.([a-z_]+)"')


@cache
def source() -> Source:
    """The product as it stands; read once."""
    return Source()


def _called(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


def _keyword(call: ast.Call, name: str) -> ast.expr | None:
    return next((word.value for word in call.keywords if word.arg == name), None)


def _known(texts: set[str]) -> list[str]:
    return sorted(text for text in texts if text.strip("{}"))


def purposes(code: Source | None = None) -> dict[str, Any]:
    """The purposes that keep keyed hashes, sealed texts and signatures apart."""
    code = code or source()
    found: dict[str, set[str]] = {"blind_index": set(), "purpose": set(), "context": set(),
                                  "salt": set()}  # fmt: skip
    for call, place in code.calls("purpose=", "seal(", "seal_bytes(", *SIGNING):
        name = _called(call)
        if (purpose := _keyword(call, "purpose")) is not None:
            kind = "blind_index" if name == "blind_index" else "purpose"
            found[kind] |= code.texts(purpose, place)
        if name in SEALING:
            found["context"] |= code.texts(_keyword(call, "context"), place)
        if name in SIGNING:
            given = _keyword(call, "salt") or (call.args[0] if name == "salted_hmac" else None)
            found["salt"] |= code.texts(given, place)
    return {kind: _known(texts) for kind, texts in found.items()}


def verbs(code: Source | None = None) -> dict[str, str]:
    """The verbs of the audit trail that have words, and whether the source records them.

    A verb counts as recorded where it stands whole, or where one is put together from its first or
    last half: which of the two it is may change. `accounts.workflow.services.record` puts it
    together from the subject of a model's workflow and the kind of the step.
    """
    code = code or source()
    whole: set[str] = set()
    halves: set[str] = set()
    for raw in code.raw.values():
        whole |= set(_WHOLE_VERB.findall(raw))
        halves |= {half for found in _HALF_VERB.findall(raw) for half in found if half}
    texts = code.raw.values()
    subjects = {one for raw in texts for one in _SUBJECT.findall(raw)}
    steps = {one for raw in texts for one in _STEP.findall(raw)}
    whole |= {f"{subject}.{step}" for subject in subjects for step in steps}
    return {
        verb: "recorded" if verb in whole or halves & set(verb.split(".")) else "words alone"
        for verb in sorted(ACTIONS)
    }


def stored_names(code: Source | None = None) -> dict[str, Any]:
    """Keys of the cache and of Redis, cookies, keys and settings of sessions."""
    code = code or source()
    cached: set[str] = set()
    redis: set[str] = set()
    cookies: set[str] = set()
    for call, place in code.calls("cache.", "_cookie("):
        match call.func:
            case ast.Attribute(value=ast.Name(id="cache"), attr=verb) if verb in CACHE_VERBS:
                cached |= set().union(*(code.texts(key, place) for key in _keys(call.args[0])))
            case ast.Attribute(attr="set_cookie" | "set_signed_cookie" | "delete_cookie"):
                cookies |= code.texts(call.args[0] if call.args else None, place)
    sessions: set[str] = set()
    for node, place in code.nodes(
        "session[", "session.get(", "session.pop(", "session.setdefault("
    ):
        sessions |= _of_session(node, place, code)
    for node, place in code.nodes("REDIS_KEY_PREFIX"):
        if isinstance(node, ast.JoinedStr):
            redis |= {one for one in code.texts(node, place) if "<REDIS_KEY_PREFIX>" in one}
    prefix = str(settings.CACHES["default"]["KEY_PREFIX"]).rpartition(":")[2]
    celery = str(settings.CELERY_BROKER_TRANSPORT_OPTIONS["global_keyprefix"]).partition(":")[2]
    return {
        "cache": {"prefix": f"<REDIS_KEY_PREFIX>:{prefix}", "keys": _known(cached)},
        "redis": _known(redis | {f"<REDIS_KEY_PREFIX>:{celery}"}),
        "cookies": {"set by our code": _known(cookies), **_cookies()},
        "sessions": {"keys": _known(sessions), **_sessions()},
    }


def _keys(given: ast.expr) -> list[ast.expr]:
    match given:
        case ast.ListComp(elt=one):
            return [one]
        case ast.List(elts=several):
            return several
    return [given]


def _of_session(node: ast.AST, place: Place, code: Source) -> frozenset[str]:
    """The key, where the node reads or writes one of a session."""
    match node:
        case ast.Subscript(value=value, slice=key) if _is_session(value):
            return code.texts(key, place)
        case ast.Call(
            func=ast.Attribute(value=value, attr="get" | "pop" | "setdefault"), args=[key, *_]
        ) if _is_session(value):
            return code.texts(key, place)
    return frozenset()


def _is_session(node: ast.AST) -> bool:
    return isinstance(node, ast.Attribute | ast.Name) and _name(node) == "session"


def _name(node: ast.AST) -> str:
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")


def _cookies() -> dict[str, Any]:
    return {
        getattr(settings, f"{kind}_COOKIE_NAME"): {
            part.lower(): getattr(settings, f"{kind}_COOKIE_{part}")
            for part in ("AGE", "DOMAIN", "HTTPONLY", "PATH", "SAMESITE", "SECURE")
        }
        for kind in ("SESSION", "CSRF")
    }


def _sessions() -> dict[str, Any]:
    names = ("ENGINE", "SERIALIZER", "EXPIRE_AT_BROWSER_CLOSE", "SAVE_EVERY_REQUEST")
    return {name.lower(): getattr(settings, f"SESSION_{name}") for name in names} | {
        "csrf in session": settings.CSRF_USE_SESSIONS,
        "messages": settings.MESSAGE_STORAGE,
    }
