"""Variables of web push: a wrong one is one sentence that repeats no secret."""

import base64

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
)
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command

from config import environment

RAW = "yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"
DEFAULT = ("fcm.googleapis.com",)


def pem(key: ec.EllipticCurvePrivateKey) -> str:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


def push_key(value: str) -> str:
    return environment.push_key({"KEY": value}, "KEY")


def test_key_is_read_raw_and_from_pem_on_one_line_or_several():
    secret = int.from_bytes(base64.urlsafe_b64decode(RAW + "="))
    text = pem(ec.derive_private_key(secret, ec.SECP256R1()))

    assert push_key(f" {RAW} ") == RAW
    assert push_key(RAW + "=") == RAW
    assert push_key(text) == RAW
    assert push_key(text.replace("\n", "\\n")) == RAW


def test_without_a_key_push_is_off_and_needs_no_subject():
    assert push_key("  ") == ""
    assert environment.push_subject({}, "SUB", is_needed=False) == ""


@pytest.mark.parametrize(
    "value",
    ["secret-of-ours", RAW[:-4], "A" * 43, "-----BEGIN PRIVATE KEY-----\nsecret\n-----END",
     pem(ec.generate_private_key(ec.SECP384R1()))],
    ids=["words", "short", "zero", "broken", "other curve"],
)  # fmt: skip
def test_wrong_key_is_refused_without_being_repeated(value):
    with pytest.raises(ImproperlyConfigured, match="khóa P-256") as refusal:
        push_key(value)

    assert value not in str(refusal.value)
    assert refusal.value.__cause__ is None


@pytest.mark.parametrize(
    "value",
    ["", "mailto:a@localhost", "https://localhost", "https://127.0.0.1", "http://a.example.vn",
     "a@b.vn", "mailto:a@may.local", "https://a.example.vn/x", "mailto:a@b"],
)  # fmt: skip
def test_subject_that_apple_refuses_is_refused_here(value):
    with pytest.raises(ImproperlyConfigured, match="mailto:"):
        environment.push_subject({"SUB": value}, "SUB", is_needed=True)


@pytest.mark.parametrize("value", ["mailto:truc@congan.example.vn", "https://a.example.vn"])
def test_subject_of_a_real_host_is_taken(value):
    assert environment.push_subject({"SUB": value}, "SUB", is_needed=True) == value


def test_hosts_are_names_or_a_stand_in_on_this_machine():
    given = {"HOSTS": "push.example.com, http://127.0.0.1:8091"}

    assert environment.push_hosts({}, "HOSTS", DEFAULT) == list(DEFAULT)
    assert environment.push_hosts(given, "HOSTS", DEFAULT) == [
        "push.example.com", "http://127.0.0.1:8091",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "entry",
    ["*", "com", "127.0.0.1", "localhost", "https://a.com", "http://10.0.0.1:80",
     "http://127.0.0.1", "http://127.0.0.1:80/x", "a.com/x", ".a.com"],
)  # fmt: skip
def test_host_that_is_none_is_refused(entry):
    with pytest.raises(ImproperlyConfigured, match="HOSTS"):
        environment.push_hosts({"HOSTS": entry}, "HOSTS", DEFAULT)


def test_command_prints_a_key_that_the_settings_read(capsys):
    call_command("new_push_key")

    printed = capsys.readouterr().out.strip()
    assert push_key(printed) == printed
