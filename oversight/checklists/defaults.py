"""Initial data of a commune: criteria of Thông tư 124/2021, conditions, forms of commendation."""

from oversight.checklists.models import SafetyCriterion

_Level = SafetyCriterion.Level
# (text, whether it is only ticked), by level.
CRITERIA: dict[str, tuple[tuple[str, bool], ...]] = {
    _Level.HAMLET: (
        ("Quý I: chi bộ có nghị quyết, ấp có bản đăng ký “An toàn về an ninh, trật tự”", False),
        ("100% hộ trong ấp ký đăng ký", False),
        ("Thực hiện chủ trương của Đảng, chính sách, pháp luật của Nhà nước", False),
        ("Không để xảy ra các vụ việc về an ninh mà Thông tư nêu", True),
        ("Tội phạm được kiềm chế hoặc giảm, không có tội phạm nghiêm trọng", False),
        ("Không có điểm nóng, tụ điểm phức tạp về trật tự xã hội", False),
        ("Không để xảy ra cháy, nổ, tai nạn nghiêm trọng do lỗi chủ quan", False),
        ("Lực lượng tham gia bảo vệ an ninh, trật tự ở cơ sở hoàn thành nhiệm vụ", False),
    ),
    _Level.COMMUNE: (
        ("Quý I: Đảng ủy có nghị quyết, UBND có kế hoạch, xã có bản đăng ký", False),
        ("Có ít nhất một mô hình phong trào toàn dân bảo vệ an ninh Tổ quốc hoạt động hiệu quả",
         False),
        ("Không để xảy ra các vụ việc về an ninh mà Thông tư nêu", True),
        ("Không để xảy ra tội phạm, tai nạn, cháy, nổ mà Thông tư nêu", False),
        ("Công an xã không có cán bộ, chiến sĩ bị kỷ luật theo mức mà Thông tư nêu", False),
        ("100% ấp, khu phố đăng ký", False),
        ("Từ 70% ấp, khu phố trở lên được công nhận", False),
    ),
}  # fmt: skip
# Ticked by people before a council votes (Luật Thi đua, khen thưởng 2022; TT 29/2026/TT-BCA).
CONDITIONS = (
    "Thành tích rõ ràng, có tài liệu chứng minh hoặc xác nhận của nơi quản lý",
    "Thành tích này chưa được khen ở hình thức nào",
    "Không đang trong thời gian xem xét kỷ luật, không có đơn thư đang giải quyết",
    "Đúng thẩm quyền của cấp khen",
)
FORMS = (
    ("Giấy khen", "Chủ tịch UBND xã"),
    ("Giấy khen", "Giám đốc Công an tỉnh, thành phố"),
    ("Bằng khen", "Chủ tịch UBND tỉnh, thành phố"),
    ("Bằng khen", "Bộ Công an"),
    ("Thư khen", "Trưởng Công an xã"),
)
