"""Consultation meetings in the admin: written down on a phone, read, printed."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile
from django.forms import BaseInlineFormSet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from accounts.audit import services as audit
from accounts.scoped_admin.base import (
    ScopedModelAdmin,
    ScopedRelatedFilter,
    ScopedTabularInline,
    action,
    display,
)
from accounts.scoped_admin.pages import number_of
from documents import uploads
from groups import services
from groups.admin_mixins import AddedInOwnPlace, FoldedSearchMixin, SaysRefusals
from groups.consultation import minutes, thresholds
from groups.consultation.meetings import COUNTS, ONLY_WHOLE_HAMLETS, may_change, may_remove
from groups.consultation.models import ConsultationMeeting, MeetingCluster, Regulation
from groups.places.models import Hamlet, Team

SHORT_TEXTS = {"ballot_team", "attendance"}


class MeetingForm(forms.ModelForm):
    """A meeting as it is written down; a paper is checked before it is kept."""

    class Meta:
        model = ConsultationMeeting
        fields = "__all__"  # noqa: DJ007 -- the admin's fieldsets name them

    def clean_minutes_file(self) -> Any:
        file = self.cleaned_data["minutes_file"]
        return uploads.prepare(file) if isinstance(file, UploadedFile) else file


class ClusterFormSet(BaseInlineFormSet):
    """The parts of a meeting, refused here so that nothing typed is lost."""

    def clean(self) -> None:
        super().clean()
        rows = [
            form.cleaned_data
            for form in self.forms
            if form.cleaned_data and not form.cleaned_data.get("DELETE")
        ]
        if not rows or any(self.errors):
            return
        if self.instance.is_of_commune or self.instance.team_id is not None:
            raise forms.ValidationError(ONLY_WHOLE_HAMLETS)
        if sum(row["represented"] for row in rows) > self.instance.households:
            raise forms.ValidationError(_("Số hộ có mặt của các cụm nhiều hơn tổng số hộ."))
        last = max((row["held_on"] for row in rows if row["held_on"]), default=None)
        if last and self.instance.held_on and last > self.instance.held_on:
            raise forms.ValidationError(
                _("Có cụm họp sau ngày họp ghi ở trên. Hãy ghi ngày của cụm họp cuối cùng.")
            )


class ClusterInline(ScopedTabularInline):
    model = MeetingCluster
    formset = ClusterFormSet
    show_change_link = False
    fields = ["name", "held_on", *COUNTS]


class TallyForm(forms.Form):
    """The figures on the screen, whatever state they are in."""

    hamlet = forms.ModelChoiceField(Hamlet.objects.none(), required=False)
    team = forms.ModelChoiceField(Team.objects.none(), required=False)
    form = forms.ChoiceField(choices=ConsultationMeeting.Form.choices, required=False)
    ballot_team = forms.CharField(required=False)
    has_paper = forms.BooleanField(required=False)
    matter = forms.ChoiceField(choices=ConsultationMeeting.Matter.choices, required=False)
    notice_on = forms.DateField(required=False)
    held_on = forms.DateField(required=False)
    clusters = forms.IntegerField(min_value=0, max_value=1000, required=False)
    minutes = forms.CharField(required=False)
    households = forms.IntegerField(min_value=0, max_value=10**9, required=False)
    represented = forms.IntegerField(min_value=0, max_value=10**9, required=False)
    agree = forms.IntegerField(min_value=0, max_value=10**9, required=False)
    disagree = forms.IntegerField(min_value=0, max_value=10**9, required=False)
    other = forms.IntegerField(min_value=0, max_value=10**9, required=False)

    def as_meeting(self) -> ConsultationMeeting:
        self.is_valid()
        data = self.cleaned_data
        return ConsultationMeeting(
            hamlet=data.get("hamlet"),
            team=data.get("team"),
            form=data.get("form") or ConsultationMeeting.Form.MEETING,
            ballot_team=data.get("ballot_team") or "",
            minutes_file="…" if data.get("has_paper") else "",
            matter=data.get("matter") or ConsultationMeeting.Matter.SELF_MANAGED,
            notice_on=data.get("notice_on"),
            held_on=data.get("held_on") or timezone.localdate(),
            minutes=data.get("minutes") or "",
            households=data.get("households") or 0,
            **{name: data.get(name) or 0 for name in COUNTS},
        )


@admin.register(ConsultationMeeting)
class ConsultationMeetingAdmin(AddedInOwnPlace, SaysRefusals, FoldedSearchMixin, ScopedModelAdmin):
    form = MeetingForm
    list_display = ["__str__", "form", "regulation", "verdict"]
    list_select_related = ["hamlet", "team__hamlet", "commune", "regulation__hamlet"]
    list_filter = ["form", ("hamlet", ScopedRelatedFilter)]
    search_fields = ["hamlet__search_text", "subject"]
    search_help_text = _("Tìm theo tên ấp")
    autocomplete_fields = ["hamlet", "team"]
    inlines = [ClusterInline]
    actions = None
    actions_detail = ["print_minutes", "take_file"]
    change_form_before_template = "groups/meeting/before_form.html"
    compressed_fields = False

    class Media:
        js = ["groups/meeting.js"]

    @display(description=_("kết quả"))
    def verdict(self, meeting: ConsultationMeeting) -> str:
        return thresholds.tally(meeting).sentence

    @admin.display(description=_("cần xem lại"))
    def to_check(self, meeting: ConsultationMeeting) -> str:
        clusters = meeting.clusters.count()
        found = thresholds.warnings(meeting, clusters=clusters, today=timezone.localdate())
        return " ".join(found) or "Không có."

    @admin.display(description=_("tệp biên bản"))
    def has_file(self, meeting: ConsultationMeeting) -> str:
        return "Có, tải ở nút phía trên." if meeting.minutes_file else "Không có."

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        sees_all = request.user.has_perm("groups.view_all_hamlets")
        place = ["hamlet", "team", "commune"] if sees_all else ["hamlet", "team"]
        if obj is not None and obj.is_of_commune and not sees_all:
            place = ["commune"]
        writes = obj is None or self.has_change_permission(request, obj)
        file = "minutes_file" if writes else "has_file"
        result = ["matter", "households", *COUNTS]
        return [
            (None, {"fields": [*place, "regulation", "subject"]}),
            (
                _("Cuộc họp"),
                {
                    "fields": [
                        "form", "ballot_team", "notice_on", "held_on", "venue", "chair",
                        "secretary", "attendance",
                    ]
                },
            ),
            (_("Kết quả"), {"fields": [*result, "verdict", "to_check"] if obj else result}),
            (_("Biên bản"), {"fields": ["minutes", file]}),
        ]  # fmt: skip

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        fixed = ["hamlet", "team", "commune"] if obj is not None else []
        return ["verdict", "to_check", "has_file", *fixed]

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """The page of a regulation brings its place; who has one hamlet need not choose it."""
        asked = super().get_changeform_initial_data(request)
        hamlets = Hamlet.objects.visible_to(request.user).offered()
        if "hamlet" in asked:
            hamlets = hamlets.filter(pk=number_of(asked.pop("hamlet")))
        if "commune" in asked or len(found := hamlets[:2]) != 1:
            return asked
        hamlet = found[0]
        asking = hamlet.regulations.filter(status=Regulation.Status.CONSULTING).first()
        known = {"hamlet": hamlet.pk, "regulation": asking.pk if asking else None}
        return known | {"households": hamlet.households} | asked

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "hamlet" and not request.user.has_perm("groups.view_all_hamlets"):
            kwargs["required"] = True
        if db_field.name == "regulation":
            kwargs["queryset"] = Regulation.objects.filter(
                status=Regulation.Status.CONSULTING
            ).select_related("hamlet")
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "minutes_file":
            accepted = {"class": "by-input", "accept": ".docx,.pdf,image/*"}
            return db_field.formfield(widget=forms.FileInput(attrs=accepted))
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field is not None and db_field.name in SHORT_TEXTS:
            field.widget.attrs["rows"] = 3
        return field

    def get_urls(self) -> list[URLPattern]:
        name = "groups_consultationmeeting_tally"
        tally = self.admin_site.admin_view(_tally)
        own = [path("nguong/", tally, name=name), *minutes.urls(self.admin_site)]
        return [*own, *super().get_urls()]

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        if not super().has_change_permission(request, obj):
            return False
        if not isinstance(obj, ConsultationMeeting):
            return True
        reaches = not obj.is_of_commune or request.user.has_perm("groups.view_all_hamlets")
        return reaches and may_change(obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        allowed = super().has_delete_permission(request, obj)
        return allowed and (not isinstance(obj, ConsultationMeeting) or may_remove(obj))

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        services.record(obj, by=request.user)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        services.count_clusters(form.instance)

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        services.remove(obj, by=request.user)

    def response_add(self, request: HttpRequest, obj: Any, *args: Any) -> HttpResponse:
        """Back to the regulation, where the sum of all meetings stands."""
        self.message_user(request, f"Đã ghi: {obj}.", messages.SUCCESS)
        if obj.regulation_id and request.user.has_perm("groups.view_regulation"):
            return redirect("admin:groups_regulation_page", obj.regulation_id)
        return redirect("admin:groups_consultationmeeting_change", obj.pk)

    def response_change(self, request: HttpRequest, obj: Any) -> HttpResponse:
        return self.response_add(request, obj)

    @action(description=_("In biên bản"), url_path="bien-ban", permissions=["view"])
    def print_minutes(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return minutes.page(request, _visible(request, object_id))

    @action(description=_("Tải tệp biên bản"), url_path="tep", permissions=["view"])
    def take_file(self, request: HttpRequest, object_id: str) -> HttpResponse:
        meeting = _visible(request, object_id)
        if not meeting.minutes_file:
            self.message_user(request, _("Cuộc họp này chưa kèm tệp biên bản."), messages.WARNING)
            return redirect("admin:groups_consultationmeeting_change", meeting.pk)
        answer = uploads.download(meeting.minutes_file, name=f"bien-ban-hop-{meeting.pk}")
        audit.record(
            "meeting.file_taken", by=request.user, target=meeting, commune=meeting.home_commune
        )
        return answer


def _visible(request: HttpRequest, object_id: str) -> ConsultationMeeting:
    return get_object_or_404(minutes.visible(request), pk=number_of(object_id))


@require_POST
def _tally(request: HttpRequest) -> HttpResponse:
    """Whether what stands on the screen is enough, and what to look at again."""
    if not request.user.has_perm("groups.view_consultationmeeting"):
        raise PermissionDenied
    form = TallyForm(request.POST)
    for name, model in (("hamlet", Hamlet), ("team", Team)):
        form.fields[name].queryset = model.objects.visible_to(request.user)
    meeting = form.as_meeting()
    clusters = form.cleaned_data.get("clusters") or 0
    counted = meeting.agree + meeting.disagree + meeting.other
    context = {
        "tally": thresholds.tally(meeting),
        "adds_up": meeting.represented == counted,
        "counted": counted,
        "meeting": meeting,
        "warnings": thresholds.warnings(meeting, clusters=clusters, today=timezone.localdate()),
    }
    return TemplateResponse(request, "groups/meeting/tally.html", context)
