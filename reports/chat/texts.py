"""Automatic answers of the account, in whole sentences for a resident of any age.

Each text fits into one message of Zalo (2,000 characters).
"""

from collections.abc import Sequence
from typing import Final

from procedures.asking.services import ASK_A_PERSON
from reports.chat.models import ChatReply

SIGNED: Final = "Trả lời tự động"
_NUMBERS: Final = {
    "113": "113 (công an)",
    "114": "114 (cháy, cứu nạn)",
    "115": "115 (cấp cứu)",
}


def emergency(numbers: Sequence[str], duty_phone: str) -> str:
    """Return the lines that come first where something is happening now."""
    named = [_NUMBERS[number] for number in numbers if number in _NUMBERS]
    duty = f" hoặc trực ban Công an xã {duty_phone}" if duty_phone else ""
    return (
        f"Việc đang xảy ra thì gọi ngay {', '.join(named or _NUMBERS.values())}{duty}. "
        "Tin nhắn này có thể chưa có người đọc ngay."
    )


def received(code: str, place: str, duty_phone: str) -> str:
    """The first answer to a tip; `place` is the commune as it stands inside a sentence."""
    duty = f", hoặc trực ban {duty_phone}" if duty_phone else ""
    return (
        f"Công an {place} đã nhận tin của ông (bà). Mã phản ánh: {code}.\n"
        "Cán bộ sẽ đọc và trả lời ngay trong cuộc trò chuyện này. Muốn nói thêm hoặc gửi ảnh, "
        "ông (bà) cứ nhắn tiếp vào đây; không cần nói gì trong nhóm Zalo. Người báo tin được "
        "giữ kín.\n"
        "Báo chuyện khác thì mở đầu bằng: VIỆC KHÁC. Muốn xem trả lời trên trang web thì nhắn: "
        "MÃ.\n"
        f"Việc khẩn cấp gọi 113, 114, 115{duty}."
    )


def asked(code: str, place: str, duty_phone: str, reception: str, *, about: str) -> str:
    """The first answer to a question for an officer; `about` is the procedure that it seems to be
    about. Nothing of the content of that is said; what to bring is advice for any visit."""
    named = f"Máy hiểu ông (bà) hỏi về: {about}. " if about else ""
    named += "Cán bộ còn phải xem lại nội dung này nên máy chưa tự trả lời. " if about else ""
    visit = f"tới {reception or f'trụ sở Công an {place}'}"
    call = f" hoặc gọi trực ban {duty_phone}" if duty_phone else ""
    return (
        f"Công an {place} đã nhận câu hỏi của ông (bà). Mã phản ánh: {code}.\n"
        f"{named}Cán bộ sẽ trả lời ngay trong cuộc trò chuyện này: cần giấy tờ gì, làm ở đâu, mất "
        "bao lâu.\n"
        f"Cần hỏi trực tiếp thì {visit}{call}. Khi đi nên mang theo giấy tờ tùy thân còn giữ, kể "
        "cả bản sao.\n"
        "Muốn nói thêm, ông (bà) cứ nhắn tiếp vào đây. Không gửi mật khẩu, mã OTP cho bất kỳ ai.\n"
        "Báo chuyện khác thì mở đầu bằng: VIỆC KHÁC. Muốn xem trả lời trên trang web thì nhắn: "
        "MÃ.\n"
        "Việc khẩn cấp gọi 113, 114, 115."
    )


def heard_more(code: str) -> str:
    """The answer to more words after a while."""
    return f"Đã nhận thêm cho phản ánh {code}. Cán bộ sẽ đọc và trả lời tại đây."


def file_refused(reason: str) -> str:
    """A file that did not get here, and what to do."""
    return f"Có một tệp chưa nhận được: {reason} Những lời đã nhắn vẫn được giữ."


FILE_REASONS: Final[dict[str, str]] = {
    "size": "tệp lớn quá. Xin gửi tệp nhỏ hơn 20 MB, hoặc chụp lại rồi gửi.",
    "type": "loại tệp này không nhận được. Xin gửi ảnh, ghi âm, video, PDF hoặc Word.",
    "broken": "tệp bị hỏng trên đường gửi. Xin gửi lại.",
    "time": "đường truyền chậm nên tải không xong. Xin gửi lại.",
    "gone": "tệp không còn trên Zalo. Xin gửi lại.",
}
FILE_RISKY: Final = (
    "Đã nhận một tệp có macro, mã lệnh hoặc tệp nhúng bên trong. Để tránh mã độc, tệp được niêm "
    "phong, không mở ở đây. Xin chụp ảnh nội dung, hoặc xuất ra PDF thường, rồi gửi lại."
)
FILE_LOST: Final = "tải tệp từ Zalo không được. Xin gửi lại."


NOT_NOW: Final = (
    "Nội dung về thủ tục này vừa được mở lại để rà soát nên máy không trả lời. Muốn cán bộ trả "
    f"lời, xin nhắn: {ASK_A_PERSON}."
)


def fixed(kind: str, place: str, duty_phone: str) -> str:
    """A fixed answer that belongs to no talk (`ChatReply.Kind`), but for the receipt."""
    duty = f", trực ban {duty_phone}" if duty_phone else ""
    match kind:
        case ChatReply.Kind.GREETING:
            return (
                f"Chào ông (bà). Đây là kênh riêng của Công an {place}: những gì nhắn ở đây "
                "không ai trong nhóm Zalo thấy.\n"
                "Muốn báo tin hoặc hỏi thủ tục, ông (bà) cứ viết ngay tại đây: chuyện gì, ở đâu, "
                "khi nào; có ảnh thì gửi kèm. Không nêu tên cũng được.\n"
                f"Việc khẩn cấp gọi 113, 114, 115{duty}."
            )
        case ChatReply.Kind.SECRET:
            return (
                "Tin vừa gửi có dấu chỉ độ mật nên không được nhận và không được lưu lại. Xin "
                f"mang trực tiếp tới trụ sở Công an {place}{duty}. Ông (bà) nhớ xóa tin đó trong "
                "điện thoại."
            )
        case ChatReply.Kind.NO_TIP:
            return (
                "Ông (bà) chưa có phản ánh nào đang giữ ở kênh này nên chưa có mã. Muốn báo tin, "
                "xin cứ viết ngay tại đây."
            )
        case ChatReply.Kind.EMPTY_MATTER:
            return (
                "Muốn báo chuyện khác, xin nhắn trong cùng một tin: VIỆC KHÁC, rồi viết tiếp "
                "chuyện gì, ở đâu, khi nào."
            )
        case ChatReply.Kind.DIVERTED:
            return (
                "Nội dung ông (bà) gửi thuộc loại đơn phải nộp theo luật tố cáo hoặc khiếu nại "
                "nên kênh này không giữ lại. Xin mang đơn tới nơi tiếp công dân của "
                f"{place} hoặc Công an {place}, cán bộ sẽ hướng dẫn."
            )
        case ChatReply.Kind.LATE_PICK:
            return (
                "Câu hỏi trước đã qua lâu nên máy không còn nhớ các thủ tục đã đưa ra. Xin ông "
                "(bà) nhắn lại câu hỏi."
            )
    raise ValueError(f"no fixed text for {kind}")


def receipt(code: str, blocks: Sequence[str], page: str) -> str:
    """The receipt, in five blocks; `page` is the address where it is typed, empty if unknown."""
    where = f" tại {page}" if page else " trên trang phản ánh của xã"
    return (
        f"Mã biên nhận của phản ánh {code}:\n{' '.join(blocks)}\n"
        f"Gõ mã này{where} để xem trả lời và nói thêm. Xin chép lại rồi xóa tin này; ai có mã đều "
        "xem được. Mã cũ, nếu có, từ nay không dùng nữa."
    )
