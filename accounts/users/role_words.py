"""Roles in words: one sentence each for who makes an account."""

from typing import Final

from accounts.users.roles import Role

MAY: Final[dict[Role, str]] = {
    Role.CHIEF: "Xem cả xã; duyệt bài, giao và xem phản ánh, phân công địa bàn, ký báo cáo.",
    Role.OFFICER: "Ấp được phân công: nhóm, bà con, soạn bài, đăng tay; phản ánh được giao.",
    Role.DUTY_OFFICER: "Ghi tin báo, phân loại và giao phản ánh trong ca; không xem bà con.",
    Role.HAMLET_HEAD: "Ấp của mình: danh sách bà con, điểm danh, đăng tay; không đọc phản ánh.",
    Role.TEAM_LEADER: "Tổ của mình: xem tên bà con, điểm danh, chuyển tin; không xem số máy.",
    Role.PARTY_MEMBER: "Xem số liệu, báo cáo, chỉ đạo, kế hoạch; không sửa, không xem phản ánh.",
    Role.PARTY_OFFICE: "Ra chỉ đạo, nhận báo cáo, yêu cầu đăng bài; không xem phản ánh, bà con.",
    Role.FRONT: "Kế hoạch của đoàn thể, trả lời chỉ đạo, yêu cầu đăng bài, xem số liệu.",
    Role.TECH_ADMIN: "Tài khoản, kết nối Zalo, sức khỏe hệ thống; không xem bài, bà con, phản ánh.",
    Role.SUPERIOR: "Chỉ đọc phản ánh mà không ai ở xã được đọc, khi tin nói về mọi người ở xã.",
    Role.CITY: "Xem số liệu của mọi xã; tài khoản phải để trống ô xã, phường.",
}
_BY_NAME: Final = {str(role.label): sentence for role, sentence in MAY.items()}


def may(name: str) -> str:
    """The sentence of the role with this name; blank of another group."""
    return _BY_NAME.get(name, "")
