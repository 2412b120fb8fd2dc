"""Logs hold no phone, no identity number and no credential."""

import json
import logging

import pytest

from config.logs import JsonFormatter, RedactingFilter, redact


@pytest.mark.parametrize(
    "secret",
    [
        "0900000111",
        "0900 000 111",
        "0900.000.111",
        "+84900000111",
        "84900000111",
        "070199000111",
        "access_token=abc-def",
        "refresh_token: 'xyz'",
        '"secret_key": "s3cret"',
        "password=hunter2",
    ],
)
def test_secrets_are_struck_out(secret):
    told = redact(f"trước {secret} sau")

    for part in ("0900000111", "900 000 111", "000.111", "070199000111", "abc-def", "xyz", "s3cret",
                 "hunter2"):  # fmt: skip
        assert part not in told
    assert told.startswith("trước ")
    assert told.endswith(" sau")


@pytest.mark.parametrize(
    "plain", ["commune 12345", "2026-11-25 10:20:30", "broadcast 900", "lỗi -216"]
)
def test_ordinary_numbers_stay(plain):
    assert redact(plain) == plain


def line(message: str, *args: object, error: Exception | None = None) -> dict[str, str]:
    info = (type(error), error, error.__traceback__) if error else None
    record = logging.LogRecord("test", logging.INFO, __file__, 1, message, args, info)
    RedactingFilter().filter(record)
    return json.loads(JsonFormatter().format(record))


def test_line_is_one_json_object_with_arguments_filled_in():
    told = line("gọi %s cho %d nhóm", "0900000111", 3)

    assert told["message"] == "gọi [số điện thoại] cho 3 nhóm"
    assert told["level"] == "INFO"
    assert told["time"].endswith("+00:00")


def test_traceback_is_redacted_too():
    try:
        raise ValueError("phone 0900000111")
    except ValueError as error:
        told = line("hỏng", error=error)

    assert "ValueError" in told["traceback"]
    assert "0900000111" not in told["traceback"]


@pytest.mark.parametrize(
    ("level", "message", "is_written"),
    [
        (logging.INFO, '"POST /phan-anh/90001/bao-tin/ HTTP/1.1" 200 3499', False),
        (logging.INFO, '"GET /static/reports/receipt.js HTTP/1.1" 200 12', False),
        (logging.WARNING, "Not Found: /phan-anh/tra-cuu/x", False),
        (logging.INFO, '"GET /thu-tuc/?q=cha+toi+bi+bat HTTP/1.1" 200 3499', False),
        (logging.WARNING, "Not Found: /thu-tuc/khong-co/", False),
        (logging.INFO, '"GET /nhom-chinh-thuc/90001/?lien-ket=zalo.me/g/x HTTP/1.1" 200', False),
        (logging.WARNING, "Forbidden (CSRF cookie not set.): /phan-anh/90001/bao-tin/", False),
        (logging.ERROR, "Internal Server Error: /phan-anh/90001/bao-tin/", True),
        (logging.INFO, '"GET /nhom-chinh-thuc/90001/ HTTP/1.1" 200 12', True),
    ],
)
def test_of_the_pages_for_residents_only_errors_of_ours_are_written(level, message, is_written):
    record = logging.LogRecord("django.server", level, __file__, 1, "%s", (message,), None)

    assert RedactingFilter().filter(record) is is_written


@pytest.mark.parametrize(
    "receipt",
    [
        "40718293650147382916",
        "4071 8293 6501 4738 2916",
        "4071.8293.6501.4738.2916",
        "4071 - 8293 - 6501 - 4738 - 2916",
        "4071+8293+6501+4738+2916",
        "0912 3456 7890 0251 0001",
    ],
)
def test_receipts_of_residents_are_struck_out(receipt: str) -> None:
    assert redact(f"tra cứu {receipt}, hết") == "tra cứu [mã biên nhận], hết"


def test_other_long_numbers_stay() -> None:
    said = "nhóm 1234567890123456789, số 4071 8293 6501 4738"

    assert redact(said) == said
