"""The first gate stops marks and numbers, and lets innocent look-alikes pass."""

import pytest

from broadcasts.content_check.services import MAX_PARTS, check_name, check_text
from content_rules.engine.findings import Level


def blocked(text: str) -> set[str]:
    return {hit.rule for hit in check_text(text) if hit.level == Level.BLOCK}


@pytest.mark.parametrize(
    "text",
    [
        "MẬT\nThông báo nội bộ",
        "CÔNG AN XÃ\nTỐI MẬT\nKế hoạch",
        "Báo cáo\n  TUYỆT MẬT  \nSố 12",
        "[MẬT]",
        "*** Mật ***",
        "M Ậ T",
        "Độ mật: Mật",
        "Tài liệu này có độ mật tối mật.",
        "MA\u0323\u0302T",
        "M\u200bẬT\nnội dung",
        "MẬT - Số 15/BC",
        "TUYET MAT\nke hoach",
        "DO MAT: A",
        "TUYỆT-MẬT",
        "M.Ậ.T",
        "МẬТ",  # Cyrillic
        "ＭẬＴ",
        "𝐌ẬT",
        "M\u034fẬT",
        "T\u2061ỐI MẬT",
        "Thông báo\x0bMẬT\x0bNội dung",
        "Thông báo\u2028TỐI MẬT\u2028Nội dung",
        "MẬT Công an xã",
        "Gửi bà con\n“Mật”\nlịch họp tổ",
    ],
)
def test_gate_blocks_secrecy_marks(text: str) -> None:
    assert blocked(text) == {"secrecy"}


@pytest.mark.parametrize(
    "text",
    [
        "Bảo mật tài khoản: không đưa mật khẩu cho ai.",
        "Mật ong rừng giả bán trên mạng, bà con cẩn thận.",
        "Bí mật kinh doanh không phải chuyện của nhóm.",
        "Mật độ giao thông tăng vào giờ tan tầm.",
        "Hợp đồng mua nhà, đặt cọc 200.000.000 đồng.",
        "MẬT KHẨU MẠNH CÓ TỪ 12 KÝ TỰ",
    ],
)
def test_gate_lets_ordinary_words_with_mat_pass(text: str) -> None:
    assert blocked(text) == set()


@pytest.mark.parametrize(
    "text",
    [
        "Anh A, số 075090000123, mất giấy tờ.",
        "CCCD 075 090 000 123",
        "căn cước: 075.090.000.123",
        "CMND số 270000123",
        "Số định danh là 075-090-000-123.",
        "Số 075\u00a0090\u00a0000\u00a0123",
        "Số 075\u2009090 000  123",
        "Số 075–090–000–123",
        "Số 075/090/000/123",
        "Số 075_090_000_123",
        "Số ⁰⁷⁵⁰⁹⁰⁰⁰⁰¹²³",
        "Số 0750\u034f90000123",
        "CMT 271234567",
        "CMND\u00a0271234567",
        "Số căn cước:\n075090000123",
        "Số ０７５０９００００１２３ của ông B.",
        "chung minh nhan dan 270000123",
    ],
)
def test_gate_blocks_identity_numbers(text: str) -> None:
    assert blocked(text) == {"national_id"}


@pytest.mark.parametrize(
    "text",
    [
        "Gọi 113, 114, 115 hoặc 0251 000 0000.",
        "Điện thoại trực ban 0900 000 113.",
        "Nghị định 282/2025/NĐ-CP ngày 30/10/2025.",
        "Phạt 4.000.000.000 đồng.",
        "Mã hồ sơ G22.99.15-261125-0001.",
        "Từ 07 giờ 30 ngày 25/11/2026 đến 17 giờ 00 ngày 26/11/2026.",
        "Làm căn cước miễn phí năm 2026.",
        "Lịch: 01/12/2026 - 05/12/2026, 08 giờ.",
        "Cấp căn cước ngày 05/12/2026 tại nhà văn hóa.",
        "Hồ sơ 000.00.16.G22-261125-0001.",
    ],
)
def test_gate_lets_public_numbers_pass(text: str) -> None:
    assert blocked(text) == set()


def test_gate_hides_the_number_that_it_reports() -> None:
    (hit,) = check_text("CCCD 075090000123")

    assert "075090000123" not in hit.sentence + hit.excerpt


def test_gate_blocks_an_empty_text() -> None:
    assert blocked(" \u200b\n ") == {"empty"}


def test_gate_blocks_what_needs_too_many_parts() -> None:
    paragraph = "Bà con chú ý phòng cháy. " * 75

    assert blocked("\n\n".join([paragraph] * (MAX_PARTS + 1))) == {"length"}


def test_gate_says_how_many_messages_a_long_text_becomes() -> None:
    (hit,) = check_text("Bà con chú ý phòng cháy. " * 120)

    assert (hit.rule, hit.level) == ("parts", Level.WARN)
    assert "2 tin" in hit.sentence


def test_gate_warns_that_mentions_are_broken() -> None:
    (hit,) = check_text("Chào [@all] bà con")

    assert (hit.rule, hit.level) == ("mention", Level.WARN)


@pytest.mark.parametrize(
    "name", ["TUYET_MAT.jpg", "TUYỆT_MẬT.jpg", "cv_MẬT.jpg", "cccd_075090000123.png"]
)
def test_gate_reads_file_names(name: str) -> None:
    assert check_name(name) != []


@pytest.mark.parametrize("name", ["anh_bao_mat_tai_khoan.jpg", "IMG_20261125_073012.jpg"])
def test_gate_lets_ordinary_file_names_pass(name: str) -> None:
    assert check_name(name) == []


@pytest.mark.parametrize("text", ["\u2061\u2061", "\u2800", "\u3164"])
def test_gate_takes_blank_fillers_for_no_content(text: str) -> None:
    assert blocked(text) == {"empty"}
