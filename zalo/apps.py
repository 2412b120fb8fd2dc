from django.apps import AppConfig


class ZaloConfig(AppConfig):
    name = "zalo"
    verbose_name = "Kết nối Zalo"

    def ready(self) -> None:
        from accounts import retention  # noqa: PLC0415 -- app ready
        from zalo.followers import retention as followers_retention  # noqa: PLC0415 -- app ready
        from zalo.inbox import retention as inbox_retention  # noqa: PLC0415 -- app ready
        from zalo.official_accounts import (  # noqa: PLC0415 -- app ready
            alarms,  # noqa: F401 -- registers its work list
            call_log,
        )
        from zalo.tokens import consenting  # noqa: PLC0415 -- app ready

        followers_retention.register_rules()
        inbox_retention.register_rules()
        retention.register(
            retention.RetentionRule(
                label="zalo.ApiCall",
                days=call_log.KEEP_DAYS,
                sentence="Nhật ký lời gọi tới Zalo chỉ để tìm lỗi, giữ 90 ngày.",
                expired=call_log.expired,
            )
        )
        retention.register(
            retention.RetentionRule(
                label="zalo.ConsentAttempt",
                days=consenting.KEEP_DAYS,
                sentence="Lần xin cấp quyền Zalo chỉ để tìm lỗi; việc kết nối có trong nhật ký.",
                expired=consenting.expired,
            )
        )
