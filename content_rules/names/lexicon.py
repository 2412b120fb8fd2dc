"""Words of which Vietnamese names are made, and what tells them from other words."""

_MARKED = "àáảãạăằắẳẵặâầấẩẫậèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵđ"
UNMARKED = str.maketrans(
    _MARKED, "a" * 17 + "e" * 11 + "i" * 5 + "o" * 17 + "u" * 11 + "y" * 5 + "d"
)

# Capitals of Vietnamese, for expressions.
UPPER = "[A-ZĐÀÁẢÃẠĂẰẮẲẴẶÂẦẤẨẪẬÈÉẺẼẸÊỀẾỂỄỆÌÍỈĨỊÒÓỎÕỌÔỒỐỔỖỘƠỜỚỞỠỢÙÚỦŨỤƯỪỨỬỮỰỲÝỶỸỴ]"

# Families that are hardly ever another word where they begin with a capital.
_STRONG_WORDS = """
nguyễn trần lê phạm hoàng huỳnh phan vũ võ đặng bùi đỗ ngô dương đinh trịnh trương điểu ka
"""
_OTHER_WORDS = """
hồ lý lâm đoàn mai đào cao hà tạ lương lưu phùng tô kiều quách đàm thái châu nghiêm vương triệu
tống thị y tôn bạch tăng mạc kim thạch sơn danh chu giang hứa khổng lục ninh quan tiêu ung văn
viên xa lã lò lường giáp khuất phí thân thiều ứng âu cù doãn hầu khúc kha lỗ ngụy ôn thẩm trình
uông vi la từ nông hoa bế ma vàng giàng sùng lầu đồng nhan liêu tất trang cổ
"""
_SURE_BARE_WORDS = "nguyen tran pham huynh hoang bui trinh"
# Middle and given names; of unusual ones a name may do without.
_GIVEN_WORDS = """
an anh ánh ân ba bá
bách bạch bảo bằng băng bé bích biên bình bội bưởi cảnh cát cẩm cầm cần chánh châu
chấn chất chi chí chiến chính chung chuyên chương công cu cúc cương cường danh dân dần dậu di diễm
diện diệp diệu doanh du duệ duy duyên dung dũng dư dương đa đại đan đào đạo đạt đăng đặng điền điệp
đình định đoan đoàn đô đông đồng đức đực gấm gia giang giao giàu hà hai hải hạ hàm hàn hạnh hào hảo
hân hằng hậu hên hiên hiền hiển hiến hiếu hiệp hoa hòa hoà hoài hoan hoàn hoàng hóa hồ hồng hợi hợp
huân huấn huệ hùng huy huyên huyền huỳnh hưng hương hường hưởng hữu ích kha khả khai khải khang
khanh khánh khiêm khoa khoát khôi khuê khương kiên kiều kiệt kim kính kỳ kỷ lạc lai lam lan lanh
lành lài lãm lâm lân lập lê lệ liêm liên liễu linh loan long lộc lợi luân luận lụa lương lực lưu
lượm lượng ly lý mai mạnh mão mẫn mận mậu mến mi miên minh mỹ my mùi muội mười mơ na nam năm nga
ngà ngân nghi nghĩa nghiêm nghiệp ngoan ngọc nguyên nguyệt nguyễn nhã nhàn nhâm nhân nhất nhật nhi
nhiên nhị nhơn nhu nhuận nhung như nhựt ninh nở nụ nương oanh phan phát phi phong phú phúc phụng
phùng phước phương phượng phấn quan quang quân quế quốc quỳnh quý quí quyên quyền quyết rạng sa sang
sáng sâm sen sĩ sinh sơn sương sửu sỹ tài tâm tân tấn tèo thạch thái thảo thanh thành thạnh thao
thắm thăng thắng thân thêm thế thi thị thìn thiên thiện thiết thịnh thọ thoa thoại thông thơ thơm
thu thuận thuần thúy thuý thùy thuỳ thủy thuỷ thư thức thương thường tí tiên tiến tiệp tín tình tịnh
toan toàn trị toản tố tòng trâm trân trà trang tráng trạch tri trí triển triết triều triệu trinh
trọng
trúc trung trực trường tú tuân tuấn tuất tuệ tùng tuyên tuyền tuyết tư tường tý tỵ uyên út vân văn
vi vĩ viên việt vinh vĩnh vịnh vọng vũ vui vương vượng vy xinh xuân xuyến ý yên yến đức ái ẩn
"""
# Words that end a name in a line of capitals or of small letters.
_END_WORDS = """
lớp sinh tuổi đi bị đã ở con học là và hiện đang có tại về ngụ nhà ấp xã khu trú số lạc mất bố mẹ
cha thcs thpt trường bạn với để cho được vừa nhặt sn hs tên cùng của khi trong này đừng xin mời gửi
em cháu theo bỏ đến từ lúc ngày đạt cứu trộm cướp khai lĩnh jpg png pdf docx
lop tuoi di bi da hien tai hoc ngu duoc nhat
"""
# What begins as a name does and is another word or a place, without marks.
_NO_NAMES = """
phan thiết|hoa đào|hà lan|thi nguyễn|hoa hậu|hoa khôi|hoa kiểng|phan rang|phan rí|hoàng sa|hoàng
đạo|hoàng
hôn|hoàng
thành|hoàng gia|
hà nội|hà tĩnh|hà nam|
hà giang|
hà tiên|hà long|hà đông|cao bằng|cao lãnh|cao nguyên|lâm đồng|lâm hà|thái nguyên|thái bình|thái lan|
hồ tràm|hồ tây|hồ gươm|hồ cốc|hồ trị|lý sơn|mai linh|mai vàng|la ngà|la gi|châu đốc|châu thành|
châu đức|châu á|châu âu|châu phi|châu mỹ|bạch mai|bạch tuộc|ninh bình|ninh thuận|ninh kiều|sơn la|
sơn tây|sơn trà|thạch thất|thạch cao|thạch rau|võ đắc|võ xu|lương sơn|lương thực|lương hưu|
định quán|
văn giang|văn phòng|văn hóa|văn hoá|văn bản|văn nghệ|văn khấn|kim loại|kim cương|xã hội|giang điền|
từ sơn|từ thiện|đồng nai|đồng tháp|đồng hới|đồng hà|đồng xoài|đồng phú|đồng bào|đồng chí|đồng phục|
hòa bình|hoa mai|hoa sen|hoa hồng|hoa phượng|hoa đăng|hoa kỳ|trang bom|cổ loa|cổ điển|vàng mã|
vàng son|
võ thuật|võ cổ|võ đài|vũ trường|vũ trụ|vũ khí|đỗ xe|ngộ độc|đăng ký|đang ký|đăng nhập|đăng tải|
dương lịch|dương tính|đường dây|phạm vi|phạm tội|phạm luật|phạm pháp|phạm quy|phạm nhân|đào tạo|
lý lịch|lý do|lý luận|hồ sơ|hồ bơi|hỗ trợ|lễ hội|lễ tân|lệ phí|lễ tang|cao điểm|cao tốc|cao đẳng|
cao su|cao cấp|cao học|lưu thông|lưu ý|lưu trú|lưu động|thai sản|tăng cường|tăng gia|tặng quà|
thân ái|thân nhân|danh sách|danh hiệu|danh dự|danh mục|quản lý|quân sự|quân đội|quan âm|viện phí|
viên chức|viện kiểm|an ninh|trình bày|trình độ|trường hợp|trường học|phản ánh|phân loại|phân bổ|
mai táng|tự hào|tự nguyện|tư pháp|nông thôn|nông dân|nông nghiệp|trang trí|trang phục|ủng hộ|
ứng dụng|
tổ chức|tổ quốc|thị xã|thị trấn|thị trường|hạ tầng|hóa đơn|vi phạm|vị trí|vì người|triệu đồng|
chủ nhật|chủ tịch|bế mạc|bế giảng|âu cơ|âu lạc|mạc tư|thái dương|kim ngưu|kim chi|ninh hiệp|
trần nhà|trần gian|trần thế|đặng xá|tạ ơn|vương quốc|tô điểm|tô giới|ma túy|ma tuý|đoàn thanh|
đoàn viên|đoàn xã|đoàn thể|đoàn kết|đoàn trường|đoàn công|tổ dân|đỗ đạt|danh ngôn|quan tâm|
quan trắc|
viên mãn|tiêu chuẩn|tiêu dùng|tiêu biểu|chu đáo|lãnh đạo|khuất phục|đinh mùi|đinh dậu|đinh tỵ|
đinh sửu|
đinh hợi|tân hợi|quý mùi|dịch vụ|dịp lễ|vo ve|vô chủ|vụ việc|bụi bặm|đình chỉ|địa danh|
định danh|trên không|tran lan|ngõ hẻm|vu lan|đô thị|đo đạc|đỏ đen
"""
# Streets, schools and prizes bear these; nobody is spoken of unless another word says so.
_HISTORIC = """
hồ chí minh|nguyễn ái quốc|võ nguyên giáp|nguyễn trung trực|võ thị sáu|lý tự trọng|trần phú|lê lợi|
nguyễn huệ|trần hưng đạo|lê duẩn|nguyễn trãi|nguyễn văn trỗi|lê văn tám|nguyễn thị minh khai|
phan đình phùng|phan bội châu|phan chu trinh|phan châu trinh|hoàng diệu|hoàng hoa thám|lê quý đôn|
lê hồng phong|nguyễn du|nguyễn bỉnh khiêm|nguyễn đình chiểu|nguyễn hữu cảnh|
nguyễn bá ngọc|trần quốc toản|trần bình trọng|trần nhân tông|lý thường kiệt|lý thái tổ|ngô quyền|
đinh tiên hoàng|đinh bộ lĩnh|lê đại hành|lê hoàn|lê thánh tông|lê lai|phạm ngũ lão|phạm hồng thái|
phạm ngọc thạch|phạm văn đồng|tôn đức thắng|trường chinh|nguyễn văn linh|nguyễn văn cừ|
nguyễn chí thanh|nguyễn hữu thọ|nguyễn tri phương|nguyễn thái học|nguyễn thái bình|
nguyễn viết xuân|bùi thị xuân|trương định|trương công định|phan đăng lưu|phan văn trị|
huỳnh văn nghệ|
trịnh hoài đức|nguyễn khuyến|hồ xuân hương|chu văn an|mạc đĩnh chi|lương thế vinh|lương định của|
tô hiến thành|tô vĩnh diện|cù chính lan|phan đình giót|nguyễn thị định|đinh công tráng|
nguyễn an ninh|huỳnh thúc kháng|đặng thùy trâm|dương văn nội|nguyễn công trứ|cao bá quát|cao thắng|
cao lỗ|mai thúc loan|đào duy từ|đoàn thị điểm|tạ uyên|hà huy tập|hà huy giáp|ngô gia tự|
ngô thì nhậm|đặng văn ngữ|tôn thất tùng|tôn thất thuyết|trần cao vân|trần đại nghĩa|trần quang diệu|
trần quang khải|trần khánh dư|trần nhật duật|trần văn ơn|hàn thuyên|hàn mặc tử|kim đồng
"""


def _bare(words: str) -> frozenset[str]:
    return frozenset(word.translate(UNMARKED) for word in words.split())


def _phrases(listed: str) -> frozenset[str]:
    return frozenset(" ".join(one.split()) for one in listed.split("|"))


STRONG = frozenset(_STRONG_WORDS.split())
OTHERS = frozenset(_OTHER_WORDS.split())
BARE_STRONG = _bare(_STRONG_WORDS)
BARE_FAMILIES = BARE_STRONG | _bare(_OTHER_WORDS)
SURE_BARE = frozenset(_SURE_BARE_WORDS.split())
GIVEN = frozenset(_GIVEN_WORDS.split())
BARE_GIVEN = _bare(_GIVEN_WORDS)
ENDS = frozenset(_END_WORDS.split())
NO_NAMES = _phrases(_NO_NAMES)
BARE_NO_NAMES = frozenset(one.translate(UNMARKED) for one in NO_NAMES)
HISTORIC = _phrases(_HISTORIC)
BARE_HISTORIC = frozenset(one.translate(UNMARKED) for one in HISTORIC)
