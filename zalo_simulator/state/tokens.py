"""The account's tokens, the codes of the permission page, and the rate."""

import base64
import hashlib
import secrets
from typing import Final

from zalo_simulator.records import Code, Tokens
from zalo_simulator.state.base import PERMISSIONS, Base

ACCESS_TOKEN_LIFE_S: Final = 90_000
REFRESH_TOKEN_LIFE_S: Final = 90 * 86_400
CODE_LIFE_S: Final = 600
PLATFORM_RATE: Final = 4000


class TokenState(Base):
    """One pair at a time; every new pair kills the one before it."""

    def __init__(self, *, access_token: str = "", refresh_token: str = "", **names: str) -> None:
        super().__init__(**names)
        self.codes: dict[str, Code] = {}
        self._windows: dict[str, tuple[int, int]] = {}
        self.tokens = self._pair(access_token, refresh_token)

    def _pair(self, access: str = "", refresh: str = "") -> Tokens:
        now = self.now()
        return Tokens(
            access or self.secret("at"),
            refresh or self.secret("rt"),
            now + ACCESS_TOKEN_LIFE_S,
            now + REFRESH_TOKEN_LIFE_S,
        )

    def access_error(self, token: str | None) -> int:
        """0 for the access token in force, else the number that Zalo answers."""
        with self.lock:
            if token != self.tokens.access:
                return -216
            return 0 if self.now() < self.tokens.access_until else -220

    def refresh(self, refresh_token: str) -> Tokens | None:
        """Rotate the pair; None where the refresh token is wrong, used or expired."""
        with self.lock:
            if refresh_token != self.tokens.refresh or self.now() >= self.tokens.refresh_until:
                self.stats["refresh_refused"] += 1
                return None
            self.stats["refreshed"] += 1
            return self._replace()

    def kill_access_token(self) -> None:
        """The access token dies now; the refresh token still works."""
        with self.lock:
            self.tokens.access = self.secret("dead")
            self.stats["token_deaths"] += 1
            self.touch()

    def revoke(self) -> None:
        """The account takes its permission back: both tokens die, and that is told."""
        with self.lock:
            self._kill()
            self.emit("permission_revoked", {"oa_id": self.oa_id})

    def consent(self) -> Tokens:
        """An administrator grants access (again): a fresh pair, as the permission page gives it."""
        with self.lock:
            return self._replace()

    def allow(self, *, challenge: str, permissions: list[str] | None = None) -> str:
        """An administrator presses “Cho phép”: the old pair dies, a code is given."""
        with self.lock:
            self._kill()  # granting again ends what was granted before
            if permissions is not None:
                self.settings.permissions = [name for name in PERMISSIONS if name in permissions]
            code = secrets.token_urlsafe(64)
            self.codes = {code: Code(code, challenge, self.now() + CODE_LIFE_S)}
            self.stats["consents"] += 1
            return code

    def exchange(self, code: str, verifier: str) -> Tokens | None:
        """A pair for a code, once; a wrong verifier uses the code up too."""
        with self.lock:
            known = self.codes.pop(code, None)
            self.touch()
            if known is None or self.now() >= known.until:
                return None
            if known.challenge and known.challenge != challenge_of(verifier):
                return None
            self.stats["exchanged"] += 1
            return self._replace()

    def _replace(self) -> Tokens:
        self.tokens = self._pair()
        self.touch()
        return self.tokens

    def _kill(self) -> None:
        self.tokens.access = self.secret("dead")
        self.tokens.refresh = self.secret("dead")
        self.touch()

    def take_call(self, kind: str = "oa") -> tuple[str, dict[str, str]]:
        """Count one call of this minute: which limit it breaks, if any, and the headers about it.

        The limit of the account and that of the application are counted apart; articles have an
        application limit of their own.
        """
        with self.lock:
            broken, limit, left = "", PLATFORM_RATE, PLATFORM_RATE
            for name, rate in (
                ("OA", self.settings.rate_per_min),
                (f"application {kind}", self.settings.app_rate_per_min),
            ):
                if rate:
                    remain = self._count(name, rate)
                    broken = broken or ("" if remain >= 0 else name.split()[0])
                    if max(remain, 0) < left:
                        limit, left = rate, max(remain, 0)
            return broken, {"X-RateLimit-Limit": str(limit), "X-RateLimit-Remain": str(left)}

    def _count(self, name: str, rate: int) -> int:
        minute = int(self.now() // 60)
        window, used = self._windows.get(name, (minute, 0))
        used = used if window == minute else 0
        if used >= rate:
            return -1
        self._windows[name] = (minute, used + 1)
        return rate - used - 1

    def reset_rates(self) -> None:
        self._windows.clear()


def challenge_of(verifier: str) -> str:
    """The PKCE challenge of a verifier: base64url of SHA-256, without padding."""
    digest = hashlib.sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
