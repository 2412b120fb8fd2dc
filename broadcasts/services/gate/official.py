"""Which phones of a commune may be named in a post."""

from datetime import date

from accounts.models import Commune
from broadcasts.models import OfficialPhone
from groups.models import Officer
from groups.vietnamese import normalise_phone


def official_phones(commune_id: int | None, day: date) -> frozenset[str]:
    """E.164 numbers of the commune on a day: its list, its duty phone, its officers at work."""
    if commune_id is None:
        return frozenset()
    profile = Commune(pk=commune_id).profile_on(day)
    known = Officer.objects.filter(commune=commune_id, is_active=True).exclude(phone="")
    numbers = set(known.values_list("phone", flat=True))
    listed = OfficialPhone.objects.filter(commune=commune_id).in_force(day)
    numbers |= set(listed.values_list("phone", flat=True))
    if profile and profile.duty_phone:
        numbers.add(profile.duty_phone)
    return frozenset(map(normalise_phone, numbers))
