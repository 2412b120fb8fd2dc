"""The stand-in over HTTP.

POST /push/<token>          a push, as to a real service
GET  /                      the lock screens
GET  /_sim/phones           what lies on them; POST {"name"}: a phone, with its subscription
POST /_sim/phone            {"name", "act": "offline" | "online" | "clear" | "gone"}
POST /_sim/switch           {"kind", "times", "seconds"}: the next answers; see SWITCHES
GET  /_sim/received         headers and lengths of the pushes that came
"""

import json
import socket
import threading
import time
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Final

import requests

from dev.push_service.phones import Phone, Phones, Received, Refusal, check_sender

ASSETS: Final = Path(__file__).parent / "assets"
MEDIA_TYPES: Final = {".html": "text/html", ".css": "text/css", ".js": "text/javascript"}
POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
# Answers on request: the status, or a way to give none.
SWITCHES: Final = frozenset(
    {"400", "401", "403", "404", "406", "410", "413", "429", "500", "503", "hang", "reset", "slow",
     "redirect"}
)  # fmt: skip
HANG_S: Final = 60.0
SLOW_S: Final = 3.0
MOST_BYTES: Final = 1024 * 1024


@dataclass
class Switch:
    """A kind of answer for the next `times` pushes; `seconds` are asked to wait, or waited."""

    kind: str
    times: int = 1
    seconds: float = 0.0
    phone: str = ""


class PushService:
    """A running stand-in."""

    def __init__(self, host: str, port: int, portal: str) -> None:
        self.phones, self.portal = Phones(), portal.rstrip("/")
        self.switches: list[Switch] = []
        self.stopping = threading.Event()
        self._server = _Server((host, port), self)
        self.url = f"http://{host}:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    def stop(self) -> None:
        """Close everything."""
        self.stopping.set()
        self._server.shutdown()
        self._server.server_close()

    def switch(self, kind: str, times: int = 1, seconds: float = 0.0, phone: str = "") -> None:
        """Answer the next pushes so. Raises ValueError for a kind that is none."""
        if kind not in SWITCHES:
            raise ValueError(kind)
        with self.phones.lock:
            self.switches.append(Switch(kind, times, seconds, phone))

    def next_switch(self, phone: Phone) -> Switch | None:
        """The answer that was asked for this push, if any."""
        with self.phones.lock:
            for one in self.switches:
                if one.phone in ("", phone.name):
                    one.times -= 1
                    if one.times <= 0:
                        self.switches.remove(one)
                    return one
        return None

    def say_shown(self, words: dict[str, Any]) -> None:
        """Tell the portal, as the worker of a browser does."""
        word = str(words.get("shown", ""))
        if self.portal and word:
            threading.Thread(target=self._post_shown, args=(word,), daemon=True).start()

    def _post_shown(self, word: str) -> None:
        with requests.Session() as session:
            session.trust_env = False
            try:
                session.post(f"{self.portal}/bao-da-hien/", data=word.encode(), timeout=5)
            except requests.RequestException:
                return  # a phone without a connection says nothing either


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 256

    def __init__(self, address: tuple[str, int], service: PushService) -> None:
        self.service = service
        super().__init__(address, _Handler)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that went away is nothing to report."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1
    server: _Server

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing: an address of a phone is a secret."""

    def do_GET(self) -> None:
        service = self.server.service
        match self.path.strip("/").split("/"):
            case [""]:
                self._asset("index.html")
            case ["_sim", "assets", name]:
                self._asset(name)
            case ["_sim", "phones"]:
                self._json(_screens(service))
            case ["_sim", "received"]:
                self._json([_row(one) for one in list(service.phones.received)])
            case _:
                self._json({"error": "không có trang này"}, 404)

    def do_POST(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(min(length, MOST_BYTES))
        match self.path.strip("/").split("/"):
            case ["push", token]:
                self._push(token, body)
            case ["_sim", name]:
                try:
                    self._json(_act(self.server.service, name, json.loads(body)))
                except (KeyError, TypeError, ValueError) as error:
                    self._json({"error": repr(error)}, 400)
            case _:
                self._json({"error": "không có trang này"}, 404)

    def _push(self, token: str, body: bytes) -> None:
        service = self.server.service
        phone = service.phones.by_token.get(token)
        headers = {name.lower(): value for name, value in self.headers.items()}
        if phone is None or phone.is_gone:
            self._write(410, b"", {})
            return
        asked = service.next_switch(phone)
        extra: dict[str, str] = {}
        status, words, reason = 201, None, ""
        if asked is not None and asked.kind not in ("slow", "reset"):
            status, extra = self._broken(asked)
        else:
            if asked is not None and asked.kind == "slow":
                time.sleep(asked.seconds or SLOW_S)
            try:
                check_sender(headers.get("authorization", ""), service.url)
                words = service.phones.deliver(phone, headers, body)
            except Refusal as refusal:
                status, reason = refusal.status, refusal.reason
        service.phones.received.append(
            Received(time.time(), phone.name, headers, len(body), body, status, words)
        )
        if words is not None:
            service.say_shown(words)
        if status == 0 or (asked is not None and asked.kind == "reset"):
            self._drop()
            return
        self._write(status, json.dumps({"reason": reason}).encode() if reason else b"", extra)

    def _broken(self, asked: Switch) -> tuple[int, dict[str, str]]:
        service = self.server.service
        match asked.kind:
            case "hang":
                service.stopping.wait(asked.seconds or HANG_S)
                return 0, {}
            case "redirect":
                return 307, {"Location": f"{service.url}/push/redirected"}
        wait = {"Retry-After": str(round(asked.seconds))} if asked.seconds else {}
        return int(asked.kind), wait

    def _drop(self) -> None:
        self.close_connection = True
        try:
            self.connection.shutdown(socket.SHUT_RDWR)
        except OSError:
            self.close_connection = True  # it was cut already

    def _asset(self, name: str) -> None:
        path = ASSETS / name
        if path.parent != ASSETS or path.suffix not in MEDIA_TYPES or not path.is_file():
            self._json({"error": "không có tệp này"}, 404)
            return
        media_type = f"{MEDIA_TYPES[path.suffix]}; charset=utf-8"
        self._write(
            200, path.read_bytes(),
            {"Content-Type": media_type, "Content-Security-Policy": POLICY,
             "Cache-Control": "no-store"},
        )  # fmt: skip

    def _json(self, value: Any, status: int = 200) -> None:
        body = json.dumps(value, ensure_ascii=False).encode()
        self._write(status, body, {"Content-Type": "application/json; charset=utf-8"})

    def _write(self, status: int, body: bytes, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)
        self.wfile.flush()


def _screens(service: PushService) -> dict[str, Any]:
    with service.phones.lock:
        phones = [
            {
                "name": phone.name,
                "is_offline": phone.is_offline,
                "waiting": len(phone.waiting),
                "screen": [
                    {
                        "title": words.get("title", ""),
                        "text": words.get("text", ""),
                        "at": words["at"],
                        "times": words["times"],
                        "loud": words.get("loud", True),
                        "link": f"{service.portal}/viec/{words.get('token', '')}/",
                    }
                    for words in reversed(phone.screen.values())
                ],
            }
            for phone in service.phones.by_token.values()
            if not phone.is_gone
        ]
        return {"phones": phones, "switches": [vars(one) for one in service.switches]}


def _row(one: Received) -> dict[str, Any]:
    plain = ("ttl", "urgency", "topic", "content-encoding", "x-wns-cache-policy")
    headers = {name: one.headers[name] for name in plain if name in one.headers}
    return {"at": one.at, "phone": one.phone, "status": one.status, "length": one.length, **headers}


def _act(service: PushService, name: str, value: dict[str, Any]) -> Any:
    phones = service.phones
    match name:
        case "phones":
            phone = phones.add(str(value["name"]), is_windows=bool(value.get("is_windows")))
            return phone.subscription(service.url)
        case "switch":
            service.switch(
                str(value["kind"]), int(value.get("times", 1)),
                float(value.get("seconds", 0)), str(value.get("phone", "")),
            )  # fmt: skip
            return {"switches": len(service.switches)}
        case "phone":
            phone = phones.named(str(value["name"]))
            return _turn(service, phone, str(value["act"]))
    raise KeyError(name)


def _turn(service: PushService, phone: Phone, act: str) -> dict[str, Any]:
    match act:
        case "offline" | "online":
            for words in service.phones.turn(phone, is_offline=act == "offline"):
                service.say_shown(words)
        case "clear":
            phone.screen.clear()
        case "gone":
            phone.is_gone = True
        case _:
            raise ValueError(act)
    return {"name": phone.name, "is_offline": phone.is_offline}


def start(port: int = 0, host: str = "127.0.0.1", *, portal: str = "") -> PushService:
    """Start a stand-in in threads of this process; port 0 takes a free one. Raises OSError."""
    return PushService(host, port, portal)
