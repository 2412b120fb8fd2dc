"""What the actions and details of the audit trail are called, for whoever reads it."""

from typing import Any

ACTIONS = {
    "account.logged_in": "Đăng nhập",
    "account.logged_out": "Đăng xuất",
    "account.locked_out": "Tạm chặn vì sai mật khẩu nhiều lần",
    "account.created": "Lập tài khoản",
    "account.changed": "Sửa tài khoản",
    "account.temporary_password": "Cấp mật khẩu tạm",
    "account.password_changed": "Tự đổi mật khẩu",
    "account.locked": "Khóa tài khoản",
    "account.unlocked": "Mở khóa tài khoản",
    "account.second_factor_enrolled": "Cài bước xác thực thứ hai",
    "account.second_step_passed": "Qua bước xác thực thứ hai",
    "account.second_step_failed": "Nhập sai mã xác thực",
    "account.second_step_paused": "Tạm chặn vì sai mã xác thực nhiều lần",
    "account.second_factor_reset": "Đặt lại bước hai cho người khác",
    "account.second_factor_cleared": "Bỏ bước hai vì tài khoản được thêm vai trò công an",
    "account.recovery_code_used": "Dùng một mã dự phòng",
    "account.recovery_codes_renewed": "Tạo lại mã dự phòng",
    "account.phone_lost": "Báo mất điện thoại",
    "account.signed_out_everywhere": "Đăng xuất mọi nơi",
    "account.session_expired": "Phiên tự hết",
    "commune.changed": "Sửa thông tin xã",
    "member.viewed": "Xem thông tin thành viên",
    "member.changed": "Sửa thông tin thành viên",
    "member.added": "Thêm thành viên",
    "group.activated": "Cho nhóm hoạt động",
    "group.paused": "Tạm dừng nhóm",
    "group.closed": "Đóng nhóm",
    "group.heads_counted": "Ghi số người trong nhóm",
    "group.link_checked": "Kiểm tra liên kết nhóm",
    "group.link_broken": "Báo liên kết nhóm hỏng",
    "group.rules_pinned": "Ghi đã ghim quy chế trong nhóm",
    "group.officer_inside": "Xác nhận cán bộ ở trong nhóm",
    "regulation.drafted": "Soạn quy chế",
    "regulation.edited": "Sửa dự thảo quy chế",
    "regulation.consulting": "Đưa quy chế ra lấy ý kiến",
    "regulation.agreed": "Xác nhận quy chế đã thống nhất",
    "regulation.issued": "Ban hành quy chế",
    "regulation.superseded": "Thay thế quy chế",
    "regulation.acknowledged": "Ghi nhận người đã biết quy chế",
    "regulation.acknowledgement_removed": "Bỏ ghi nhận đã biết quy chế",
    "meeting.recorded": "Ghi cuộc họp lấy ý kiến",
    "meeting.changed": "Sửa cuộc họp lấy ý kiến",
    "meeting.removed": "Xóa cuộc họp ghi nhầm",
    "meeting.file_taken": "Tải tệp biên bản họp",
    "import.started": "Tải danh sách thành viên lên",
    "import.committed": "Nhập danh sách thành viên",
    "import.discarded": "Bỏ danh sách đã tải lên",
    "import.undone": "Hoàn tác lần nhập danh sách",
    "import.file_taken": "Tải tệp danh sách đã đánh dấu lỗi",
    "data.imported": "Nhập dữ liệu từ tệp",
    "data.exported": "Xuất dữ liệu ra tệp",
    "broadcast.created": "Soạn bài",
    "broadcast.edited": "Sửa bài",
    "broadcast.scheduled": "Lên lịch gửi bài",
    "broadcast.started": "Bắt đầu gửi bài",
    "broadcast.completed": "Gửi xong bài",
    "broadcast.expired": "Bài quá giờ, không gửi",
    "broadcast.settled": "Xác minh lượt gửi chưa rõ của bài",
    "broadcast.submitted": "Trình duyệt bài",
    "broadcast.approved": "Duyệt bài",
    "broadcast.approval_voided": "Hủy duyệt vì bài bị sửa",
    "broadcast.returned": "Trả lại bài",
    "broadcast.rejected": "Không duyệt bài",
    "broadcast.cancelled": "Hủy bài",
    "broadcast.paused": "Tạm dừng gửi bài",
    "broadcast.resumed": "Cho gửi tiếp bài",
    "broadcast.resent": "Gửi lại nhóm bị lỗi",
    "delivery.settled": "Xác minh lượt gửi chưa rõ",
    "delivery.posted": "Đánh dấu đã đăng tay",
    "delivery.missed": "Báo không đăng được",
    "delivery.taken_back": "Mở lại việc đăng tay ghi nhầm",
    "zalo.connect": "Kết nối Zalo OA",
}
SECTIONS = {
    "account": "Tài khoản",
    "member": "Thành viên",
    "group": "Nhóm Zalo",
    "regulation": "Quy chế",
    "meeting": "Họp lấy ý kiến",
    "broadcast": "Bài đăng",
    "delivery": "Lượt gửi",
    "import": "Nhập danh sách",
    "data": "Nhập, xuất dữ liệu",
    "commune": "Xã, phường",
    "zalo": "Zalo OA",
}
DETAILS = {
    "rows": "số dòng",
    "model": "bảng",
    "new": "mới",
    "changed": "thay đổi",
    "same": "không đổi",
    "doubtful": "nghi trùng",
    "refused": "không nhận",
    "repeated": "lặp trong tệp",
    "outdated": "bị sửa trong lúc chờ",
    "removed": "đã xóa",
    "restored": "đã trả lại",
    "kept": "giữ nguyên vì đã sửa sau đó",
    "update": "cập nhật",
    "skip": "giữ nguyên",
    "invalid": "không hợp lệ",
    "error": "lỗi",
    "fields": "trường",
    "roles": "vai trò",
    "username": "tên đăng nhập",
    "sessions": "số phiên đã kết thúc",
    "attempts": "số lần sai liên tiếp",
    "codes_left": "số mã dự phòng còn lại",
    "version": "bản số",
    "agree": "đồng ý",
    "total": "tổng số",
    "needs": "còn thiếu",
    "member": "mã thành viên",
    "without_regulation": "chưa có quy chế",
    "has_proof": "có ảnh chụp",
    "finding": "kết quả xác minh",
}
MODELS = {
    "groups.hamlet": "ấp, khu phố",
    "groups.team": "tổ nhân dân",
    "groups.officer": "cán bộ",
    "groups.zalogroup": "nhóm Zalo",
    "groups.member": "thành viên",
}


def action_words(action: str) -> str:
    """The action in Vietnamese; one that has no words yet is shown as it is."""
    return ACTIONS.get(action, action)


def _value_words(value: Any) -> str:
    if isinstance(value, bool):
        return "có" if value else "không"
    if isinstance(value, list):
        return ", ".join(map(str, value)) or "không có"
    return MODELS.get(str(value), str(value))


def detail_words(details: dict[str, Any]) -> str:
    """`{"rows": 3}` → `số dòng: 3`."""
    return "; ".join(f"{DETAILS.get(key, key)}: {_value_words(details[key])}" for key in details)
