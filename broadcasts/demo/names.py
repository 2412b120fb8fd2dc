"""Made-up Vietnamese names, as they are spread in a commune of the South-East."""

from random import Random

FAMILIES = (
    *("Nguyễn",) * 30, *("Trần",) * 12, *("Lê",) * 10, *("Phạm",) * 7, *("Huỳnh",) * 5,
    *("Võ",) * 5, *("Phan",) * 4, *("Trương",) * 2, *("Bùi",) * 2, *("Đặng",) * 2, *("Đỗ",) * 2,
    "Hoàng", "Ngô", "Hồ", "Dương", "Đinh", "Lý", "Mai", "Cao", "Lương", "Tạ", "Vũ", "Đoàn",
)  # fmt: skip
MALE_MIDDLES = ("Văn", "Văn", "Văn", "Hữu", "Đức", "Minh", "Quốc", "Thanh", "Công", "Xuân", "Ngọc")
FEMALE_MIDDLES = ("Thị", "Thị", "Thị", "Thị", "Ngọc", "Thu", "Kim", "Thanh", "Mỹ", "Bích")
MALE_GIVEN = (
    "An", "Bình", "Cường", "Dũng", "Duy", "Đạt", "Đức", "Giang", "Hải", "Hậu", "Hòa", "Hoàng",
    "Hùng", "Hưng", "Khang", "Khoa", "Kiên", "Lâm", "Long", "Lộc", "Minh", "Nam", "Nghĩa", "Nhân",
    "Phong", "Phúc", "Phước", "Quân", "Quang", "Sang", "Sơn", "Tài", "Tâm", "Thắng", "Thành",
    "Thịnh", "Tiến", "Toàn", "Trí", "Trung", "Tuấn", "Tùng", "Vinh", "Vũ",
)  # fmt: skip
FEMALE_GIVEN = (
    "Anh", "Ánh", "Châu", "Chi", "Dung", "Duyên", "Đào", "Gấm", "Hà", "Hạnh", "Hằng", "Hiền",
    "Hoa", "Hồng", "Huệ", "Hương", "Lan", "Liên", "Linh", "Loan", "Mai", "Mơ", "My", "Nga", "Ngân",
    "Nhung", "Oanh", "Phượng", "Quyên", "Sương", "Tâm", "Thảo", "Thắm", "Thu", "Thủy", "Thúy",
    "Trang", "Trinh", "Tuyết", "Uyên", "Vân", "Xuân", "Yến",
)  # fmt: skip
# Xtiêng, K’ho, Ê-đê: names of two parts, whose first tells the sex.
MINORITY_MALE = ("Điểu", "Điểu", "K’", "Y")
MINORITY_FEMALE = ("Thị", "Thị", "Ka", "H’")
MINORITY_GIVEN = ("Brối", "Thuyên", "Len", "Nhiêu", "Sết", "Lôi", "Đơn", "Prum", "Mok", "Rơi", "Hà")


def person_name(random: Random, *, is_male: bool, minority_share: float) -> str:
    """A full name."""
    if random.random() < minority_share:
        first = random.choice(MINORITY_MALE if is_male else MINORITY_FEMALE)
        return f"{first} {random.choice(MINORITY_GIVEN)}"
    family = random.choice(FAMILIES)
    middle = random.choice(MALE_MIDDLES if is_male else FEMALE_MIDDLES)
    given = random.choice(MALE_GIVEN if is_male else FEMALE_GIVEN)
    if random.random() < 0.1:
        return f"{family} {given}"
    if not is_male and random.random() < 0.2:
        return f"{family} {middle} {random.choice(('Kim', 'Ngọc', 'Thanh', 'Mỹ'))} {given}"
    return f"{family} {middle} {given}"
