# Every command a person needs. `make` alone lists them.
.DEFAULT_GOAL := help
.PHONY: help setup demo codes test lint format contracts bench drill lines screenshots fonts images audit lock manage \
	migrations
.PHONY: lint-types lint-rest migrations-check

PY := .venv/bin/python
ARGS ?=
# What a check needs so that the settings load; nothing listens there.
LINT := env DATABASE_URL=postgres://nobody@127.0.0.1:9/none REDIS_URL=redis://127.0.0.1:9/0 \
	DJANGO_SETTINGS_MODULE=config.settings_test
LOCK := uv pip compile --quiet --universal --python-version 3.12 --generate-hashes --no-annotate \
	--no-header --no-emit-index-url --no-emit-find-links

help: ## Liệt kê các lệnh
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: ## Cài đặt mọi thứ vào .venv (chạy lại không sao)
	@sh dev/setup.sh

demo: setup ## Chạy thử toàn bộ cổng với dữ liệu mẫu; Ctrl-C để dừng
	@exec $(PY) -m dev.demo $(ARGS)

codes: setup ## Mã mở danh tính lúc này của các tài khoản mẫu
	@$(PY) -m dev.codes $(ARGS)

test: setup ## Chạy mọi kiểm thử (ARGS=… chuyển tiếp cho pytest)
	@exec $(PY) -m dev.run_tests $(ARGS)

lint: setup ## Kiểm tra mã nguồn, kiểu, khuôn mẫu, migration và bản dịch
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	@$(MAKE) --no-print-directory --output-sync --keep-going -j 2 lint-types lint-rest

lint-types: # most of the time of all, on one processor
	$(LINT) $(PY) -m mypy .

lint-rest:
	.venv/bin/lint-imports
	$(PY) -m djlint --check --lint templates
	$(MAKE) --no-print-directory migrations-check
	$(PY) -m dev.catalogues --check
	$(PY) -m dev.secret_scan
	@$(PY) -m dev.audit --if-named

audit: setup ## Hỏi khuyến cáo về các gói đã ghim (cần mạng; ADVISORIES=địa chỉ dịch vụ OSV)
	@exec $(PY) -m dev.audit

manage: setup ## Chạy manage.py khi phát triển (ARGS=write_figure_guide)
	@$(LINT) $(PY) manage.py $(ARGS)

migrations: setup ## Viết migration cho một ứng dụng (APP=broadcasts)
	@$(LINT) $(PY) -W "ignore:Got an error checking" manage.py makemigrations $(APP)
	@$(PY) -m ruff format -q */migrations

migrations-check:
	$(LINT) $(PY) -W "ignore:Got an error checking" manage.py makemigrations --check --dry-run

format: setup ## Định dạng lại mã nguồn và khuôn mẫu
	$(PY) -m ruff check --fix .
	$(PY) -m ruff format .
	$(PY) -m djlint --quiet --reformat templates || $(PY) -m djlint --quiet --check templates
	$(PY) -m dev.catalogues

contracts: setup ## Ghi lại tests/contracts.json, in ra chỗ đổi
	@exec $(PY) -m dev.contracts --write $(ARGS)

bench: setup ## Đo hiệu năng, đặt cạnh giới hạn của máy
	@exec $(PY) -m dev.run_benchmarks $(ARGS)

drill: setup ## Diễn tập: những phép thử lâu hơn kiểm thử (ARGS=faults chạy riêng một phép)
	@exec $(PY) -m dev.drill $(ARGS)

lines: setup ## Đếm số dòng mã của sản phẩm, từng phần và tổng
	@exec $(PY) -m dev.lines

screenshots: setup ## Chụp lại ảnh màn hình cho tài liệu
	@exec $(PY) -m dev.screenshots $(ARGS)

fonts: setup ## Cắt lại phông chữ và biểu tượng của trang quản trị (cần fonttools)
	@exec $(PY) -m dev.fonts

images: ## Ghi mã băm của các ảnh docker vào deploy/images.lock (cần mạng, docker hay skopeo)
	@exec $(PY) -m dev.images

lock: ## Tính lại requirements*.txt từ pyproject.toml (cần có uv)
	@command -v uv >/dev/null || { echo "Cần có uv để tính lại các tệp khóa: pip install uv"; exit 1; }
	$(LOCK) pyproject.toml -o requirements.txt
	$(LOCK) --group dev -c requirements.txt pyproject.toml -o requirements-dev.txt
