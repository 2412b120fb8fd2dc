from importlib import import_module

from django.apps import AppConfig

# Modules that register work lists or receivers when they are imported.
REGISTERING = (
    "groups.oa_groups.held",
    "groups.oa_groups.work_lists",
    "groups.health",
    "groups.personal_data.breaches.occasions",
    "groups.personal_data.breaches.work_lists",
    "groups.personal_data.occasions",
    "groups.personal_data.work_lists",
    "groups.oa_groups.receivers",
    "groups.work_lists",
    "groups.linking.held",
    "groups.linking.receivers",
    "groups.linking.work_lists",
    "groups.member_import.work_lists",
    "groups.places.next_steps",
    "groups.roll_call.work_lists",
)


class GroupsConfig(AppConfig):
    name = "groups"
    verbose_name = "Địa bàn và nhóm"

    def ready(self) -> None:
        from groups import retention  # noqa: PLC0415 -- app ready

        for name in REGISTERING:
            import_module(name)
        retention.register_rules()
