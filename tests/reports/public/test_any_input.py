"""Pages for residents and the webhook answer any input, and never with a 500.

The test client raises what a view raises, so every example that passes was answered on purpose.
The forms are described here for Hypothesis itself: Schemathesis reads an OpenAPI description, which
pages of HTML forms and a webhook of somebody else's making do not have.
"""

import json
from os.path import basename
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from django.utils.http import urlencode
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import Commune
from reports.models import TipReport
from reports.public import demands, form_tokens
from reports.public.forms import PLACES, SUBJECTS, Draft
from reports.tips import receipts
from tests.factories.accounts import make_commune
from tests.factories.groups import make_hamlet
from tests.factories.tips import make_tip
from tests.factories.zalo import make_official_account
from tests.reports.public.walking import Walk
from tests.zalo.webhooks import OA_SECRET, message, post
from zalo.inbox.events import MEANINGS
from zalo.inbox.interpreting import interpret_due
from zalo.models import OfficialAccount, WebhookEvent

OFTEN = settings(
    max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
GIVEN_ANSWERS = {200, 301, 302, 400, 403, 404, 405, 413, 503}
ADDRESSES = ("", "{code}/", "{code}/bao-tin/", "{code}/bien-nhan/", "tra-cuu/")
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)
ODD = st.sampled_from(
    ["", "\0", "a\0b", "-1", "0", "9" * 40, "1e9", "٣٤", "None", "co", "khong", "2026-02-30",
     "31/02/2026", "0001-01-01", "9999-12-31", "Mật", "TỐI MẬT", "‮", "\u2028", "x" * 5000, "[]",
     "{}", "edit:", "edit:check", "edit:\0", "now", "%s", "'", "\\N", "v1:t2:AAAA", "v1::", ":::"]
)  # fmt: skip
WORD = st.one_of(TEXT, ODD)
FIELDS = [
    "step", "go", "draft", "after", "now", "subject", "words", "hamlet", "place", "when", "on",
    "how", "who", "why_unnamed", "name", "phone", "letter", "proof", "work", "hoi", "dap", "kept",
    "cuoi", "ma", "cua", "viec", "loi", "lan", "tim", "csrfmiddlewaretoken",
]  # fmt: skip
GO = ["next", "back", "send", "stay", "renew", *(f"edit:{place}" for place in PLACES)]
VALUES = {
    "step": st.sampled_from(PLACES), "go": st.sampled_from(GO),
    "subject": st.sampled_from(list(SUBJECTS)), "viec": st.sampled_from(["noi-them", "chua-xong"]),
    "who": st.sampled_from(["co", "khong"]), "now": st.sampled_from(["co", "khong"]),
    "letter": st.sampled_from(["denunciation", "complaint"]),
}  # fmt: skip
SENT = st.fixed_dictionaries(
    {},
    optional={name: st.one_of(WORD, VALUES[name]) if name in VALUES else WORD for name in FIELDS},
)
UPLOADS = st.lists(
    st.tuples(
        st.one_of(
            TEXT.filter(lambda name: basename(name) not in {"", ".", ".."}),
            st.sampled_from(["a.jpg", "../x", "MẬT.jpg", "a\0.png"]),
        ),
        st.one_of(
            st.binary(max_size=200),
            st.sampled_from(
                [b"\xff\xd8\xff\xe0", b"\x89PNG\r\n\x1a\n", b"GIF89a", b"RIFF0000WEBP"]
            ),
        ),
    ),
    max_size=3,
)
HEADERS = st.fixed_dictionaries(
    {},
    optional={
        "X-Forwarded-For": st.one_of(ODD, st.sampled_from(["::1%eth0", "1.2.3.4, 5.6.7.8", ",,"])),
        "User-Agent": ODD, "Accept-Language": ODD, "Cookie": ODD, "Referer": ODD,
    },
).map(lambda given: {name: value.encode("ascii", "ignore").decode().replace("\0", "")
                     for name, value in given.items()})  # fmt: skip


@pytest.fixture
def place(db: None) -> Commune:
    commune = make_commune("Bình Minh", code="90001")
    make_hamlet(commune)
    return commune


def seals(commune: Commune, said: dict[str, str], kind: int) -> dict[str, str]:
    """Fields that carry something, now and then as the portal itself sealed it."""
    now = timezone.now()
    answers = {"now": "khong", "subject": "te-nan", "words": "Có trộm", **said}
    answers = {name: value for name, value in answers.items() if name not in {"draft", "cua"}}
    tip = make_tip(commune)
    made = {
        "draft": Draft(answers).sealed(commune, now=now),
        "cua": form_tokens.seal_door(tip.uuid, now=now),
        "kept": form_tokens.seal_draft(
            {"tip": tip.uuid.hex, "receipt": receipts.new()}, purpose="receipt", now=now
        ),
    }
    if kind == 1:  # somebody changed it on the way
        made = {name: value[:-8] + "AAAAAAA=" for name, value in made.items()}
    if kind == 2:  # something of another kind stands in its place
        made = {"draft": made["kept"], "cua": made["draft"], "kept": made["cua"]}
    return made


def answered(client: Client, method: str, address: str, **sent: Any) -> Any:
    answer = getattr(client, method)(address, **sent)
    assert answer.status_code in GIVEN_ANSWERS, (answer.status_code, address)
    assert b"Traceback" not in answer.content
    return answer


@OFTEN
@given(
    address=st.sampled_from(ADDRESSES), sent=SENT, uploads=UPLOADS, headers=HEADERS,
    kind=st.integers(0, 3),
)  # fmt: skip
def test_any_form_is_answered(place, address, sent, uploads, headers, kind):
    before = TipReport.objects.count()
    carried = seals(place, sent, kind) if kind < 3 else {}
    files = [SimpleUploadedFile(name, content) for name, content in uploads]
    address = f"/phan-anh/{address.format(code=place.code)}"

    answered(Client(headers=headers), "post", address, data={**sent, **carried, "anh": files})

    assert TipReport.objects.count() - before <= 2  # the one of the seals, and what was sent


@OFTEN
@given(
    address=st.sampled_from(ADDRESSES), code=WORD, query=st.dictionaries(WORD, WORD, max_size=3),
    method=st.sampled_from(["get", "head", "post", "put", "patch", "delete", "options", "trace"]),
)  # fmt: skip
def test_any_address_is_answered(place, address, code, query, method):
    typed = urlencode({"": code})[1:].replace("+", "%20")
    path = address.format(code=typed or "x")

    answered(Client(), method, f"/phan-anh/{path}?{urlencode(query)}")


@OFTEN
@given(
    address=st.sampled_from(ADDRESSES), body=st.binary(max_size=300),
    content_type=st.sampled_from([
        "application/x-www-form-urlencoded", "multipart/form-data; boundary=x",
        "multipart/form-data", "application/json", "text/plain; charset=nonsense",
        "application/x-www-form-urlencoded; charset=utf-16", "",
    ]),
)  # fmt: skip
def test_any_bytes_are_answered(place, address, body, content_type):
    path = f"/phan-anh/{address.format(code=place.code)}"

    answer = Client().generic("POST", path, body, content_type=content_type)

    assert answer.status_code in GIVEN_ANSWERS


def looked_up(place: Commune, receipt: str) -> tuple[Any, ...]:
    """Return everything that tells one answer to a receipt from another, from outside."""
    walk = Walk(place)
    walk.go_to("/phan-anh/tra-cuu/")
    walk.press(ma=receipt)
    headers, cookies = sorted(walk.answer.headers), walk.answer.cookies.keys()
    return walk.answer.status_code, headers, len(walk.html), cookies


@pytest.fixture
def answer_to_nobody(place, monkeypatch) -> tuple[Any, ...]:
    """The answer to a receipt in its right form that was never given."""
    calm = demands.Demand(demands.CALM_BITS, is_needed=False)
    monkeypatch.setattr(demands, "weigh", lambda *args, **kwargs: calm)
    return looked_up(place, receipts.new())


@OFTEN
@given(typed=st.one_of(WORD, st.integers(0, 10**20 - 1).map(lambda number: f"{number:020d}")))
def test_any_receipt_that_is_nobodys_is_answered_alike(place, answer_to_nobody, typed):
    assert looked_up(place, typed) == answer_to_nobody


PIECES = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), WORD),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=8,
)
SPOTS = ["sender", "recipient", "message", "timestamp", "user_id", "oa_id", "group_id", "info"]
IN_A_MESSAGE = ["text", "msg_id", "attachments", "quote_msg_id", "conversation_id"]


@OFTEN
@given(
    name=st.sampled_from([*MEANINGS, "new"]),
    over=st.dictionaries(st.sampled_from(SPOTS), PIECES, max_size=3),
    inside=st.dictionaries(st.sampled_from(IN_A_MESSAGE), PIECES, max_size=3),
)
def test_any_event_is_taken_and_breaks_nothing(place, settings, name, over, inside):
    settings.ZALO_OA_SECRET_KEY = OA_SECRET
    WebhookEvent.objects.all().delete()
    if not OfficialAccount.objects.exists():
        make_official_account(place, oa_id="9001")
    content = {**message(name, message=inside), **over}
    stamp = content["timestamp"]

    answer = post(
        Client(), json.dumps(content).encode(),
        sign=None if isinstance(stamp, str) else "mac=" + "0" * 64,
    )  # fmt: skip
    interpret_due()

    assert answer.status_code in {200, 400, 403}
    assert WebhookEvent.objects.exclude(last_error="").values_list("last_error").first() is None


@OFTEN
@given(body=st.binary(max_size=300), sign=st.one_of(st.none(), WORD))
def test_any_bytes_at_the_webhook_are_refused(place, settings, body, sign):
    settings.ZALO_OA_SECRET_KEY = OA_SECRET
    header = {} if sign is None else {
        "X-ZEvent-Signature": sign.encode("ascii", "ignore").decode().replace("\0", "")
    }  # fmt: skip

    answer = Client().post("/zalo/webhook/", body, content_type="application/json", headers=header)

    assert answer.status_code in {400, 403}
    assert not WebhookEvent.objects.exists()
