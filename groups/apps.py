from django.apps import AppConfig


class GroupsConfig(AppConfig):
    name = "groups"
    verbose_name = "Địa bàn và nhóm"

    def ready(self) -> None:
        from groups import (  # noqa: PLC0415 -- app ready
            oa_today,  # noqa: F401
            people_today,  # noqa: F401
            receivers,  # noqa: F401
            regulation_today,  # noqa: F401
            retention,
            today,  # noqa: F401
        )
        from groups.linking import (  # noqa: PLC0415 -- app ready
            receivers as linking_receivers,  # noqa: F401
        )
        from groups.linking import today as linking_today  # noqa: F401, PLC0415 -- app ready
        from groups.member_list import today as imports_today  # noqa: F401, PLC0415 -- app ready

        retention.register_rules()
