"""The names of events in Vietnamese, for lists; a name without words is shown as it is."""

from typing import Final

WORDS: Final = {
    "follow": "Quan tâm OA",
    "unfollow": "Bỏ quan tâm OA",
    "user_submit_info": "Chia sẻ thông tin liên hệ",
    "user_withdraw": "Rút đồng ý dùng dữ liệu",
    "user_received_message": "Đã nhận tin của OA",
    "user_seen_message": "Đã xem tin của OA",
    "user_reacted_message": "Thả cảm xúc",
    "user_click_chatnow": "Bấm nhắn tin lần đầu",
    "user_call_oa": "Gọi cho OA",
    "permission_revoked": "OA thu hồi quyền của ứng dụng",
    "create_group": "Lập nhóm",
    "user_join_group": "Vào nhóm",
    "user_request_join_group": "Xin vào nhóm",
    "react_request_join_group": "Duyệt vào nhóm",
    "accept_request_join_group": "Duyệt vào nhóm",
    "react_request_join_group_accept": "Duyệt vào nhóm",
    "reject_request_join_group": "Từ chối vào nhóm",
    "react_request_join_group_reject": "Từ chối vào nhóm",
    "add_group_admin": "Thêm phó nhóm",
    "remove_group_admin": "Bỏ phó nhóm",
    "update_group_info": "Đổi thông tin nhóm",
    "user_out_group": "Ra khỏi nhóm",
    "user_leave_group": "Ra khỏi nhóm",
    "disperse_group": "Giải tán nhóm",
    "delete_group": "Giải tán nhóm",
}
_BEGINNINGS: Final = (
    ("user_send_group_", "Tin trong nhóm (không giữ nội dung)"),
    ("user_send_", "Tin nhắn riêng tới OA"),
    ("anonymous_send_", "Tin của khách xem trang web"),
    ("oa_send_group_", "OA đăng vào nhóm"),
    ("oa_send_", "OA nhắn cho người dân"),
)


def words_of(name: str) -> str:
    """The event in words."""
    if found := WORDS.get(name):
        return found
    return next((words for start, words in _BEGINNINGS if name.startswith(start)), name or "?")
