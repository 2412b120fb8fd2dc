"""The form of a post, and what its live preview reads."""

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils import timezone

from accounts.models import Commune
from broadcasts import services
from broadcasts.posts.attachments import MAX_BYTES as MAX_FILE_BYTES
from broadcasts.posts.attachments import NotADocument, keep_file, open_upload
from broadcasts.posts.models import Broadcast, Topic
from broadcasts.posts.prefill import Start
from broadcasts.sending.models import Delivery
from documents.pictures import prepare
from groups.models import Hamlet, ZaloGroup
from zalo.channels import registry

SUBMIT = "_submit"
# Beside which field a finding is told.
FIELDS_OF_PLACES = {
    "title": "title", "image": "image", "image_name": "image", "file": "file", "file_name": "file",
    "file_meta": "file",
}  # fmt: skip


class MomentInput(forms.DateTimeInput):
    """The date and time picker of the phone or the browser itself."""

    input_type = "datetime-local"

    def __init__(self) -> None:
        super().__init__(attrs={"class": "by-input"}, format="%Y-%m-%dT%H:%M")


class GroupChoices(forms.ModelMultipleChoiceField):
    widget = forms.CheckboxSelectMultiple

    def label_from_instance(self, group: ZaloGroup) -> str:
        place = f"{group.hamlet}, " if group.hamlet else ""
        channel = "máy gửi" if registry.is_for_machine(group.kind) else "đăng tay"
        return f"{group.name} ({place}{channel})"


class AudienceForm(forms.Form):
    """Audience fields; nothing chosen means the whole commune, which must be explicit."""

    WHOLE, CHOSEN = "whole", "chosen"

    send_to = forms.ChoiceField(
        label="Gửi tới",
        choices=[
            (WHOLE, "Tất cả nhóm đang hoạt động của xã"),
            (CHOSEN, "Chỉ những ấp, nhóm tôi chọn"),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": "Hãy chọn: cả xã, hay chỉ những ấp, nhóm nào."},
    )
    audience_hamlets = forms.ModelMultipleChoiceField(
        label="Các ấp, khu phố", queryset=Hamlet.objects.none(), required=False,
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip
    audience_groups = GroupChoices(
        label="Từng nhóm", queryset=ZaloGroup.objects.none(), required=False
    )

    def offer(self, user: Any, commune: Commune | None) -> None:
        """Offer and accept only what this account may see; a known commune is not asked for."""
        self.narrow(user, commune)
        fields: Any = self.fields
        if "topic" in fields:
            fields["topic"].queryset = Topic.objects.filter(is_active=True)
        if commune is not None:
            fields.pop("commune", None)
            self.instance.commune = commune  # type: ignore[attr-defined]

    def narrow(self, user: Any, commune: Commune | None) -> None:
        """Offer and accept only the places that this account may see."""
        hamlets = Hamlet.objects.visible_to(user).valid_on(timezone.localdate())
        groups = ZaloGroup.objects.visible_to(user).active().select_related("hamlet")
        if commune is not None:
            hamlets, groups = hamlets.of_commune(commune), groups.of_commune(commune)
        fields: Any = self.fields
        fields["audience_hamlets"].queryset = hamlets
        fields["audience_groups"].queryset = groups.order_by("hamlet__code", "search_text")

    def clean_audience_hamlets(self) -> list[int]:
        return [hamlet.pk for hamlet in self.cleaned_data["audience_hamlets"]]

    def clean_audience_groups(self) -> list[int]:
        return [group.pk for group in self.cleaned_data["audience_groups"]]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        chosen = cleaned.get("audience_hamlets") or cleaned.get("audience_groups")
        if cleaned.get("send_to") == self.CHOSEN and not chosen:
            self.add_error("send_to", "Hãy chọn ít nhất một ấp hoặc một nhóm.")
        if cleaned.get("send_to") == self.WHOLE:
            cleaned["audience_hamlets"] = cleaned["audience_groups"] = []
        return cleaned

    def add_blocking(self, post: Broadcast) -> None:
        """Add blocking findings to the fields."""
        keep_file(post)
        for hit in services.check(post):
            if hit.level == services.Level.BLOCK:
                self.add_error(FIELDS_OF_PLACES.get(hit.where, "text"), hit.sentence)


class BroadcastForm(AudienceForm, forms.ModelForm):
    """A post as its author writes it. `user` and `start` are set by the admin on the class."""

    user: Any = None
    start: Start | None = None

    class Meta:
        model = Broadcast
        fields = [
            "commune", "title", "topic", "text", "image", "file", "send_to", "audience_hamlets",
            "audience_groups", "priority", "scheduled_for", "expires_at",
        ]  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.start is not None and self.instance.pk is None:
            self.start.tie(self.instance)
        commune = self.instance.commune if self.instance.commune_id else self.user.commune
        self.offer(self.user, commune)
        self.initial["audience_hamlets"] = Hamlet.objects.succeeding(self.instance.audience_hamlets)
        chosen = self.instance.audience_hamlets or self.instance.audience_groups
        if self.instance.pk:
            self.fields["send_to"].initial = self.CHOSEN if chosen else self.WHOLE
        if self.instance.corrects_id:  # it goes where the original went
            for name in ("send_to", "audience_hamlets", "audience_groups"):
                del self.fields[name]

    def clean_image(self) -> Any:
        """Shrink a new picture and drop its metadata before it is stored."""
        image = self.cleaned_data["image"]
        return prepare(image) if isinstance(image, UploadedFile) else image

    def clean_file(self) -> Any:
        """Clean a new file in another process before it is stored."""
        handed_in = self.cleaned_data["file"]
        if not isinstance(handed_in, UploadedFile):
            return handed_in
        if handed_in.size and handed_in.size > MAX_FILE_BYTES:
            raise forms.ValidationError("Tệp nặng quá 5 MB, Zalo không nhận.")
        try:
            return open_upload(handed_in.read(), handed_in.name or "")
        except NotADocument as error:
            raise forms.ValidationError(str(error)) from error

    def _post_clean(self) -> None:
        super()._post_clean()  # type: ignore[misc]
        if SUBMIT not in self.data or self.errors:
            return
        if why := services.lacking(self.instance):
            self.add_error("text", why)
        self.add_blocking(self.instance)


class PreviewForm(AudienceForm):
    """The form while it is being written; unreadable input counts as blank."""

    title = forms.CharField(required=False)
    text = forms.CharField(required=False, strip=False)
    priority = forms.ChoiceField(choices=Broadcast.Priority, required=False)
    send_to = forms.CharField(required=False)
    scheduled_for = forms.DateTimeField(required=False)

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.commune = user.commune
        self.narrow(user, user.commune)

    @property
    def has_audience(self) -> bool:
        """Whether an audience is chosen yet; a blank rule would mean everywhere."""
        read = self.cleaned_data
        some = read.get("audience_hamlets") or read.get("audience_groups")
        return read.get("send_to") == self.WHOLE or bool(some)

    def as_broadcast(self) -> Broadcast:
        """An unsaved post of what is readable so far."""
        self.is_valid()
        read = self.cleaned_data
        return Broadcast(
            commune=self.commune,
            title=read.get("title", ""),
            text=read.get("text", ""),
            priority=read.get("priority") or Broadcast.Priority.ROUTINE,
            audience_hamlets=read.get("audience_hamlets") or [],
            audience_groups=read.get("audience_groups") or [],
            scheduled_for=read.get("scheduled_for"),
        )


class PostedForm(forms.Form):
    """“Tôi đã đăng”, with a screenshot if there is one."""

    proof = forms.FileField(label="Ảnh chụp màn hình (không bắt buộc)", required=False)
    recalled = forms.BooleanField(label="Tôi đã gỡ bài cũ", required=False)

    def clean_proof(self) -> Any:
        proof = self.cleaned_data["proof"]
        return prepare(proof) if proof else None


class MissedForm(forms.Form):
    """“Không đăng được”, with one of the usual reasons or an own one."""

    REASONS = (
        "Tôi không còn ở trong nhóm này.",
        "Nhóm khóa quyền đăng bài.",
        "Liên kết nhóm không mở được.",
        "Nhóm không còn hoạt động.",
    )

    reason = forms.ChoiceField(choices=[(text, text) for text in REASONS], required=False)
    other = forms.CharField(max_length=300, required=False)

    def sentence(self) -> str:
        self.is_valid()
        parts = (self.cleaned_data.get("reason", ""), self.cleaned_data.get("other", ""))
        return " ".join(part.strip() for part in parts if part.strip())


class LogFilterForm(forms.Form):
    """Status filter of the delivery log."""

    status = forms.ChoiceField(choices=Delivery.Status, required=False)
