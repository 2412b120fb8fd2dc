"""Articles: made under a token, asked for until they are there (fact sheet §5.2)."""

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlsplit

from zalo_simulator.api.calls import Call, Refused, Routes, require_package, routes, text_of
from zalo_simulator.api.content import only_element
from zalo_simulator.records import Article
from zalo_simulator.state import SimulatorState

BASE: Final = "/v2.0/article"
MAX_TITLE: Final = 150
MAX_AUTHOR: Final = 50
MAX_DESCRIPTION: Final = 300
MAX_PAGE: Final = 10
STATUSES: Final = ("show", "hide")
QUOTA_TEXT: Final = "OA has reached the article quota"


def _create(state: SimulatorState, call: Call) -> dict[str, Any]:
    if state.profile == "unverified":
        require_package(state)
    values = _checked(state, call.json())
    with state.lock:
        quota = state.settings.article_quota
        if quota is not None:
            if quota <= 0:
                raise Refused(-223, QUOTA_TEXT)
            state.settings.article_quota = quota - 1
        return {"token": state.draft_article(values).token}


def _update(state: SimulatorState, call: Call) -> dict[str, Any]:
    body = call.json()
    article = _known(state, body.get("id"))
    merged = article.values | {name: value for name, value in body.items() if name != "id"}
    return {"token": state.draft_article(_checked(state, merged), article.id).token}


def _checked(state: SimulatorState, body: Mapping[str, Any]) -> dict[str, Any]:
    if body.get("type") != "normal":
        raise Refused(-201, "type is invalid")
    text_of(body, "title", MAX_TITLE, is_required=True)
    text_of(body, "author", MAX_AUTHOR, is_required=True)
    text_of(body, "description", MAX_DESCRIPTION, is_required=True)
    for name in ("status", "comment"):
        if body.get(name, "show") not in STATUSES:
            raise Refused(-201, f"{name} is invalid")
    _check_cover(state, body.get("cover"))
    parts = body.get("body")
    if not isinstance(parts, list) or not parts:
        raise Refused(-201, "body is invalid")
    for part in parts:
        _check_part(part)
    return {"status": "hide", "comment": "show"} | dict(body)


def _check_cover(state: SimulatorState, cover: object) -> None:
    if not isinstance(cover, dict) or cover.get("cover_type") != "photo":
        raise Refused(-201, "cover is invalid")
    address = cover.get("photo_url")
    if not isinstance(address, str) or cover.get("status", "show") not in STATUSES:
        raise Refused(-201, "cover is invalid")
    parts = urlsplit(address)
    # What was uploaded for messages is refused as a cover.
    is_upload = any(part in state.attachments for part in parts.path.split("/"))
    if parts.scheme not in ("http", "https") or not parts.netloc or is_upload:
        raise Refused(-201, "cover photo_url is invalid")


def _check_part(part: object) -> None:
    if not isinstance(part, dict):
        raise Refused(-201, "body is invalid")
    match part.get("type"):
        case "text":
            text_of(part, "content", 100_000, is_required=True)
        case "image":
            if not text_of(part, "url", 2000).startswith(("http://", "https://")):
                raise Refused(-201, "body url is invalid")
            text_of(part, "caption", MAX_DESCRIPTION)
        case _:
            raise Refused(-201, "body type is invalid")


def _known(state: SimulatorState, article_id: object) -> Article:
    article = state.articles.get(article_id) if isinstance(article_id, str) else None
    if article is None:
        raise Refused(-201, "id is invalid")
    return article


def _verify(state: SimulatorState, call: Call) -> dict[str, str]:
    draft = state.drafts.get(str(call.json().get("token", "")))
    if draft is None:
        raise Refused(-201, "token is invalid")
    article = state.verify_article(draft)
    if article is None and not draft.is_done:
        raise Refused(-214)
    if article is None:
        raise Refused(-201, "article was removed")
    return {"id": article.id}


def _remove(state: SimulatorState, call: Call) -> dict[str, str]:
    article = _known(state, call.json().get("id"))
    state.remove_article(article.id)
    return {"id": article.id}


def _getslice(state: SimulatorState, call: Call) -> dict[str, Any]:
    if "data" in call.query:
        raise Refused(-201, "offset or limit is invalid")
    try:
        offset, limit = int(call.query.get("offset", "0")), int(call.query.get("limit", "5"))
    except ValueError:
        raise Refused(-201, "offset or limit is invalid") from None
    if offset < 0 or limit < 1 or call.query.get("type") != "normal":
        raise Refused(-201, "offset, limit or type is invalid")
    if limit > MAX_PAGE:
        raise Refused(-210, f"limit is over {MAX_PAGE}")
    with state.lock:
        found = sorted(state.articles.values(), key=lambda article: -article.created_at)
    page = found[offset : offset + limit]
    return {"total": len(found), "medias": [_summary(state, article) for article in page]}


def _summary(state: SimulatorState, article: Article) -> dict[str, Any]:
    return {
        "id": article.id,
        "type": "normal",
        "title": article.values["title"],
        "status": article.values["status"],
        "total_view": "0",
        "total_share": 0,
        "create_date": int(article.created_at * 1000),
        "update_date": int(article.updated_at * 1000),
        "thumb": article.values["cover"]["photo_url"],
        "link_view": f"https://oa.zalo.me/bai-viet/{article.id}",
    }


def _getdetail(state: SimulatorState, call: Call) -> dict[str, Any]:
    article = _known(state, call.query.get("id"))
    return article.values | _summary(state, article)


ROUTES: Final[Routes] = routes(
    "articles",
    {
        ("POST", f"{BASE}/create"): _create,
        ("POST", f"{BASE}/verify"): _verify,
        ("POST", f"{BASE}/update"): _update,
        ("POST", f"{BASE}/remove"): _remove,
        ("GET", f"{BASE}/getslice"): _getslice,
        ("GET", f"{BASE}/getdetail"): _getdetail,
    },
)


# An article to all followers, or to those of some provinces (fact sheet §5.1).


TARGETS: Final = {
    "ages": range(8),
    "gender": range(3),
    "locations": range(3),
    "cities": range(64),
    "platform": range(1, 4),
}


def send(state: SimulatorState, call: Call, target: object) -> dict[str, Any]:
    """Accept a broadcast; the answer says nothing about whom it will reach."""
    if state.profile == "unverified":
        require_package(state)
    checked = _target(target)
    article_id = _article_id(call)
    with state.lock:
        if article_id not in state.articles:
            raise Refused(-201, "attachment_id is invalid")
        if state.is_night():
            raise Refused(-234)
        sent = state.broadcast(article_id, checked)
    return {"message_id": sent.id}


def _target(target: object) -> dict[str, str]:
    if not isinstance(target, dict):
        raise Refused(-201, "target is invalid")
    for name, value in target.items():
        if name not in TARGETS or not isinstance(value, str):
            raise Refused(-201, f"target {name} is invalid")
        parts = value.split(",")
        if not all(part.isdecimal() and int(part) in TARGETS[name] for part in parts):
            raise Refused(-201, f"target {name} is invalid")
    return dict(target)


def _article_id(call: Call) -> str:
    message = call.json().get("message")
    if not isinstance(message, dict):
        raise Refused(-233)
    attachment = message.get("attachment")
    if not isinstance(attachment, dict) or attachment.get("type") != "template":
        raise Refused(-233)
    payload = attachment.get("payload")
    if not isinstance(payload, dict) or payload.get("template_type") != "media":
        raise Refused(-233)
    element = only_element(payload)
    if element.get("media_type") != "article":
        raise Refused(-233)
    return str(element.get("attachment_id", ""))
