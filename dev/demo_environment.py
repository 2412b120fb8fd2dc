"""The variables of the demo: secrets made once and kept, and everything else that settings read."""

import base64
import os
import secrets
import shlex
from collections.abc import Callable, Mapping
from pathlib import Path

# Name → how it is made. A name added later is made at the next start; none is ever replaced.
SECRETS: dict[str, Callable[[], str]] = {
    "SECRET_KEY": lambda: secrets.token_urlsafe(48),
    "DATA_ENCRYPTION_KEYS": lambda: "demo1:" + base64.b64encode(secrets.token_bytes(32)).decode(),
    "BLIND_INDEX_KEY": lambda: secrets.token_urlsafe(36),
    "ZALO_APP_ID": lambda: str(10**18 + secrets.randbelow(10**18)),
    "ZALO_APP_SECRET": lambda: secrets.token_urlsafe(20),
    "ZALO_OA_SECRET_KEY": lambda: secrets.token_urlsafe(20),
}
# May be set by the person who starts the demo.
CHOICES = {"ZALO_RATE_PER_MIN": "1200", "ZALO_TIMEOUT_S": "10", "LOG_LEVEL": "INFO"}


def _lines(values: Mapping[str, str]) -> str:
    return "".join(f"{name}={shlex.quote(value)}\n" for name, value in values.items())


def _write_private(path: Path, values: Mapping[str, str]) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(_lines(values))


def kept_secrets(path: Path) -> dict[str, str]:
    """Read the secrets, making those that are missing."""
    known: dict[str, str] = {}
    if path.exists():
        for line in path.read_text().splitlines():
            name, separator, value = line.partition("=")
            if separator:
                known[name] = shlex.split(value)[0]
    if missing := {name: make() for name, make in SECRETS.items() if name not in known}:
        known |= missing
        _write_private(path, known)
    return known


def demo_environment(
    directory: Path, reached: Mapping[str, str], *, host: str, simulator_url: str
) -> dict[str, str]:
    """Environment of the demo's programs; also in the file `env` for `manage.py` by hand.

    Zalo's addresses are always the simulator's: a demo never speaks to Zalo.
    """
    values = {
        **CHOICES,
        **{name: os.environ[name] for name in CHOICES if os.environ.get(name)},
        **kept_secrets(directory / "secrets"),
        **reached,
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "DEBUG": "0",
        "SECOND_FACTOR_REQUIRED": "0",
        "ALLOWED_HOSTS": ",".join(dict.fromkeys(["localhost", "127.0.0.1", "[::1]", host])),
        "ZALO_API_URL": simulator_url,
        "ZALO_OAUTH_URL": simulator_url,
        "STATIC_ROOT": str(directory / "static"),
        "MEDIA_ROOT": str(directory / "media"),
    }
    _write_private(directory / "env", values)
    return os.environ | values | {"PYTHONUNBUFFERED": "1"}
