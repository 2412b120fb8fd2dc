"""Communes and accounts."""

import base64
from datetime import date, datetime, timedelta
from itertools import count
from typing import Any

from django.contrib.auth.models import Group
from django.utils import timezone
from django_otp.oath import totp

from accounts.models import ChangeProposal, Commune, CommuneProfile, SecondFactor, User
from accounts.second_person import services as second_person
from accounts.second_person.rows import values_of
from accounts.users.roles import Role

_numbers = count(1)
PASSWORD = "chỉ-dùng-khi-thử-01"


def make_commune(name: str = "", **fields: Any) -> Commune:
    """A commune with a name and a code of its own."""
    number = next(_numbers)
    fields.setdefault("code", f"8{number:04d}")
    return Commune.objects.create(name=name or f"Xã thử {number}", **fields)


def make_profile(commune: Commune, **fields: Any) -> CommuneProfile:
    """A letterhead in force since 2026."""
    values = {
        "valid_from": date(2026, 4, 30),
        "province_label": "THÀNH PHỐ ĐỒNG NAI",
        "parent_body": "CÔNG AN THÀNH PHỐ ĐỒNG NAI",
        "place_name": commune.name,
        "chief_title": "TRƯỞNG CÔNG AN XÃ",
        "duty_phone": "0251 000 113",
    }
    return CommuneProfile.objects.create(commune=commune, **(values | fields))


def make_user(commune: Commune | None, role: Role | None = None, **fields: Any) -> User:
    """A staff account with an unusable password, unless `password` is given."""
    number = next(_numbers)
    password = fields.pop("password", None)
    values = {
        "username": f"{role or 'tai.khoan'}.{number}",
        "last_name": "Trần Văn",
        "first_name": f"Thử {number}",
        "is_staff": True,
    }
    user = User.objects.create_user(commune=commune, password=password, **(values | fields))
    if role is not None:
        user.groups.add(Group.objects.get(name=str(role.label)))
    return user


SEED = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def make_second_factor(user: User, **fields: Any) -> SecondFactor:
    """An account whose app knows SEED; its last code was used long ago."""
    values = {"seed": SEED, "confirmed_at": timezone.now()}
    return SecondFactor.objects.create(user=user, **(values | fields))


def tomorrow() -> datetime:
    """Until when an account may set up its second step that was just permitted."""
    return timezone.now() + timedelta(days=1)


def code_now(seed: str = SEED, *, steps: int = 0) -> str:
    """Return the code of the app now, or some steps of 30 seconds from now."""
    key = base64.b32decode(seed)
    return f"{totp(key, drift=steps):06d}"


def make_change_proposal(phone: Any, new: dict[str, Any], *, by: User) -> ChangeProposal:
    """A change of an official phone that waits for a chief or an officer."""
    return second_person.propose(
        "official_phone", phone, new, by=by, commune=phone.commune, old=values_of(phone, new)
    )
