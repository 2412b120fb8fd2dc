#!/bin/sh
# Make .venv with everything in requirements-dev.txt. A second run finds the stamp and does nothing.
set -eu
cd "$(dirname "$0")/.."

say() { printf '%s\n' "$*"; }
fail() {
    printf '\n%s\n' "$*" >&2
    exit 1
}

good='import sys, venv, ensurepip, hashlib, ssl
raise SystemExit(not (3, 12) <= sys.version_info[:2] < (3, 15))'
stamp_of='import hashlib, sys
print(hashlib.sha256(open("requirements-dev.txt", "rb").read()).hexdigest(), sys.version.split()[0])'

if [ -f .venv/.stamp ] && [ -x .venv/bin/python ] &&
    [ "$(cat .venv/.stamp)" = "$(.venv/bin/python -c "$stamp_of" 2>/dev/null)" ]; then
    exit 0
fi

# Candidates are run, not looked up: a version manager's shim may be on the PATH and still fail.
python=
for candidate in ${PYTHON:-} python3.13 python3.12 python3.14 python3 /usr/bin/python3; do
    if "$candidate" -c "$good" >/dev/null 2>&1; then
        python=$candidate
        break
    fi
done
[ -n "$python" ] || fail "Không tìm thấy Python phù hợp: cần bản từ 3.12 đến 3.14, có đủ các mô-đun venv và ensurepip.
Hãy cài đặt (Debian, Ubuntu: apt-get install python3 python3-venv) rồi chạy lại, hoặc chỉ rõ: make setup PYTHON=/đường/dẫn/python3"

free=$(df -Pk . | awk 'NR == 2 { print $4 }')
[ "$free" -ge 1000000 ] || fail "Ổ đĩa chỉ còn $((free / 1024)) MB trống ở thư mục này; cần ít nhất 1 GB. Hãy dọn bớt rồi chạy lại."

mkdir -p var
log=var/setup.log
say "Đang cài đặt môi trường Python vào .venv (lần đầu mất vài phút; nhật ký: $log) …"
if ! .venv/bin/python -c "$good" >/dev/null 2>&1; then
    rm -rf .venv
    "$python" -m venv .venv >"$log" 2>&1 || {
        tail -n 5 "$log" >&2
        fail "Không tạo được .venv. Hãy xem mấy dòng trên, sửa rồi chạy lại make setup."
    }
fi
rm -f .venv/.stamp
if ! .venv/bin/python -m pip install --disable-pip-version-check --no-input \
    --require-hashes -r requirements-dev.txt >"$log" 2>&1; then
    tail -n 8 "$log" >&2
    if grep -qi 'no space left' "$log"; then
        fail "Hết chỗ trống trên ổ đĩa khi đang cài đặt. Hãy dọn bớt rồi chạy lại."
    elif grep -qiE 'connection|resolve|timed out|proxy|ssl|no matching distribution' "$log"; then
        fail "Không tải được các gói Python. Hãy kiểm tra kết nối mạng (hoặc thiết lập proxy, kho gói nội bộ của pip) rồi chạy lại."
    elif grep -qi 'do not match the hashes' "$log"; then
        fail "Một gói tải về không khớp mã băm trong requirements-dev.txt nên bị từ chối. Hãy kiểm tra nguồn tải."
    fi
    fail "Cài đặt không thành công. Hãy xem mấy dòng trên và tệp $log, sửa rồi chạy lại."
fi
.venv/bin/python -c "$stamp_of" >.venv/.stamp
say "Đã cài đặt xong."
