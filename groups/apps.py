from django.apps import AppConfig


class GroupsConfig(AppConfig):
    name = "groups"
    verbose_name = "Địa bàn và nhóm"

    def ready(self) -> None:
        from groups import (  # noqa: PLC0415 -- app ready
            people_today,  # noqa: F401
            retention,
            today,  # noqa: F401
        )

        retention.register_rules()
