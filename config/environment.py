"""Turning environment strings into values, with a sentence where a string is wrong.

`config.settings` is the only caller and the only reader of the environment.
"""

import base64
import binascii
import re
import secrets
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import environ
from cryptography.hazmat.primitives.asymmetric.ec import (
    SECP256R1,
    EllipticCurvePrivateKey,
    derive_private_key,
)
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from django.core.exceptions import ImproperlyConfigured

KEY_BYTES = 32
BLIND_INDEX_MIN_LENGTH = 32


def required(environment: Mapping[str, str], name: str) -> str:
    """The value of a variable that has no default.

    Raises ImproperlyConfigured, naming the variable, when it is missing or blank.
    """
    value = environment.get(name, "").strip()
    if not value:
        raise ImproperlyConfigured(
            f"thiếu biến môi trường {name}. Xem mẫu và giải thích trong tệp .env.example."
        )
    return value


def signing_key(environment: Mapping[str, str], name: str) -> str:
    """The key of signatures; `own` is one that nobody else has and that ends with the process."""
    value = required(environment, name)
    return secrets.token_urlsafe(48) if value == "own" else value


def url(environment: Mapping[str, str], name: str, schemes: tuple[str, ...]) -> str:
    """The value of a required variable that must be an address with one of `schemes`."""
    value = required(environment, name)
    if not value.startswith(tuple(f"{scheme}://" for scheme in schemes)):
        expected = " hoặc ".join(f"{scheme}://" for scheme in schemes)
        raise ImproperlyConfigured(f"biến {name} phải bắt đầu bằng {expected}.")
    return value


def encryption_keys(value: str, name: str = "DATA_ENCRYPTION_KEYS") -> dict[str, bytes]:
    """Parse `kid:base64 of 32 bytes, …` in order; the first key encrypts.

    Raises ImproperlyConfigured without repeating any key material.
    """
    keys: dict[str, bytes] = {}
    for position, item in enumerate(filter(None, (part.strip() for part in value.split(","))), 1):
        kid, separator, encoded = item.partition(":")
        try:
            key = base64.b64decode(encoded, validate=True)
        except (binascii.Error, ValueError):
            key = b""
        if not separator or not kid.isalnum() or len(key) != KEY_BYTES:
            raise ImproperlyConfigured(
                f"khóa thứ {position} trong {name} không đúng dạng "
                "“tên:base64 của 32 byte” (tên chỉ gồm chữ và số)."
            )
        if kid in keys:
            raise ImproperlyConfigured(f"{name} có hai khóa cùng tên “{kid}”.")
        keys[kid] = key
    if not keys:
        raise ImproperlyConfigured(f"{name} không có khóa nào.")
    return keys


def blind_index_key(value: str, name: str = "BLIND_INDEX_KEY") -> str:
    """The secret of the keyed hashes; at least 32 characters."""
    if len(value) < BLIND_INDEX_MIN_LENGTH:
        raise ImproperlyConfigured(f"{name} phải dài ít nhất {BLIND_INDEX_MIN_LENGTH} ký tự.")
    return value


def vault_keys(environment: Mapping[str, str], name: str) -> dict[str, bytes]:
    """Keys of the vault, public or private, by name; none where the variable is blank."""
    given = environment.get(name, "").strip()
    return encryption_keys(given, name) if given else {}


def vault_index_key(environment: Mapping[str, str], name: str, *, is_vault: bool) -> str:
    """The secret of the vault's hashes and of its log; needed where the vault's keys are."""
    given = environment.get(name, "").strip()
    if is_vault and not given:
        raise ImproperlyConfigured(f"có VAULT_KEYS nhưng thiếu {name} của kho niêm phong.")
    return blind_index_key(given, name) if given else ""


def positive(environment: Mapping[str, str], name: str, default: float) -> float:
    """A number greater than zero."""
    raw = environment.get(name, "").strip() or str(default)
    try:
        number = float(raw)
    except ValueError:
        number = 0
    if not 0 < number < float("inf"):
        raise ImproperlyConfigured(f"biến {name} phải là một số lớn hơn 0 (đang là “{raw}”).")
    return number


def choice(environment: Mapping[str, str], name: str, options: tuple[str, ...]) -> str:
    """One of `options`, whatever its case; the first is the default."""
    raw = environment.get(name, "").strip() or options[0]
    value = next((option for option in options if option.lower() == raw.lower()), None)
    if value is None:
        raise ImproperlyConfigured(f"biến {name} chỉ nhận: {', '.join(options)}.")
    return value


def switch(environment: Mapping[str, str], name: str, *, default: bool = False) -> bool:
    """On or off; the default when missing or blank."""
    off, on = ("0", "false", "no", "off"), ("1", "true", "yes", "on")
    return choice(environment, name, (*on, *off) if default else (*off, *on)) in on


def several(environment: Mapping[str, str], name: str, options: tuple[str, ...]) -> list[str]:
    """Some of `options`, with commas between; none when missing or blank."""
    parts = [part.strip() for part in environment.get(name, "").split(",")]
    return [choice({name: part}, name, options) for part in parts if part]


def whole(environment: Mapping[str, str], name: str, default: int) -> int:
    """A whole number from 0."""
    raw = environment.get(name, "").strip() or str(default)
    if not raw.isdecimal():
        raise ImproperlyConfigured(f"biến {name} phải là một số nguyên từ 0 (đang là “{raw}”).")
    return int(raw)


def address(environment: Mapping[str, str], name: str, default: str) -> str:
    """A web address without a slash at its end."""
    return url({name: default} | _filled(environment, name), name, ("http", "https")).rstrip("/")


def optional_address(environment: Mapping[str, str], name: str) -> str:
    """A web address without a slash at its end, or nothing."""
    return address(environment, name, "http://-") if environment.get(name, "").strip() else ""


def secret_address(environment: Mapping[str, str], name: str) -> str:
    """An https address as it was written, or nothing."""
    return url(environment, name, ("https",)) if environment.get(name, "").strip() else ""


def _filled(environment: Mapping[str, str], name: str) -> dict[str, str]:
    value = environment.get(name, "").strip()
    return {name: value} if value else {}


def database(environment: Mapping[str, str], name: str) -> dict[str, Any]:
    """Django's description of the PostgreSQL database at an address."""
    value = url(environment, name, ("postgres", "postgresql"))
    try:
        described: dict[str, Any] = environ.Env.db_url_config(value)
        port = described.get("PORT")
        valid = bool(described.get("NAME")) and (not port or 0 < int(port) < 65536)
    except (ValueError, ImproperlyConfigured):
        valid = False
    if not valid:
        raise ImproperlyConfigured(
            f"biến {name} không đúng dạng postgres://tên:mật-khẩu@máy:cổng/cơ-sở-dữ-liệu."
        )
    options = described.setdefault("OPTIONS", {})
    options.setdefault("connect_timeout", 5)
    # To compile a query takes the server a second, and none of ours runs as long.
    options["options"] = f"-c jit=off {options.get('options', '')}".strip()
    return described


def push_key(environment: Mapping[str, str], name: str) -> str:
    """The private key of web push, raw and as base64url; nothing where there is none.

    Takes that form, or PEM whose line ends may be written as `\\n`. Raises ImproperlyConfigured
    without repeating any of it.
    """
    given = environment.get(name, "").strip().replace("\\n", "\n")
    if not given:
        return ""
    try:
        if given.startswith("-----BEGIN"):
            key: Any = load_pem_private_key(given.encode(), password=None)
        else:
            raw = base64.b64decode(given + "=" * (-len(given) % 4), altchars=b"-_", validate=True)
            if len(raw) != KEY_BYTES:
                raise ValueError("not 32 bytes")
            key = derive_private_key(int.from_bytes(raw), SECP256R1())
        if not isinstance(key, EllipticCurvePrivateKey) or not isinstance(key.curve, SECP256R1):
            raise ValueError("not a key of P-256")
    except (ValueError, TypeError):
        raise ImproperlyConfigured(
            f"biến {name} không phải khóa P-256 (PEM hoặc base64url của 32 byte). "
            "Tạo bằng: python manage.py new_push_key"
        ) from None
    secret = key.private_numbers().private_value.to_bytes(KEY_BYTES)
    return base64.urlsafe_b64encode(secret).decode().rstrip("=")


def push_subject(environment: Mapping[str, str], name: str, *, is_needed: bool) -> str:
    """The address at which push services reach the operator: `mailto:` or https, of a real host."""
    given = environment.get(name, "").strip()
    if not given and not is_needed:
        return ""
    mail = re.fullmatch(r"mailto:[^@\s,<>]+@([\w.-]+)", given)
    web = re.fullmatch(r"https://([\w.-]+)", given)
    found = mail or web
    host = found[1].lower() if found else ""
    if (
        "." not in host
        or host.endswith((".localhost", ".local"))
        or host.replace(".", "").isdigit()
    ):
        raise ImproperlyConfigured(
            f"biến {name} phải là mailto:hộp-thư@tên-miền hoặc https://tên-miền có thật: dịch vụ "
            "đẩy của Apple từ chối localhost."
        )
    return given


def push_hosts(environment: Mapping[str, str], name: str, default: tuple[str, ...]) -> list[str]:
    """Names of push services, each with what lies below it.

    A stand-in on this machine is named by its whole origin (`http://127.0.0.1:8091`).
    """
    given = [part.strip() for part in environment.get(name, "").split(",") if part.strip()]
    for entry in given:
        parts = urlsplit(entry)
        is_origin = bool(re.fullmatch(r"http://127\.0\.0\.1:\d{1,5}", entry)) and parts.port
        if not is_origin and not re.fullmatch(r"(?:[a-z0-9-]+\.)+[a-z]{2,}", entry):
            raise ImproperlyConfigured(
                f"biến {name} chỉ nhận tên miền của dịch vụ đẩy, cách nhau bằng dấu phẩy "
                f"(đang có “{entry}”)."
            )
    return given or list(default)


PRACTICE_SECRET_MIN_LENGTH = 32
PRACTICE_SUFFIX = "practice"


def practice_secret(environment: Mapping[str, str], name: str) -> str:
    """The one secret of the practice portal: at least 32 letters and digits, as an address takes
    them."""
    value = required(environment, name)
    if len(value) < PRACTICE_SECRET_MIN_LENGTH or not value.isalnum() or not value.isascii():
        raise ImproperlyConfigured(f"{name} phải là ít nhất 32 chữ và số không dấu.")
    return value


def practice_database(environment: Mapping[str, str], name: str) -> str:
    """The address of a database whose name says that it is for practice."""
    value = required(environment, name)
    if not database(environment, name)["NAME"].endswith(PRACTICE_SUFFIX):
        raise ImproperlyConfigured(
            f"cơ sở dữ liệu ở {name} phải có tên kết thúc bằng “{PRACTICE_SUFFIX}”: cổng tập không "
            "chạy trên dữ liệu thật."
        )
    return value
