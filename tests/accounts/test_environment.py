"""Variables: a wrong one is one sentence that names it and repeats no secret."""

import base64
import os
import subprocess
import sys

import pytest
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import connection

from config import environment

KEY = base64.b64encode(b"k" * 32).decode()


@pytest.mark.parametrize("value", [{}, {"NAME": ""}, {"NAME": "   "}])
def test_missing_variable_is_named(value):
    with pytest.raises(ImproperlyConfigured, match="thiếu biến môi trường NAME"):
        environment.required(value, "NAME")


def test_address_must_have_a_known_scheme():
    with pytest.raises(ImproperlyConfigured, match=r"biến URL phải bắt đầu bằng a:// hoặc b://"):
        environment.url({"URL": "mysql://x"}, "URL", ("a", "b"))


def test_keys_keep_their_order():
    assert list(environment.encryption_keys(f" k2:{KEY} , k1:{KEY}, ")) == ["k2", "k1"]


@pytest.mark.parametrize(
    "value",
    [
        "",
        " , ",
        "k1",
        KEY,
        "k1:not-base64!",
        f"k1:{base64.b64encode(b'short').decode()}",
        f"k-1:{KEY}",
        f":{KEY}",
        f"k1:{KEY},k1:{KEY}",
    ],
)
def test_wrong_keys_are_refused_without_repeating_them(value):
    with pytest.raises(ImproperlyConfigured) as refusal:
        environment.encryption_keys(value)

    assert KEY not in str(refusal.value)
    assert "DATA_ENCRYPTION_KEYS" in str(refusal.value)


def test_blind_index_key_must_be_long():
    assert environment.blind_index_key("x" * 32) == "x" * 32
    with pytest.raises(ImproperlyConfigured, match="ít nhất 32 ký tự"):
        environment.blind_index_key("x" * 31)


@pytest.mark.parametrize(("raw", "number"), [("", 10), ("2.5", 2.5), (" 7 ", 7)])
def test_number_is_read_or_defaulted(raw, number):
    assert environment.positive({"N": raw}, "N", 10) == number


@pytest.mark.parametrize("raw", ["0", "-1", "abc", "inf", "nan"])
def test_number_must_be_positive(raw):
    with pytest.raises(ImproperlyConfigured, match="biến N phải là một số lớn hơn 0"):
        environment.positive({"N": raw}, "N", 10)


def test_choice_is_one_of_the_known():
    assert environment.choice({}, "C", ("ignore", "store")) == "ignore"
    with pytest.raises(ImproperlyConfigured, match="biến C chỉ nhận: ignore, store"):
        environment.choice({"C": "keep"}, "C", ("ignore", "store"))


@pytest.mark.parametrize(
    ("query", "options"),
    [
        ("", "-c jit=off"),
        ("?options=-c%20statement_timeout%3D9s", "-c jit=off -c statement_timeout=9s"),
        ("?options=-c%20jit%3Don", "-c jit=off -c jit=on"),
    ],
)
def test_database_compiles_no_query_unless_its_address_says_so(query, options):
    name = f"postgres://u@h/d{query}"

    assert environment.database({"X": name}, "X")["OPTIONS"]["options"] == options


def test_session_compiles_no_query(db):
    with connection.cursor() as cursor:
        cursor.execute("SHOW jit")
        assert cursor.fetchone() == ("off",)


def manage(**changes: str | None) -> subprocess.CompletedProcess[str]:
    variables = {**os.environ, "DJANGO_SETTINGS_MODULE": "config.settings"}
    for name, value in changes.items():
        variables.pop(name, None)
        if value is not None:
            variables[name] = value
    return subprocess.run(
        [sys.executable, "manage.py", "check"],
        cwd=settings.BASE_DIR, env=variables, capture_output=True, text=True, check=False,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("SECRET_KEY", None, "thiếu biến môi trường SECRET_KEY"),
        ("DATABASE_URL", None, "thiếu biến môi trường DATABASE_URL"),
        ("DATABASE_URL", "mysql://u@h/d", "biến DATABASE_URL phải bắt đầu bằng"),
        ("REDIS_URL", None, "thiếu biến môi trường REDIS_URL"),
        ("DATA_ENCRYPTION_KEYS", "k1:short", "khóa thứ 1 trong DATA_ENCRYPTION_KEYS"),
        ("BLIND_INDEX_KEY", "short", "BLIND_INDEX_KEY phải dài ít nhất"),
        ("ZALO_TIMEOUT_S", "soon", "biến ZALO_TIMEOUT_S phải là một số lớn hơn 0"),
        ("MEMBER_NATIONAL_ID", "keep", "biến MEMBER_NATIONAL_ID chỉ nhận"),
    ],
)
def test_command_line_says_one_sentence_and_no_traceback(name, value, sentence):
    done = manage(**{name: value})

    assert done.returncode == 1
    assert done.stderr.startswith("Cấu hình chưa đúng: ")
    assert sentence in done.stderr
    assert "Traceback" not in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


def test_command_line_says_when_the_database_does_not_answer():
    variables = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "DATABASE_URL": "postgres://nobody@127.0.0.1:9/none",
    }
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "manage.py", "migrate", "--check"],
        cwd=settings.BASE_DIR, env=variables, capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert done.returncode == 1
    assert done.stderr.startswith("Không dùng được cơ sở dữ liệu.")
    assert "Traceback" not in done.stderr
