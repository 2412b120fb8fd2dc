"""Structured logs without personal data: one JSON object a line, phones and tokens struck out."""

import json
import logging
import re
from datetime import UTC, datetime

_SECRETS = (
    (
        re.compile(r"(?i)((?:access|refresh)_token|secret_key|appsecret_proof|password"
                   r"|code_verifier|(?<![a-z_])(?:code|state)(?==[\w-]{16}))"
                   r"(['\"]?\s*[=:]\s*['\"]?)[^\s'\"&,}]+"),
        r"\1\2[đã che]",
    ),
    # before the phones, which may lie inside
    (re.compile(r"(?<!\d)\d{4}(?:[\s.+–-]{0,3}\d{4}){4}(?!\d)"), "[mã biên nhận]"),
    (re.compile(r"(?<!\d)(?:\+?84|0)(?:[\s.-]?\d){9,10}(?!\d)"), "[số điện thoại]"),
    (re.compile(r"(?<!\d)\d{12}(?!\d)"), "[số định danh]"),
)  # fmt: skip

RESIDENTS = re.compile("/phan-anh|/thu-tuc|/static/reports/|[?&]lien-ket=")


def redact(text: str) -> str:
    """Strike out receipts of residents, phone numbers, national ids and credentials."""
    for pattern, replacement in _SECRETS:
        text = pattern.sub(replacement, text)
    return text


class RedactingFilter(logging.Filter):
    """Renders the message early and strikes out what must not reach a log file.

    Of the pages for residents nothing is written but errors of ours: a line for each request would
    say to the second when somebody told something, and what somebody asked stands in the address.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        message = record.getMessage()
        if RESIDENTS.search(message) and record.levelno < logging.ERROR:
            return False
        record.msg = redact(message)
        record.args = None
        return True


class JsonFormatter(logging.Formatter):
    """One object a line: time (UTC, ISO 8601), level, logger, message, traceback."""

    def format(self, record: logging.LogRecord) -> str:
        entry = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        if record.exc_info:
            entry["traceback"] = redact(self.formatException(record.exc_info))
        return json.dumps(entry, ensure_ascii=False)
