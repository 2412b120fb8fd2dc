"""What stands around every page of the library: whose police, their hours, where to ask."""

from dataclasses import dataclass
from datetime import date

from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone

from accounts.models import Commune
from accounts.public_pages import (
    callable_number,
    commune_of,
    communes,
    full_address,
    inside_a_sentence,
)
from procedures.public.links import COMMUNE, with_commune
from procedures.rendering import NATIONAL_PORTAL

PICTURE = "procedures/share.png"


@dataclass(frozen=True)
class Shell:
    """The commune whose page is shown, the day, and the name of the portal in addresses."""

    commune: Commune | None
    code: str  # of the commune, where addresses have to name it
    today: date
    base: str

    @classmethod
    def of(cls, request: HttpRequest) -> "Shell":
        """For what was asked for; an unknown commune is none."""
        base = full_address(request, "/").rstrip("/")
        commune, is_alone = commune_of(request.GET.get(COMMUNE, ""))
        code = "" if commune is None or is_alone else commune.code
        return cls(commune, code, timezone.localdate(), base)

    @property
    def key(self) -> str:
        """What a page that is kept depends on beside its own subject."""
        number = self.commune.pk if self.commune is not None else 0
        return f"{number}:{self.code}:{self.today:%Y%m%d}:{self.base}"

    def path(self, name: str, *args: str, **query: str) -> str:
        """The address of a page of the library, for the same commune."""
        return with_commune(reverse(f"procedures:{name}", args=args), self.code, **query)

    def context(self, here: str, **more: object) -> dict[str, object]:
        """What the templates of all pages ask for; `here` is the page's own address."""
        profile = self.commune.profile_on(self.today) if self.commune is not None else None
        phone = profile.duty_phone if profile is not None else ""
        named = f"Công an {inside_a_sentence(self.commune)}" if self.commune is not None else ""
        return {
            "commune": self.commune,
            "police": named or "Công an xã",
            "must_choose": self.commune is None and len(communes()) > 1,
            "profile": profile,
            "duty_phone": phone,
            "duty_call": callable_number(phone),
            "today": self.today,
            "portal": NATIONAL_PORTAL,
            "home": self.path("home"),
            "choose": reverse("procedures:choose"),
            "here": here,
            "address": f"{self.base}{here}",
            "picture": f"{self.base}{static(PICTURE)}",
            **more,
        }
