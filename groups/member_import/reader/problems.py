"""Problems of a file or a cell, as sentences that say what to do."""

from dataclasses import dataclass


class UnreadableFile(ValueError):
    """The whole file is refused; the text is for the person who chose it."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing to look at; an error refuses its row, a warning does not.

    `field` is the part of a person that it is about (`people.EDITABLE`), empty for the whole row.
    """

    sheet: str
    row: int
    column: str
    code: str
    message: str
    is_error: bool
    field: str = ""
    nth: int = 0  # 1 for the second of two people on one row


@dataclass(frozen=True, slots=True)
class DroppedRow:
    """A row or sheet left out, listed for people to see; row 0 means the whole sheet."""

    sheet: str
    row: int
    kind: str
    text: str


class BadCell(ValueError):
    """A cell of a kept column that says nothing certain."""

    def __init__(self, code: str, **values: object) -> None:
        super().__init__(code)
        self.code = code
        self.values = values


ERRORS = {
    "name_missing": "Dòng này chưa có họ tên. Hãy ghi họ tên, hoặc xoá dòng nếu để thừa.",
    "name_no_letters": "“{text}” không phải họ tên. Hãy ghi họ tên bằng chữ.",
    "name_digits": "Họ tên “{text}” có chữ số. Hãy bỏ chữ số, chỉ để họ tên.",
    "name_signs": "Họ tên “{text}” có ký hiệu lạ. Hãy bỏ ký hiệu, chỉ để họ tên.",
    "name_lost": (
        "Chữ có dấu trong “{text}” đã bị mất khi lưu tệp. Hãy lưu lại dạng .xlsx rồi tải lên."
    ),
    "name_too_long": "Họ tên dài hơn {limit} chữ. Hãy kiểm tra ô có bị gộp nhiều người không.",
    "name_several": "Ô này có vẻ ghi nhiều người. Hãy ghi mỗi người một dòng.",
    "formula": "Ô chứa công thức chưa tính được. Hãy thay bằng chữ hoặc số thật.",
    "formula_error": "Ô báo lỗi công thức. Hãy thay bằng chữ hoặc số thật.",
    "phone_length": "“{text}” có {digits} chữ số. Số di động có 10 chữ số; hãy hỏi lại số.",
    "phone_prefix": "“{text}” không bắt đầu bằng đầu số Việt Nam đang dùng. Hãy hỏi lại số.",
    "phone_foreign": "“{text}” là số nước ngoài. Hãy ghi số Việt Nam, hoặc để trống ô này.",
    "phone_national_id": (
        "Ô điện thoại đang chứa số giống số căn cước. Hãy ghi số điện thoại hoặc để trống."
    ),
    "phone_rounded": (
        "Excel đã làm tròn số này thành “{text}”. Hãy đổi ô sang dạng Văn bản rồi gõ lại đủ số."
    ),
    "phone_text": "“{text}” không phải số điện thoại. Hãy ghi số hoặc để trống.",
    "date_impossible": "Không có ngày “{text}”. Hãy ghi ngày/tháng/năm, hoặc chỉ ghi năm.",
    "date_unreadable": "Không hiểu “{text}”. Hãy ghi ngày/tháng/năm, hoặc năm sinh đủ bốn số.",
    "date_future": "“{text}” còn ở tương lai. Hãy xem lại ngày sinh.",
    "date_too_old": "“{text}” sớm hơn năm 1900. Hãy xem lại ngày sinh.",
    "birth_twice": "Năm sinh ghi ở cả cột Nam và cột Nữ. Hãy chỉ để ở một cột.",
    "gender_unreadable": "“{text}” không phải giới tính. Hãy ghi Nam hoặc Nữ, hoặc để trống.",
    "gender_twice": "Đánh dấu cả Nam và Nữ. Hãy chỉ để một dấu.",
    "gender_conflict": "Giới tính ghi khác nhau giữa các cột. Hãy sửa cho khớp.",
    "id_length": "Số căn cước có 12 chữ số, ô này có {digits}. Hãy xem lại giấy tờ, hoặc để trống.",
    "id_text": "Ô này không phải số căn cước. Hãy ghi đủ 12 chữ số, hoặc để trống.",
    "id_rounded": ("Excel đã làm tròn số căn cước. Hãy đổi ô sang dạng Văn bản rồi gõ lại đủ số."),
    "address_too_long": "Địa chỉ dài hơn {limit} chữ. Hãy ghi ngắn lại.",
}

WARNINGS = {
    "phone_zero_added": "Excel làm mất số 0 ở đầu; đã thêm lại thành {text}.",
    "phone_old_prefix": "Số 11 chữ số cũ; đã đổi sang đầu số mới {text}.",
    "phone_restored": "Excel ghi số dạng rút gọn; đã khôi phục thành {text}.",
    "phone_landline": "{text} là số máy bàn, không dùng Zalo được.",
    "phone_shared": "Số {text} đã có ở dòng khác trong tệp. Nếu cả nhà dùng chung thì cứ để vậy.",
    "year_as_date": "Ô định dạng ngày nhưng gõ năm; đã hiểu là năm {text}.",
    "birth_differs": "Hai cột ngày sinh ghi khác nhau; đã lấy năm {text}. Hãy xem lại.",
    "number_as_date": "Excel đã đổi ô này thành ngày; đã hiểu là {text}. Hãy sửa nếu không đúng.",
    "year_two_digits": "Năm chỉ có hai chữ số; đã hiểu là {text}. Hãy sửa nếu không đúng.",
    "name_capitals": "Đã viết hoa lại chữ cái đầu: {text}.",
    "name_honorific": "Đã bỏ cách xưng hô trước tên: {text}.",
    "name_note": "Đã bỏ phần ghi thêm cạnh tên: {text}. Hãy xem có cần sửa gì không.",
    "legacy_font": "Chữ gõ bằng phông cũ ({codec}); đã đổi thành {text}.",
    "legacy_capitals": "Chữ gõ bằng phông chữ hoa cũ; đã đổi thành {text}.",
    "hidden_row": "Dòng này đang bị ẩn trong tệp nhưng vẫn được đọc. Hãy xoá dòng nếu không dùng.",
    "hidden_column": "Cột này đang bị ẩn trong tệp nhưng vẫn được đọc. Hãy xoá cột nếu không dùng.",
    "household_alike": (
        "Đã có chủ hộ khác cũng tên {text} nên hai hộ bị tính là một. Hãy ghi mã hộ riêng."
    ),
    "id_zero_added": "Excel làm mất số 0 ở đầu số căn cước; đã thêm lại.",
    "id_restored": "Excel ghi số căn cước dạng rút gọn; đã khôi phục đủ số.",
    "id_old": "Chứng minh nhân dân 9 số không còn giá trị nên không lưu. Hãy hỏi số căn cước.",
    "id_passport": "Số hộ chiếu không lưu.",
    "id_differs": "Số căn cước không khớp với năm sinh hoặc giới tính của dòng. Hãy xem lại.",
    "gender_differs": "Cách xưng hô trước tên không khớp với cột giới tính. Hãy xem lại.",
}  # fmt: skip


def sentence(code: str, **values: object) -> str:
    """The Vietnamese sentence of a code; what was read goes in shortened."""
    text = str(values.get("text", ""))
    values["text"] = text if len(text) <= 60 else text[:59] + "…"
    return (ERRORS.get(code) or WARNINGS[code]).format(**values)


# What the comparison with the register, and with the rest of the list, has to say of a row.
NOTICES = {
    "row_repeated": "Trùng với dòng {row} trong tệp nên chỉ nhập một lần.",
    "row_twin": "Cùng tên và số với dòng {row} nhưng thông tin khác. Hãy xem có phải một người.",
    "row_alike": "Giống dòng {row}: cùng họ tên, năm sinh và tổ. Hãy xem có phải ghi hai lần.",
    "phone_others": "Ô có nhiều số; chỉ lưu số đầu. Số khác: {text}.",
    "phone_of_other": (
        "Số này đã ghi cho người khác trong ấp. Nếu cả nhà dùng chung thì cứ để vậy."
    ),
    "doubtful": "Có người gần giống trong danh sách của ấp. Hãy xem có phải một người.",
    "added_separately": "Có người gần giống trong ấp; đã nhập thành người riêng. Hãy xem lại.",
    "id_added": "Ghi thêm số căn cước.",
    "id_other": (
        "Số căn cước khác số đang lưu nên không ghi đè. Hãy xem giấy tờ rồi sửa ở trang của người "
        "này."
    ),
    "id_of_other": "Số căn cước này đã ghi cho người khác trong ấp. Hãy xem lại.",
    "id_repeated": "Số căn cước này có ở dòng khác trong tệp. Hãy xem lại.",
    "outdated": (
        "Thông tin người này đã được sửa sau khi xem trước nên không ghi đè. Hãy tải lại danh sách."
    ),
    "added_meanwhile": (
        "Người này vừa được ghi vào danh sách của ấp sau khi xem trước nên không ghi thêm lần nữa."
    ),
    "gone_meanwhile": (
        "Người này không còn trong danh sách của ấp từ sau khi xem trước nên chưa nhập. Hãy tải "
        "lại danh sách."
    ),
    "dropped_title": "Dòng tiêu đề của danh sách.",
    "dropped_group": "Dòng tên tổ; các dòng bên dưới thuộc tổ này.",
    "dropped_place": "Dòng tên ấp, khu phố.",
    "dropped_total": "Dòng cộng.",
    "dropped_signature": "Phần ký tên.",
    "dropped_numbering": "Dòng đánh số cột.",
    "dropped_note": "Dòng ghi chú.",
    "dropped_beside": "Bảng nhỏ đặt cạnh danh sách nên không đọc.",
    "dropped_hidden_sheet": "Trang tính đang ẩn nên không đọc. Hãy bỏ ẩn nếu cần nhập.",
    "dropped_no_table": "Không thấy bảng có cột họ tên trên trang tính này.",
    "dropped_left_out": "Trang tính được chọn bỏ qua.",
}
REGISTER_ERRORS = {
    "member_left": (
        "Người này đã được ghi là chuyển đi nên không nhập. Nếu đã về lại, hãy mở trang của "
        "người đó và bấm “Quay lại”."
    ),
    "member_withdrawn": (
        "Người này đã rút đồng ý nên không nhập lại từ danh sách. Khi họ đồng ý lại, hãy ghi lần "
        "đồng ý mới ở trang của người đó."
    ),
}


def notice(code: str, *, field: str = "", column: str = "", **values: object) -> dict[str, object]:
    """A problem as rows keep it; errors of the register refuse the row."""
    is_error = code in REGISTER_ERRORS
    text = REGISTER_ERRORS.get(code) or NOTICES[code]
    return {
        "field": field,
        "column": column,
        "code": code,
        "message": text.format(**values),
        "is_error": is_error,
    }
