"""Roles and permissions: one table, written into the auth groups by `manage.py sync_roles`."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.contrib.auth.models import Group, Permission
from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from accounts.users.models import User


class Role(models.TextChoices):
    """The persons of the portal; the label is the name of the auth group."""

    CHIEF = "chief", _("Chỉ huy Công an xã")
    OFFICER = "officer", _("Cảnh sát khu vực")
    DUTY_OFFICER = "duty_officer", _("Trực ban")
    HAMLET_HEAD = "hamlet_head", _("Trưởng ấp, khu phố")
    TEAM_LEADER = "team_leader", _("Tổ trưởng")
    PARTY_MEMBER = "party_member", _("Cấp ủy viên")
    PARTY_OFFICE = "party_office", _("Văn phòng Đảng ủy")
    FRONT = "front", _("Mặt trận và đoàn thể")
    TECH_ADMIN = "tech_admin", _("Quản trị kỹ thuật")
    SUPERIOR = "superior", _("Công an cấp trên")
    # Of an account without a commune; with one it is of no use.
    CITY = "city", _("Xem số liệu toàn thành phố")


# The backend that answers for these tables, for `with_perm` and for signing in without a password.
MODEL_BACKEND = "django.contrib.auth.backends.ModelBackend"

READ, ADD, CHANGE, DELETE, EXPORT, IMPORT = "view", "add", "change", "delete", "export", "import"
EDIT = (READ, ADD, CHANGE)
TRANSFER = (IMPORT, EXPORT)
POLICE = frozenset({Role.CHIEF, Role.OFFICER, Role.DUTY_OFFICER, Role.SUPERIOR})
# What an account owes rather than may: two steps at sign-in, and another's word to set them up.
POLICE_DUTY = ("guarded_account", "police_account")

TIP_WORK = (
    "record_tipreport",
    "triage_tipreport",
    "work_tipreport",
    "close_tipreport",
    "read_sealed_words",
    "ask_identityopening",
    "print_register",
)

# Who is told of what must be done, and may say “Tôi nhận”.
NOTIFIED: dict[str, tuple[str, ...]] = {
    "duty.device": ("receive_notice",),
    "duty.occasion": ("take_occasion",),
}
ON_DUTY: dict[str, tuple[str, ...]] = {**NOTIFIED, "duty.shift": ("view_roster",)}  # shifts too

# Whose turn it is among these is asked of each row.
DECIDING = (READ, "decide_conflictproposal")

# The library as everybody reads it whom residents ask.
LIBRARY: dict[str, tuple[str, ...]] = {
    f"procedures.{model}": (READ,)
    for model in ("procedurearea", "procedure", "edition", "legaltext", "synonym")
}

# What the Party reads of direction, plans and proposals: all of it; it changes no plan of others.
OVERSIGHT: dict[str, tuple[str, ...]] = {
    f"oversight.{model}": (READ,)
    for model in (
        "body", "partyorganisation", "guidingdocument", "spreading", "direction",
        "directionround", "milestone", "proposal", "target",
    )
} | {"oversight.plan": (READ, "oversee_commune")}  # fmt: skip
# What a body has of its own: it keeps its plans, replies and proposes.
OWN_BODY: dict[str, tuple[str, ...]] = {
    "oversight.body": (READ,),
    "oversight.guidingdocument": (READ,),
    "oversight.plan": EDIT,
    "oversight.milestone": (READ,),
    "oversight.direction": (READ, "reply_direction"),
    "oversight.proposal": (READ, ADD),
}

# model label → the verbs of its permissions, or whole codenames of special ones
ROLE_PERMISSIONS: dict[Role, dict[str, tuple[str, ...]]] = {
    Role.CHIEF: {
        **ON_DUTY,
        "duty.occasion": ("take_occasion", "edit_kinds_of_occasion"),
        "duty.shift": ("view_roster", "edit_roster"),
        "duty.absence": ("write_absence",),
        "accounts.commune": (READ, "view_figures"),
        "accounts.holiday": (READ,),
        "accounts.communeprofile": (READ, ADD, CHANGE),
        "accounts.auditevent": (READ, "view_whole_trail"),
        "accounts.alarm": (READ,),
        "accounts.changeproposal": (READ,),
        "accounts.user": (READ, *POLICE_DUTY, "reset_second_factor", "vouch_police_account"),
        "groups.hamlet": (*EDIT, *TRANSFER, "view_all_hamlets"),
        "groups.team": (*EDIT, DELETE, *TRANSFER),
        "groups.officer": (*EDIT, *TRANSFER),
        "groups.hamletassignment": (*EDIT, DELETE),
        "groups.hamletchange": (*EDIT, DELETE, "carry_out_hamlet_change"),
        "groups.handover": EDIT,
        "groups.zalogroup": (
            *EDIT,
            *TRANSFER,
            "override_activation",
            "tend_zalogroup",
            "run_oa_group",
        ),
        "groups.groupreconciliation": (READ,),
        "groups.member": (*EDIT, *TRANSFER, "reveal_member", "merge_member"),
        "groups.consentnotice": EDIT,
        "groups.consentrecord": EDIT,
        "groups.datarequest": (READ, ADD, "settle_datarequest"),
        "groups.databreach": (READ, ADD, "settle_databreach"),
        "groups.zalolink": ("end_zalolink",),
        "groups.linkcode": ("print_linkcode",),
        "groups.linkproposal": (READ, "settle_linkproposal"),
        "groups.membermerge": (READ,),
        "groups.memberimport": (READ,),
        "groups.membership": (*EDIT, DELETE, "call_roll"),
        "groups.regulation": (*EDIT, "settle_regulation"),
        "groups.consultationmeeting": (*EDIT, DELETE),
        "groups.meetingcluster": (*EDIT, DELETE),
        "groups.regulationacknowledgement": (READ, ADD, DELETE),
        "broadcasts.topic": (READ,),
        "broadcasts.broadcast": (*EDIT, "submit_broadcast", "approve_broadcast", "stop_broadcast"),
        "broadcasts.schedule": EDIT,
        "broadcasts.broadcastevent": (READ,),
        "broadcasts.article": (*EDIT, "submit_article", "approve_article", "remove_article"),
        "broadcasts.delivery": (READ, "settle_delivery", "resend_delivery", "post_by_hand"),
        "broadcasts.posttemplate": EDIT,
        "broadcasts.officialphone": (*EDIT, DELETE),
        "broadcasts.postrequest": (*EDIT, "answer_postrequest"),
        "procedures.procedurearea": (READ, ADD, CHANGE),
        "procedures.procedure": EDIT,
        "procedures.edition": (*EDIT, *TRANSFER, "check_edition", "publish_edition"),
        "procedures.legaltext": (*EDIT, "change_law"),
        "procedures.synonym": (*EDIT, DELETE),
        "procedures.question": (READ, CHANGE),
        "reports.tipreport": (
            READ,
            "view_all_tipreports",
            *TIP_WORK,
            "assign_tipreport",
            "decide_identityopening",
            "hold_tipreport",
        ),
        "reports.identityopening": (READ,),
        "reports.conflictproposal": DECIDING,
        "reports.cannedreply": (*EDIT, DELETE),
        "reports.clockrule": (READ, ADD),
        "reports.tipclock": ("approve_extension",),
        "reports.diversion": (READ,),
        "oversight.yearlyreview": (*EDIT, "sign_yearlyreview"),
        "oversight.reviewhamlet": (READ, CHANGE),
        "oversight.commendation": (*EDIT, "settle_commendation", "nominate_informant"),
        "oversight.commendationform": EDIT,
        "oversight.target": (*EDIT, DELETE),
        "oversight.safetychecklist": (*EDIT, "decide_safetychecklist"),
        "oversight.safetycriterion": (*EDIT, DELETE),
        "zalo.sendgate": ("hold_sending", "open_sending"),
        "zalo.heldrow": ("settle_heldrow",),
        "zalo.officialaccount": (READ, "connect_officialaccount"),
        "zalo.groupasset": (READ,),
        "zalo.follower": (READ, "sync_follower"),
        "zalo.apicall": (READ,),
        "oversight.periodsummary": (READ, "sign_police_summary"),
        **OWN_BODY,
        "oversight.guidingdocument": EDIT,
        "oversight.plan": (*EDIT, "act_for_police"),
        # Its own directions to hamlets; to officers it gives jobs.
        "oversight.direction": (READ, "reply_direction", "settle_direction"),
        "oversight.directionround": (READ, ADD),
        "oversight.job": (READ, ADD),
    },
    Role.OFFICER: {
        **ON_DUTY,
        "accounts.user": POLICE_DUTY,
        "accounts.changeproposal": (READ,),
        "groups.hamlet": (READ,),
        "groups.team": (*EDIT, *TRANSFER),
        "groups.officer": (READ,),
        "groups.hamletassignment": (READ,),
        "groups.handover": (READ, ADD),
        "groups.zalogroup": (*EDIT, *TRANSFER, "tend_zalogroup", "run_oa_group"),
        "groups.member": (*EDIT, IMPORT, "reveal_member", "merge_member"),
        "groups.consentnotice": (READ,),
        "groups.consentrecord": EDIT,
        "groups.datarequest": (READ, ADD, "settle_datarequest"),
        "groups.databreach": (READ, ADD),
        "groups.zalolink": ("end_zalolink",),
        "groups.linkcode": ("print_linkcode",),
        "groups.linkproposal": (READ, "settle_linkproposal"),
        "groups.membermerge": (READ,),
        "groups.memberimport": (READ,),
        "groups.membership": (*EDIT, DELETE, "call_roll"),
        "groups.regulation": EDIT,
        "groups.consultationmeeting": EDIT,
        "groups.meetingcluster": (*EDIT, DELETE),
        "groups.regulationacknowledgement": (READ, ADD, DELETE),
        "broadcasts.topic": (READ,),
        "broadcasts.broadcast": (*EDIT, "submit_broadcast"),
        "broadcasts.schedule": EDIT,
        "broadcasts.broadcastevent": (READ,),
        "broadcasts.article": (*EDIT, "submit_article"),
        "broadcasts.delivery": (READ, "settle_delivery", "post_by_hand"),
        "broadcasts.posttemplate": (READ,),
        "broadcasts.officialphone": (READ,),
        "broadcasts.postrequest": (*EDIT, "answer_postrequest"),
        **LIBRARY,
        "procedures.question": (READ, CHANGE),
        "reports.tipreport": (READ, *TIP_WORK),
        "reports.conflictproposal": DECIDING,
        "reports.cannedreply": (READ,),
        "reports.clockrule": (READ,),
        "oversight.reviewhamlet": (READ, CHANGE),
        "oversight.commendation": (READ, ADD, "nominate_informant"),
        "oversight.safetychecklist": (READ, CHANGE),
        "oversight.milestone": (READ,),
        "oversight.job": (READ, ADD),
    },
    Role.DUTY_OFFICER: {
        **ON_DUTY,
        "accounts.user": POLICE_DUTY,
        "groups.hamlet": (READ,),
        "groups.officer": (READ,),
        "groups.databreach": (READ, ADD),
        "groups.datarequest": (READ, ADD),
        **LIBRARY,
        "procedures.question": (READ, CHANGE),
        "reports.tipreport": (
            READ,
            "record_tipreport",
            "triage_tipreport",
            "assign_tipreport",
            "read_sealed_words",
        ),
        "reports.conflictproposal": DECIDING,
        "reports.cannedreply": (READ,),
        "broadcasts.delivery": ("post_by_hand",),  # of urgent posts, while on duty
        "oversight.job": (READ,),
    },
    Role.HAMLET_HEAD: {
        **NOTIFIED,
        **LIBRARY,
        "reports.tipreport": ("relay_tipreport",),
        "groups.handover": (READ,),
        "groups.hamlet": (READ,),
        "groups.team": (READ,),
        "groups.zalogroup": (READ, "tend_zalogroup"),
        "groups.regulation": (READ,),
        "groups.consultationmeeting": EDIT,
        "groups.meetingcluster": (*EDIT, DELETE),
        "groups.regulationacknowledgement": (READ, ADD),
        "groups.member": (*EDIT, IMPORT, "reveal_member"),
        "groups.consentnotice": (READ,),
        "groups.consentrecord": EDIT,
        "groups.datarequest": (READ, ADD),
        "groups.linkcode": ("print_linkcode",),
        "groups.memberimport": (READ,),
        "groups.membership": (*EDIT, "call_roll"),
        "broadcasts.delivery": (READ, "post_by_hand"),
        "oversight.reviewhamlet": (READ, CHANGE),
        "oversight.safetychecklist": (READ, CHANGE),
        "oversight.milestone": (READ,),
        "oversight.direction": (READ, "reply_direction"),
        "oversight.proposal": (READ, ADD),
        "oversight.job": (READ,),
    },
    # Of people only those of the own team, by name and household.
    Role.TEAM_LEADER: {
        "groups.member": (READ,),
        "groups.membership": ("call_roll",),
        "groups.team": ("lead_team",),
        "reports.tipreport": ("relay_tipreport",),
    },
    Role.PARTY_MEMBER: {
        "accounts.changeproposal": (READ,),
        "accounts.commune": ("view_figures", "print_party_report"),
        "oversight.periodsummary": (READ,),
        **OVERSIGHT,
    },
    Role.PARTY_OFFICE: {
        **NOTIFIED,
        **LIBRARY,
        "accounts.commune": ("view_figures", "print_party_report", "take_party_report"),
        "accounts.alarm": (READ,),
        "accounts.changeproposal": (READ,),
        "accounts.user": ("guarded_account",),
        "broadcasts.postrequest": EDIT,
        # For the People's Committee, too: it has no account, and takes its report from here.
        "oversight.periodsummary": (READ, "sign_party_summary", "sign_committee_summary"),
        **OVERSIGHT,
        "oversight.body": EDIT,
        "oversight.bodyaccount": (*EDIT, DELETE),
        "oversight.target": (*EDIT, DELETE),
        "oversight.partyorganisation": EDIT,
        "oversight.guidingdocument": EDIT,
        "oversight.spreading": EDIT,
        "oversight.plan": (*EDIT, "oversee_commune", "act_for_party"),
        "oversight.direction": (READ, "reply_direction", "settle_direction"),
        "oversight.directionround": (READ, ADD),
        "oversight.proposal": (READ, ADD, "answer_proposal"),
    },
    Role.FRONT: {
        **NOTIFIED,
        **LIBRARY,
        "accounts.changeproposal": (READ,),
        "accounts.commune": ("view_figures",),
        "broadcasts.postrequest": EDIT,
        **OWN_BODY,
    },
    Role.TECH_ADMIN: {
        **NOTIFIED,
        "accounts.commune": EDIT,
        "accounts.healthsnapshot": (READ,),
        "accounts.holiday": (*EDIT, DELETE),
        "accounts.communeprofile": EDIT,
        "accounts.user": (*EDIT, "guarded_account", "reset_second_factor"),
        "accounts.alarm": (READ,),
        "accounts.changeproposal": (READ,),
        "accounts.auditevent": (READ,),
        "auth.group": (READ,),
        "zalo.sendgate": ("hold_sending", "open_sending"),
        "zalo.officialaccount": (READ, "connect_officialaccount"),
        "zalo.groupasset": (READ,),
        "zalo.follower": (READ, "sync_follower"),
        "zalo.apicall": (READ,),
        "zalo.webhookevent": (READ, "replay_webhookevent"),
    },
    # Of tips only those that nobody in the commune may read, as long as that is so.
    Role.SUPERIOR: {
        **NOTIFIED,
        "accounts.user": POLICE_DUTY,
        "accounts.changeproposal": (READ,),
        "reports.tipreport": (READ, "stand_in_tipreport", "read_sealed_words"),
        "reports.conflictproposal": DECIDING,
    },
    Role.CITY: {"accounts.commune": ("view_all_communes",)},
}


# Who sees residents by a password alone: it comes from a chief, not from who makes the account.
KEEPERS = (
    frozenset(role for role, table in ROLE_PERMISSIONS.items() if "groups.member" in table) - POLICE
)


def permissions_of(role: Role) -> set[str]:
    """The permissions of a role as `app.codename`."""
    return {
        f"{label.split('.')[0]}.{verb if '_' in verb else f'{verb}_{label.split(".")[1]}'}"
        for label, verbs in ROLE_PERMISSIONS[role].items()
        for verb in verbs
    }


def group_names(roles: Iterable[str]) -> list[str]:
    """Names of the auth groups of roles, given as members or values of `Role`."""
    return [str(Role(role).label) for role in roles]


def roles_of(user: "User") -> set[str]:
    """Values of the roles of an account."""
    names = set(user.groups.values_list("name", flat=True))
    return {role.value for role in Role if str(role.label) in names}


def has_role(user: "User", roles: Iterable[str]) -> bool:
    """Whether an account has one of these roles."""
    return user.groups.filter(name__in=group_names(roles)).exists()


@transaction.atomic
def sync_roles() -> dict[str, int]:
    """Write the table into the auth groups; returns role label → number of permissions.

    Raises LookupError when the table names a permission that does not exist.
    """
    existing = {
        f"{app}.{codename}": pk
        for pk, app, codename in Permission.objects.values_list(
            "pk", "content_type__app_label", "codename"
        )
    }
    counts = {}
    for role in Role:
        wanted = permissions_of(role)
        if missing := wanted - existing.keys():
            raise LookupError(f"roles table names unknown permissions: {sorted(missing)}")
        group, _created = Group.objects.get_or_create(name=str(role.label))
        group.permissions.set([existing[name] for name in wanted])
        counts[str(role.label)] = len(wanted)
    return counts
