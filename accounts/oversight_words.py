"""Words of the audit trail for papers, direction, reviews and summaries; see `audit_words`."""

ACTIONS = {
    "paper.report_printed": "Mở dự thảo báo cáo để in",
    "paper.report_exported": "Lấy dự thảo báo cáo ra tệp Word",
    "paper.figures_exported": "Lấy bảng số liệu ra tệp Excel",
}
SECTIONS = {"paper": "Văn bản"}
DETAILS = {"figures": "số bảng"}
