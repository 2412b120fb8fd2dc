from django.apps import AppConfig


class ZaloConfig(AppConfig):
    name = "zalo"
    verbose_name = "Kết nối Zalo"

    def ready(self) -> None:
        from accounts import retention  # noqa: PLC0415 -- app ready
        from zalo import call_log  # noqa: PLC0415 -- app ready

        retention.register(
            retention.RetentionRule(
                label="zalo.ApiCall",
                days=call_log.KEEP_DAYS,
                sentence="Nhật ký lời gọi tới Zalo chỉ để tìm lỗi, giữ 90 ngày.",
                expired=call_log.expired,
            )
        )
