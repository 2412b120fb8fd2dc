"""Issuer and signer of an official document, as configured for a day.

A merger or an election changes names from a day on; papers of before keep theirs.
"""

from dataclasses import replace
from datetime import date
from enum import StrEnum

from django.db import transaction

from accounts.communes.models import Commune, CommuneProfile
from accounts.encryption.services import blind_index
from accounts.papers.models import PaperDraft
from documents.content import Layout, Letterhead, Paper, Signature


class Issuer(StrEnum):
    """The bodies of a commune that issue papers here."""

    POLICE = "police"
    COMMITTEE = "committee"
    PARTY = "party"


_INITIALS = {Commune.Kind.XA: "X", Commune.Kind.PHUONG: "P", Commune.Kind.DAC_KHU: "ĐK"}


def letterhead(
    commune: Commune, issuer: Issuer, *, on: date, profile: CommuneProfile | None = None
) -> Letterhead:
    """The head of a paper of this body, as it stood on a day; by the profile, where it is known."""
    profile = profile or commune.profile_on(on) or CommuneProfile()
    place = profile.place_name or str(commune)
    if issuer is Issuer.PARTY:
        return Letterhead(Layout.PARTY, profile.party_above, f"Đảng ủy {commune}", place, "ĐU")
    if issuer is Issuer.COMMITTEE:
        return Letterhead(Layout.STATE, "", f"Ủy ban nhân dân {commune}", place, "UBND")
    symbol = f"CA{_INITIALS[Commune.Kind(commune.kind)]}"
    return Letterhead(Layout.STATE, profile.parent_body, f"Công an {commune}", place, symbol)


def signature(
    commune: Commune, issuer: Issuer, *, on: date, profile: CommuneProfile | None = None
) -> Signature:
    """The signer for this body on a day; the title without a name where none is configured."""
    profile = profile or commune.profile_on(on) or CommuneProfile()
    kind = commune.get_kind_display()
    if issuer is Issuer.PARTY:
        return Signature(profile.party_title or "Bí thư", profile.party_name, "T/M Đảng ủy")
    if issuer is Issuer.COMMITTEE:
        title = profile.committee_title or "Chủ tịch"
        return Signature(title, profile.committee_name, "TM. Ủy ban nhân dân")
    return Signature(profile.chief_title or f"Trưởng Công an {kind}", profile.chief_name)


# The number of a draft: the same content keeps it, changed content gets the next.


@transaction.atomic
def numbered(document: Paper, *, commune: Commune, about: str) -> Paper:
    """The paper with its number as a draft. `about` names the paper within the commune.

    Who takes it and when is no part of the content; nor is the number of before. The hash is keyed,
    so that nobody can try words on it.
    """
    locked = PaperDraft.objects.select_for_update(of=("self",))
    row = locked.filter(commune=commune, about=about).first()
    if row is None:
        PaperDraft.objects.get_or_create(commune=commune, about=about)
        row = locked.get(commune=commune, about=about)
    digest = blind_index(repr(replace(document, draft=0, mark="")), purpose="accounts.paper_draft")
    if row.digest != digest:
        row.number, row.digest = row.number + 1, digest
        row.save(update_fields=["number", "digest", "made_at"])
    return replace(document, draft=row.number)
