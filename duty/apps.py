from importlib import import_module

from django.apps import AppConfig

# Modules that register work lists, ways or receivers when they are imported.
REGISTERING = (
    "duty.occasions.own_kinds",
    "duty.occasions.machine_kinds",
    "duty.occasions.receivers",
    "duty.ways.mail.postbox",
    "duty.ways.sms.phones",
    "duty.ways.zalo.group",
    "duty.ways.zalo.person",
    "duty.ways.zalo.receivers",
    "duty.occasions.work_lists",
    "duty.shifts.kinds",
    "duty.shifts.work_lists",
    "duty.ways.push.delivery",
    "duty.ways.receivers",
    "duty.ways.work_lists",
)


class DutyConfig(AppConfig):
    name = "duty"
    verbose_name = "Trực và báo việc"

    def ready(self) -> None:
        from duty import retention  # noqa: PLC0415 -- app ready
        from duty.shifts import demo  # noqa: PLC0415 -- app ready

        for name in REGISTERING:
            import_module(name)
        retention.register_rules()
        demo.register_part()
