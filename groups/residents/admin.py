"""Members and their places in groups. Phones are masked in lists; opening a page is audited."""

from typing import Any

from django.contrib import admin
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext_lazy as _

from accounts.audit import services as audit
from accounts.scoped_admin.base import (
    AutocompleteSelectFilter,
    ReadOnlyAdminMixin,
    ScopedModelAdmin,
    ScopedRelatedFilter,
    ScopedTabularInline,
    display,
    first_found,
    first_ids,
)
from accounts.scoped_admin.known_choices import KnownChoicesFormSet
from accounts.scoped_admin.work_filter import WorkFilter
from groups.admin_mixins import AddedInOwnPlace, TracedPlacesMixin, note_place
from groups.coverage.households import joined_membership
from groups.duplicates.admin import DuplicatesMixin
from groups.linking.admin import LinkActionsMixin
from groups.member_import import national_ids
from groups.personal_data.member_pages import PersonActionsMixin
from groups.residents.consent import services as consent
from groups.residents.consent.models import ConsentRecord
from groups.residents.models import Member, Membership
from groups.residents.own_team import OwnTeamMixin, leads_only
from groups.residents.question_pages import NAMED
from groups.residents.spells.models import Source
from groups.residents.spells.sources import recorded_as
from groups.roll_call.actions import RollCallActionMixin
from groups.zalo_groups.models import ZaloGroup
from vietnamese.text import fold, masked_phone

# Never asked in an address: they are masked in every list.
HIDDEN_COLUMNS = {"birth_date", "ended_at", "zalo_link", "national_id"}
CITY_FILTERS = [
    ("hamlet__commune", AutocompleteSelectFilter),
    ("hamlet", AutocompleteSelectFilter),
    "status",
]


def may_reveal(request: HttpRequest) -> bool:
    """Whether this account reads numbers, days of birth and addresses in full."""
    return request.user.has_perm("groups.reveal_member")


def _with_national_id(parts: Any, member: Member | None) -> Any:
    """Add the last digits of the id below the phone, where ids are stored."""
    if member is None or not national_ids.are_kept():
        return parts
    (title, first), *others = parts
    return [(title, {**first, "fields": [*first["fields"], "hidden_national_id"]}), *others]


def _named(people: Any) -> str:
    """People of the same hamlet in a line, with whether each is in a group."""
    rows = people.annotate(is_inside=joined_membership()).order_by("sort_key", "pk")
    names = [f"{row}{' (trong nhóm)' if row.is_inside else ''}" for row in rows[: NAMED + 1]]
    return ", ".join(names[:NAMED]) + (" …" if len(names) > NAMED else "")


class OutOfGroupsFilter(WorkFilter):
    """Filter that the home page links to."""

    title = _("nhóm Zalo")
    parameter_name = "nhom"
    works = {"roi": (_("Đã rời mọi nhóm"), lambda rows, _asked: rows.out_of_groups())}


class RecordsSpells:
    """Before a model admin that changes memberships or proxies: their spells name the account."""

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        with recorded_as(Source.HAND, by=request.user):
            super().save_model(request, obj, form, change)  # type: ignore[misc]

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        with recorded_as(Source.HAND, by=request.user):
            super().save_related(request, form, formsets, change)  # type: ignore[misc]


class MembershipInline(ScopedTabularInline):
    model = Membership
    verbose_name = _("nhóm của người này")
    autocomplete_fields = ["group"]
    formset = KnownChoicesFormSet
    fields = ["group", "role", "state", "joined_on", "left_on"]
    show_title = False


class ConsentRecordInline(ReadOnlyAdminMixin, ScopedTabularInline):
    """Every agreement of the person and its withdrawal; written by its own page only."""

    model = ConsentRecord
    fields = ["what", "evidence"]
    readonly_fields = fields
    show_change_link = False
    show_title = False
    ordering = ["-given_at", "-pk"]

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """The place of the document is free text, for accounts that see the person in full."""
        return [name for name in self.fields if may_reveal(request) or name != "evidence"]

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("notice", "collected_by")

    @admin.display(description=_("lần đồng ý"))
    def what(self, record: ConsentRecord) -> str:
        return consent.record_in_words(record)


@admin.register(Member)
class MemberAdmin(
    AddedInOwnPlace, OwnTeamMixin, RecordsSpells, TracedPlacesMixin, DuplicatesMixin,
    LinkActionsMixin, RollCallActionMixin, PersonActionsMixin, ScopedModelAdmin,
):  # fmt: skip
    list_before_template = "groups/people/list_ways.html"
    list_after_template = "admin/search_cut.html"
    list_state = "status"
    list_display = [
        "name", "hamlet", "team_name", "birth_year", "hidden_phone",
        "consent_label", "status",
    ]  # fmt: skip
    list_select_related = ["hamlet", "team"]
    list_filter = [
        ("hamlet", ScopedRelatedFilter), "status", "consent_basis", "is_representative",
        OutOfGroupsFilter,
    ]  # fmt: skip
    search_fields = ["search_text"]
    search_help_text = _("Tìm theo họ tên (có dấu hoặc không dấu) hoặc những số cuối điện thoại")
    autocomplete_fields = ["hamlet", "team", "reached_through"]
    change_form_before_template = "groups/people/groups_now.html"
    readonly_fields = [
        "consent_in_words", "status", "hidden_phone", "hidden_national_id", "household",
        "passes_on", "zalo_account",
    ]  # fmt: skip
    ordering = ["sort_key", "pk"]
    fieldsets = [
        (
            None,
            {"fields": ["full_name", "gender", "birth_year", "birth_date", "phone", "zalo_name"]},
        ),
        (
            _("Nơi ở"),
            {"fields": ["hamlet", "team", "address"]},
        ),
        (
            _("Hộ"),
            {
                "fields": [
                    "household_code",
                    "is_representative",
                    "household",
                    "reached_through",
                    "passes_on",
                ]
            },
        ),
        (_("Sự đồng ý của người dân"), {"fields": ["consent_in_words", "status"]}),
    ]
    # For who may see that the person is there, and no more.
    masked_fieldsets = [
        (None, {"fields": ["full_name", "gender", "birth_year", "hidden_phone"]}),
        (_("Nơi ở"), {"fields": ["hamlet", "team", "is_representative"]}),
        (_("Sự đồng ý của người dân"), {"fields": ["consent_in_words", "status"]}),
    ]

    def get_inlines(self, request: HttpRequest, obj: Member | None) -> list[Any]:
        """A person who is being written down has agreed to nothing yet."""
        return [MembershipInline] if obj is None else [MembershipInline, ConsentRecordInline]

    def get_fieldsets(self, request: HttpRequest, obj: Member | None = None) -> Any:
        if not may_reveal(request):
            return self.own_team_fieldsets if leads_only(request.user) else self.masked_fieldsets
        parts = _with_national_id(super().get_fieldsets(request, obj), obj)
        if obj is not None and request.user.has_perm("groups.end_zalolink"):
            parts = [*parts, (_("Zalo"), {"fields": ["zalo_account"]})]
        if obj is None or self._sees_through(request, obj):
            return parts
        # Somebody of a hamlet out of sight: neither named here nor lost by saving.
        return [
            (title, {"fields": [name for name in part["fields"] if name != "reached_through"]})
            for title, part in parts
        ]

    def _sees_through(self, request: HttpRequest, member: Member) -> bool:
        through = member.reached_through_id
        rows = Member.objects.visible_to(request.user)
        return through is None or rows.filter(pk=through).exists()

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return may_reveal(request) and super().has_change_permission(request, obj)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return may_reveal(request) and super().has_add_permission(request)

    def lookup_allowed(self, lookup: str, value: Any, request: Any = None) -> bool:
        """A masked value cannot be guessed in the address either."""
        if lookup.split("__")[0] in HIDDEN_COLUMNS:
            return False
        return super().lookup_allowed(lookup, value, request)

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> Any:
        if not fold(search_term):
            return queryset, False
        if not may_reveal(request) and any(letter.isdigit() for letter in search_term):
            return queryset.none(), False  # a masked number is not found by trying either
        found = queryset.search(search_term)
        return (found if request.user.commune_id else first_found(found)), False

    def get_list_filter(self, request: HttpRequest) -> Any:
        """Over the whole city: by place and status, which have an index, in lists that fit."""
        return super().get_list_filter(request) if request.user.commune_id else CITY_FILTERS

    def get_sortable_by(self, request: HttpRequest) -> Any:
        """A million rows come in the order of their index; those of a commune in any."""
        return super().get_sortable_by(request) if request.user.commune_id else ["name"]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        # Read where the page of a form shows it.
        joined = SimpleLazyObject(lambda: self._groups_now(request, object_id))
        context = {"groups_now": joined, **(extra_context or {})}
        response = super().change_view(request, object_id, form_url, context)
        if response.status_code == 200:  # a form with an error shows the same
            rows = self.get_queryset(request).select_related("hamlet__commune")
            audit.record("member.viewed", by=request.user, target=rows.get(pk=object_id))
        return response

    def _groups_now(self, request: HttpRequest, member_id: str) -> list[Membership] | None:
        """Groups in which the person is, in the reach of the account; None where it sees none."""
        if not request.user.has_perm("groups.view_membership"):
            return None
        rows = Membership.objects.visible_to(request.user).joined().filter(member=member_id)
        return list(rows.select_related("group").order_by("group__search_text", "pk"))

    def save_model(self, request: HttpRequest, obj: Member, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        audit.record(
            "member.changed" if change else "member.added",
            by=request.user,
            target=obj,
            commune=obj.hamlet.commune,
            fields=form.changed_data,
        )

    @admin.display(description=_("họ và tên"), ordering="sort_key")
    def name(self, member: Member) -> str:
        return member.full_name

    @admin.display(description=_("sự đồng ý"))
    def consent_in_words(self, member: Member) -> str:
        return consent.in_words(member) if member.pk else "Ghi sau khi lưu, bằng nút Ghi đồng ý."

    @display(
        description=_("sự đồng ý"),
        ordering="consent_basis",
        label={"Đã đồng ý": "success", "Chưa có": "warning", "Đã rút": "danger"},
    )
    def consent_label(self, member: Member) -> str:
        if member.consent_basis != Member.Consent.NONE:
            return "Đã đồng ý"
        return "Đã rút" if member.status == Member.Status.WITHDRAWN else "Chưa có"

    @admin.display(description=_("người cùng hộ"))
    def household(self, member: Member) -> str:
        """Members with the same household code in the same hamlet, and who is in a group."""
        return _named(member.household_mates()) or "Chưa ghi ai khác cùng mã hộ."

    @admin.display(description=_("báo tin lại cho"))
    def passes_on(self, member: Member) -> str:
        if member.pk is None:
            return "–"
        return _named(member.passes_on_to.active().filter(hamlet=member.hamlet_id)) or "–"

    @admin.display(description=_("tổ"), ordering="team__name")
    def team_name(self, member: Member) -> str:
        return member.team.name if member.team else "–"

    @admin.display(description=_("số căn cước"))
    def hidden_national_id(self, member: Member) -> str:
        return national_ids.masked(member) or "–"

    @admin.display(description=_("điện thoại"))
    def hidden_phone(self, member: Member) -> str:
        return masked_phone(member.phone) or "–"


@admin.register(Membership)
class MembershipAdmin(AddedInOwnPlace, RecordsSpells, ScopedModelAdmin):
    list_state = "state"
    list_display = ["member", "group", "role", "state", "joined_on"]
    list_select_related = ["member", "group"]
    list_filter = ["state", "role", ("group", AutocompleteSelectFilter)]
    list_after_template = "admin/search_cut.html"
    search_fields = ["member__search_text", "group__search_text"]
    search_help_text = _("Tìm theo tên người dân hoặc tên nhóm, không cần dấu")
    autocomplete_fields = ["member", "group"]
    ordering = ["group", "pk"]

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        titled = {"title": _("Ghi một người vào nhóm"), **(extra_context or {})}
        page: HttpResponse = super().add_view(request, form_url, titled)
        return page

    def get_ordering(self, request: HttpRequest) -> Any:
        """Over the whole city as its index has them: to sort a million takes a second."""
        return self.ordering if request.user.commune_id else ["group_id", "pk"]

    def get_sortable_by(self, request: HttpRequest) -> Any:
        return super().get_sortable_by(request) if request.user.commune_id else []

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> Any:
        words = fold(search_term)
        if request.user.commune_id or not words:
            return super().get_search_results(request, queryset, words)
        people = Member.objects.visible_to(request.user).search(words)
        groups = ZaloGroup.objects.visible_to(request.user)
        for word in words.split(" "):
            groups = groups.filter(search_text__contains=word)
        ends = Q(member__in=first_ids(people)) | Q(group__in=first_ids(groups))
        return first_found(queryset.filter(ends)), False

    def save_model(self, request: HttpRequest, obj: Membership, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        note_place(request, obj.member)

    def delete_model(self, request: HttpRequest, obj: Membership) -> None:
        note_place(request, obj.member)
        super().delete_model(request, obj)

    def delete_queryset(self, request: HttpRequest, queryset: Any) -> None:
        for row in queryset.select_related("member__hamlet__commune"):
            note_place(request, row.member)
        super().delete_queryset(request, queryset)
