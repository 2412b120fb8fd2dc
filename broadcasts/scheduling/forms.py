"""The form of a schedule: what a post needs, and the rule by which it comes again."""

from collections.abc import Iterator
from typing import Any

from django import forms

from accounts.models import Commune
from broadcasts.posts.forms import (
    SUBMIT,
    AudienceForm,
    BroadcastForm,
)
from broadcasts.posts.models import Broadcast, Topic
from broadcasts.scheduling.models import LAST, Schedule
from broadcasts.scheduling.rules import Rule
from groups.admin_mixins import DayInput
from groups.models import Hamlet

Freq = Schedule.Freq
CONTENT = ("title", "topic", "text", "image", "file")
MONTH_DAYS = [*((day, f"ngày {day}") for day in range(1, 32)), (LAST, "ngày cuối tháng")]
# What each kind of rule asks for beside the time of day.
ASKED = {
    Freq.DAILY: ("interval",),
    Freq.WEEKLY: ("interval", "weekdays"),
    Freq.MONTHLY_DAY: ("interval", "month_day"),
    Freq.MONTHLY_WEEKDAY: ("interval", "week", "weekday"),
    Freq.YEARLY: ("interval", "month_day", "month"),
    Freq.LUNAR: ("lunar_days",),
}
MISSING = {
    "weekdays": "Hãy chọn ít nhất một thứ trong tuần.",
    "weekday": "Hãy chọn thứ trong tuần.",
    "week": "Hãy chọn tuần thứ mấy của tháng.",
    "month_day": "Hãy chọn ngày trong tháng.",
    "month": "Hãy chọn tháng.",
    "lunar_days": "Hãy chọn mùng một, rằm, hoặc cả hai.",
}


class ClockInput(forms.TimeInput):
    """The time picker of the phone or the browser itself."""

    input_type = "time"

    def __init__(self) -> None:
        super().__init__(attrs={"class": "by-input"}, format="%H:%M")


def _number(label: str, choices: Any, **options: Any) -> forms.TypedChoiceField:
    return forms.TypedChoiceField(
        label=label, choices=[("", "Chọn"), *choices], coerce=int, empty_value=None,
        required=False, widget=forms.Select(attrs={"class": "by-input"}), **options,
    )  # fmt: skip


def _several(label: str, choices: Any) -> forms.TypedMultipleChoiceField:
    return forms.TypedMultipleChoiceField(
        label=label, choices=choices, coerce=int, required=False,
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip


class RuleForm(forms.Form):
    """The rule alone, which the list of next dates reads while the form is being filled in."""

    NEVER, ON_DAY, AFTER = "never", "day", "times"

    freq = forms.ChoiceField(
        label="Lặp lại", choices=Freq, initial=Freq.WEEKLY,
        widget=forms.Select(attrs={"class": "by-input"}),
    )  # fmt: skip
    interval = forms.IntegerField(
        label="Cứ mỗi", min_value=1, max_value=60, initial=1, required=False,
        widget=forms.NumberInput(attrs={"class": "by-input"}),
        help_text="1 là lần nào cũng đăng; 2 là cách một lần, như hai tuần một lần.",
    )  # fmt: skip
    weekdays = _several("Vào thứ", Schedule.Weekday.choices)
    week = _number("Tuần", Schedule.Week.choices)
    weekday = _number("Thứ", Schedule.Weekday.choices)
    month_day = _number(
        "Vào ngày", MONTH_DAYS, help_text="Tháng không có ngày này thì đăng vào ngày cuối tháng."
    )
    month = _number("Tháng", [(month, f"tháng {month}") for month in range(1, 13)])
    lunar_days = _several("Ngày âm lịch", Schedule.LunarDay.choices)
    at = forms.TimeField(label="Lúc", widget=ClockInput())
    first_on = forms.DateField(label="Bắt đầu từ ngày", widget=DayInput())
    ending = forms.ChoiceField(
        label="Kết thúc", initial=NEVER, widget=forms.RadioSelect,
        choices=[
            (NEVER, "Không kết thúc"), (ON_DAY, "Đến hết một ngày"), (AFTER, "Sau một số lần")
        ],
    )  # fmt: skip
    last_on = forms.DateField(label="Đến hết ngày", widget=DayInput(), required=False)
    times = forms.IntegerField(
        label="Số lần", min_value=1, max_value=1000, required=False,
        widget=forms.NumberInput(attrs={"class": "by-input"}),
        help_text="Tính từ ngày bắt đầu. Lần trúng ngày nghỉ mà bỏ thì không tính.",
    )  # fmt: skip
    on_day_off = forms.ChoiceField(
        label="Trúng ngày nghỉ lễ, Tết",
        choices=Schedule.DayOff,
        initial=Schedule.DayOff.NEXT,
        widget=forms.RadioSelect,
        help_text="Theo lịch nghỉ lễ của xã. Thứ Bảy, Chủ Nhật thường không phải ngày nghỉ lễ.",
    )

    def clean(self) -> dict[str, Any]:
        """Keeps what the chosen kind of rule asks for, and empties the rest."""
        cleaned = super().clean() or self.cleaned_data
        asked = ASKED.get(cleaned.get("freq", ""), ())
        for name in asked:
            if name in MISSING and cleaned.get(name) in (None, "", []) and name not in self.errors:
                self.add_error(name, MISSING[name])
        if "weekday" in asked and cleaned.get("weekday") is not None:
            cleaned["weekdays"] = [cleaned["weekday"]]
        elif "weekdays" not in asked:
            cleaned["weekdays"] = []
        for name in ("week", "month_day", "month"):
            if name not in asked:
                cleaned[name] = None
        if "lunar_days" not in asked:
            cleaned["lunar_days"] = []
        cleaned["interval"] = cleaned.get("interval") or 1 if "interval" in asked else 1
        ending = cleaned.get("ending")
        if ending != self.ON_DAY:
            cleaned["last_on"] = None
        elif cleaned.get("last_on") is None and "last_on" not in self.errors:
            self.add_error("last_on", "Hãy chọn ngày kết thúc.")
        if ending != self.AFTER:
            cleaned["times"] = None
        elif cleaned.get("times") is None and "times" not in self.errors:
            self.add_error("times", "Hãy ghi số lần đăng.")
        return cleaned

    def rule(self) -> Rule | None:
        """The rule, once it can be read; None before."""
        if not self.is_valid():
            return None
        names = (name for name in Rule.__dataclass_fields__ if name in self.cleaned_data)
        read = {name: self.cleaned_data[name] for name in names}
        return Rule(**(read | {name: tuple(read[name]) for name in ("weekdays", "lunar_days")}))


class ScheduleForm(RuleForm, AudienceForm, forms.ModelForm):
    """A schedule as its author writes it. `user` is set by the admin on the class, as are the
    fields of the content, which it draws like those of a post."""

    user: Any = None

    title = forms.CharField(label="Tên bài", max_length=150)
    topic = forms.ModelChoiceField(label="Chủ đề", queryset=Topic.objects.none())
    text = forms.CharField(label="Nội dung")
    image = forms.ImageField(label="Hình ảnh", required=False)
    file = forms.FileField(label="Tệp kèm theo", required=False)

    class Meta:
        model = Schedule
        fields = [
            "commune", "freq", "interval", "weekdays", "week", "month_day", "month", "lunar_days",
            "at", "first_on", "last_on", "times", "on_day_off",
        ]  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        pattern = Broadcast()
        if self.instance.pk:
            pattern = Broadcast.objects.get(pk=self.instance.pattern_id)
            self.initial.update(self._stored(pattern))
        self.pattern = pattern
        commune: Commune | None = pattern.commune if pattern.commune_id else self.user.commune
        self.offer(self.user, commune)

    def _stored(self, pattern: Broadcast) -> Iterator[tuple[str, Any]]:
        """Initial values from the stored schedule and pattern."""
        for name in ("title", "text", "image", "file"):
            yield name, getattr(pattern, name)
        yield "topic", pattern.topic_id
        chosen = pattern.audience_hamlets or pattern.audience_groups
        yield "send_to", self.CHOSEN if chosen else self.WHOLE
        yield "audience_hamlets", Hamlet.objects.succeeding(pattern.audience_hamlets)
        yield "audience_groups", pattern.audience_groups
        schedule = self.instance
        yield "weekday", schedule.weekdays[0] if len(schedule.weekdays) == 1 else None
        yield "ending", self._ending(schedule)

    def _ending(self, schedule: Schedule) -> str:
        if schedule.last_on:
            return self.ON_DAY
        return self.AFTER if schedule.times else self.NEVER

    clean_image, clean_file = BroadcastForm.clean_image, BroadcastForm.clean_file

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        pattern = self.pattern
        pattern.commune_id = self.instance.commune_id or getattr(cleaned.get("commune"), "pk", None)
        pattern.audience_hamlets = cleaned.get("audience_hamlets") or []
        pattern.audience_groups = cleaned.get("audience_groups") or []
        for name in CONTENT:
            if name in cleaned:
                setattr(pattern, name, cleaned[name] or (None if name == "topic" else ""))
        return cleaned

    def _post_clean(self) -> None:
        super()._post_clean()  # type: ignore[misc]
        if SUBMIT in self.data and not self.errors:
            self.add_blocking(self.pattern)
