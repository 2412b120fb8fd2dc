"""Having an administrator of the account grant access in a browser: from button to saved pair.

An attempt is a row. What comes back is checked in this order: the account that began it, the state
(used once), the time, the expected Official Account; then the code is exchanged, the pair is put
aside sealed, and Zalo is asked whose it is. Only after that is anything of the account changed, by
the rules of `zalo.tokens.connecting`. A pair that Zalo could not be asked about waits on its
attempt and is settled by `settle_received`.
"""

import hashlib
import logging
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Final

from django.conf import settings
from django.core.cache import cache
from django.db import DatabaseError, IntegrityError, transaction
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _

from accounts.audit import services as audit
from accounts.models import Commune, User
from zalo.client import codes
from zalo.client.errors import ZaloError, ZaloRejected, ZaloUncertain
from zalo.client.types import OaProfile, TokenPair
from zalo.official_accounts import call_log
from zalo.official_accounts.models import ATTEMPT_LIFE, ConsentAttempt, OfficialAccount
from zalo.tokens import connecting, oauth, write_ahead
from zalo.tokens import services as tokens
from zalo.tokens.connecting import Check, ConnectionRefused

logger = logging.getLogger(__name__)
Outcome = ConsentAttempt.Outcome
LEASE_S: Final = 120
INTERRUPTED_AFTER: Final = timedelta(minutes=2)


class ConsentFailed(Exception):
    """Nothing was connected; the message says in Vietnamese why and what to do."""


@dataclass(frozen=True, slots=True)
class Finished:
    """Outcome of an attempt; without an account it waits until Zalo can be asked."""

    sentence: str
    account: OfficialAccount | None = None


def begin(commune: Commune, *, by: User, redirect_uri: str) -> str:
    """Start an attempt; returns the address at Zalo to which the browser must go.

    Raises ConsentFailed where our application has no id or secret.
    """
    if not settings.ZALO_APP_ID or not settings.ZALO_APP_SECRET:
        raise ConsentFailed(
            _(
                "Chưa đặt ZALO_APP_ID và ZALO_APP_SECRET trên máy chủ nên chưa xin cấp quyền được. "
                "Quản trị kỹ thuật hãy điền hai biến này vào tệp .env rồi chạy lại."
            )
        )
    state, verifier = secrets.token_urlsafe(32), oauth.new_verifier()
    present = OfficialAccount.objects.filter(commune=commune).first()
    now = timezone.now()
    with transaction.atomic():
        attempt = ConsentAttempt.objects.create(
            commune=commune,
            expected_oa_id=present.oa_id if present else "",
            redirect_uri=redirect_uri[:300],
            state_hash=_hashed(state),
            code_verifier=verifier,
            created_by=by,
            expires_at=now + ATTEMPT_LIFE,
        )
        audit.record("zalo.consent_begun", by=by, target=attempt, commune=commune)
    return oauth.permission_url(
        settings.ZALO_OAUTH_URL,
        app_id=settings.ZALO_APP_ID,
        redirect_uri=redirect_uri,
        verifier=verifier,
        state=state,
    )


def finish(answer: Mapping[str, str], *, by: User) -> Finished:
    """Process Zalo's redirect: exchange the code, check the account, save the pair.

    Raises ConsentFailed with a sentence of its own for every failure; the tokens in use are
    untouched then.
    """
    attempt = _claimed(answer.get("state", ""), by)
    attempt.granted_oa_id = answer.get("oa_id", "")[:40]
    try:
        code = _code_of(answer, attempt)
        _keep(attempt, _exchanged(attempt, code))
        return _settle(attempt)
    except ConsentFailed as failure:
        _end(attempt, Outcome.REFUSED, str(failure))
        raise


def settle_received() -> dict[str, int]:
    """Ask again whose the pairs are that were received while Zalo could not be asked.

    Called by the periodic task. Also finds the pair of an attempt whose process was killed
    before it was saved, and closes attempts whose time is over. Returns counts.
    """
    counts = {"settled": 0, "still_waiting": 0}
    now = timezone.now()
    for broken in ConsentAttempt.objects.interrupted(now - INTERRUPTED_AFTER):
        pair = write_ahead.find(_name(broken))
        if pair is not None:
            _keep(broken, pair)
        else:
            _end(broken, Outcome.REFUSED, _("Máy chủ bị ngắt giữa chừng; hãy bấm “Kết nối” lại."))
    for stale in ConsentAttempt.objects.stale(now):
        _end(stale, Outcome.EXPIRED, _("Không có ai quay về từ trang cấp quyền trong 10 phút."))
    for attempt in ConsentAttempt.objects.received():
        try:
            finished = _settle(attempt)
        except ConsentFailed as failure:
            _end(attempt, Outcome.REFUSED, str(failure))
            counts["settled"] += 1
        else:
            counts["settled" if finished.account else "still_waiting"] += 1
    return counts


def _name(attempt: ConsentAttempt) -> str:
    """By what the pair of an attempt is put aside."""
    return f"consent:{attempt.uuid}"


def _hashed(state: str) -> str:
    return hashlib.sha256(state.encode()).hexdigest()


def _claimed(state: str, by: User) -> ConsentAttempt:
    """The attempt of this state and this account, marked as used; each can be claimed once."""
    wanted = _hashed(state)
    attempt = ConsentAttempt.objects.filter(state_hash=wanted).select_related("commune").first()
    if attempt is None or not constant_time_compare(attempt.state_hash, wanted):
        raise ConsentFailed(
            _(
                "Không nhận ra lần cấp quyền này: nó không bắt đầu từ hệ thống. Không có gì thay "
                "đổi; hãy bấm “Kết nối” lại từ đầu."
            )
        )
    if attempt.created_by_id != by.pk:
        raise ConsentFailed(
            _(
                "Lần cấp quyền này do tài khoản khác bắt đầu. Hãy đăng nhập bằng tài khoản đã bấm "
                "“Kết nối”, hoặc tự bấm “Kết nối” lại từ đầu."
            )
        )
    now = timezone.now()
    fresh = ConsentAttempt.objects.filter(pk=attempt.pk, used_at=None)
    if not fresh.update(used_at=now):
        raise ConsentFailed(
            _(
                "Lần cấp quyền này đã được dùng rồi (có thể trang vừa được tải lại). Hãy xem kết "
                "quả ở trang sức khỏe kết nối; nếu chưa kết nối, bấm “Kết nối” lại từ đầu."
            )
        )
    attempt.used_at = now
    if now >= attempt.expires_at or attempt.outcome != Outcome.WAITING:
        sentence = _("Đã quá 10 phút kể từ lúc bấm “Kết nối”. Hãy bấm lại từ đầu.")
        _end(attempt, Outcome.EXPIRED, sentence)
        raise ConsentFailed(sentence)
    return attempt


def _code_of(answer: Mapping[str, str], attempt: ConsentAttempt) -> str:
    code = answer.get("code", "")
    if not code:
        error = answer.get("error", "") or answer.get("error_code", "")
        number = int(error) if error.lstrip("-").isdigit() and len(error) < 10 else None
        entry = codes.find(number)
        raise ConsentFailed(
            entry.sentence
            if entry
            else _(
                "Trên trang của Zalo chưa có ai bấm đồng ý, nên chưa kết nối. Quyền đang dùng (nếu "
                "có) vẫn giữ nguyên; khi sẵn sàng hãy bấm “Kết nối” lại."
            )
        )
    granted, expected = attempt.granted_oa_id, attempt.expected_oa_id
    if expected and granted and granted != expected:
        raise ConsentFailed(_wrong_account(granted, expected))
    return code


def _wrong_account(granted: str, expected: str) -> str:
    return _(
        "Trên trang của Zalo đã chọn OA %(granted)s, nhưng xã đang dùng OA %(expected)s. Không có "
        "gì thay đổi. Hãy bấm “Kết nối” lại và chọn đúng OA."
    ) % {"granted": granted, "expected": expected}


def _exchanged(attempt: ConsentAttempt, code: str) -> TokenPair:
    account = OfficialAccount.objects.filter(commune=attempt.commune).first()
    account_id = account.pk if account else None
    try:
        return oauth.exchange_code(
            settings.ZALO_OAUTH_URL,
            app_id=settings.ZALO_APP_ID,
            app_secret=settings.ZALO_APP_SECRET,
            code=code,
            verifier=attempt.code_verifier,
            timeout=tokens.timeout(),
            observer=partial(call_log.record, account_id, reference="consent"),
        )
    except ZaloUncertain as error:
        raise ConsentFailed(
            _(
                "Mất liên lạc với Zalo đúng lúc đổi mã, nên mã cấp quyền có thể đã bị dùng mất. "
                "Hãy bấm “Kết nối” lại từ đầu."
            )
        ) from error
    except ZaloRejected as error:
        raise ConsentFailed(str(error)) from error
    except ZaloError as error:
        raise ConsentFailed(
            _(
                "Chưa đổi được mã cấp quyền vì không liên lạc được với Zalo, hoặc Zalo trả lời "
                "không đọc được. Hãy kiểm tra đường truyền rồi bấm “Kết nối” lại từ đầu."
            )
        ) from error
    finally:
        call_log.flush()


def _keep(attempt: ConsentAttempt, pair: TokenPair) -> None:
    """Save the pair on its attempt before anything else is done with it."""
    write_ahead.put(_name(attempt), pair)
    attempt.access_token, attempt.refresh_token = pair.access_token, pair.refresh_token
    attempt.access_life_s, attempt.refresh_life_s = pair.expires_in, pair.refresh_expires_in
    attempt.received_at = timezone.now()
    attempt.outcome, attempt.code_verifier = Outcome.RECEIVED, ""
    attempt.save()
    write_ahead.drop(_name(attempt))


def _settle(attempt: ConsentAttempt) -> Finished:
    """Ask whose the pair of an attempt is, and bind it; ConsentFailed where it must not be."""
    pair = TokenPair(
        attempt.access_token, attempt.refresh_token, attempt.access_life_s, attempt.refresh_life_s
    )
    claimed = attempt.expected_oa_id or attempt.granted_oa_id
    waiting = _(
        "Zalo đã cấp quyền, nhưng chưa hỏi lại được đây là OA nào. Mã đã được cất an toàn; hệ "
        "thống tự hỏi lại sau vài phút rồi mới dùng."
    )
    lease = f"zalo:settling:{attempt.pk}"
    if not cache.add(lease, 1, LEASE_S):
        return Finished(waiting)
    try:
        check, sentence, profile, pair = connecting.examine(
            claimed, pair, keep=partial(_keep, attempt)
        )
        oa_id = (profile.oa_id if profile else "") or claimed
        if check is Check.UNREACHABLE or not oa_id:
            ConsentAttempt.objects.filter(pk=attempt.pk).update(sentence=waiting)
            return Finished(waiting)
        connecting.require_free(attempt.commune, oa_id)
        account = _bind(attempt, oa_id, pair, profile)
    except ConnectionRefused as error:
        raise ConsentFailed(str(error)) from error
    except IntegrityError as error:
        raise ConsentFailed(
            _("OA này vừa được kết nối ở nơi khác. Hãy mở trang sức khỏe kết nối để xem lại.")
        ) from error
    finally:
        cache.delete(lease)
    tokens.remember(account)
    return Finished(attempt.sentence if not sentence else f"{attempt.sentence} {sentence}", account)


@transaction.atomic
def _bind(
    attempt: ConsentAttempt, oa_id: str, pair: TokenPair, profile: OaProfile | None
) -> OfficialAccount:
    account = connecting.save(
        attempt.commune,
        oa_id,
        pair,
        profile,
        by=attempt.created_by,
        received_at=attempt.received_at,
    )
    _end(attempt, Outcome.CONNECTED, _("Đã kết nối OA %(name)s.") % {"name": account})
    return account


def _end(attempt: ConsentAttempt, outcome: str, sentence: str) -> None:
    """Write the outcome and empty every secret of the attempt."""
    attempt.outcome, attempt.sentence = outcome, sentence
    attempt.code_verifier = attempt.access_token = attempt.refresh_token = ""
    try:
        with transaction.atomic():
            attempt.save()
            if outcome == Outcome.REFUSED:
                audit.record(
                    "zalo.consent_refused", by=attempt.created_by, target=attempt, reason=sentence
                )
    except DatabaseError:
        if outcome == Outcome.CONNECTED:
            raise
        logger.exception("the outcome of consent attempt %s was not saved", attempt.pk)
