/* The form of a post: counts characters at once, asks the server for the true preview. */
document.addEventListener("DOMContentLoaded", () => {
  const form = document.getElementById("broadcast_form") ?? document.getElementById("schedule_form");
  const preview = document.getElementById("by-preview");
  const counter = document.getElementById("by-counter");
  if (!form || !preview) {
    return;
  }
  const text = form.elements.text;
  const PART = 2000; // what one message of Zalo holds
  let timer = 0;
  let asked = 0;

  function count() {
    const length = text.value.normalize("NFC").trim().length;
    const parts = Math.max(preview.querySelectorAll(".by-bubble").length, Math.ceil(length / PART), 1);
    counter.textContent = `${length.toLocaleString("vi-VN")} ký tự, ${parts} tin mỗi nhóm`;
    counter.classList.toggle("by-text-bad", parts > 5);
  }

  function showPicture() {
    const [file] = form.elements.image?.files ?? [];
    // From the form that was refused, a picture waits on the server.
    const waiting = form.querySelector('[data-pending="image"]');
    const dropped = form.elements["image-dropped"]?.checked;
    const address = (!dropped && waiting?.querySelector("img")?.src) || preview.dataset.image;
    const removed = form.elements["image-clear"]?.checked;
    if (!file && (!address || removed)) {
      return;
    }
    const picture = document.createElement("img");
    picture.className = "by-phone-image";
    picture.alt = "Hình ảnh gửi kèm bài";
    if (file) {
      const reader = new FileReader();
      reader.addEventListener("load", () => { picture.src = reader.result; });
      reader.readAsDataURL(file);
    } else {
      picture.src = address;
    }
    preview.querySelector(".by-phone")?.prepend(picture);
  }

  // What the preview says beside the words themselves is not said under the field as well.
  function sayOnce() {
    const said = new Set(
      [...preview.querySelectorAll(".by-finding > p")].map((one) => one.textContent.trim()),
    );
    form.querySelectorAll(".errors ul").forEach((list) => {
      const twice = [...list.querySelectorAll("li")].filter((one) => said.has(one.textContent.trim()));
      if (!twice.length) {
        return;
      }
      twice.forEach((one) => one.remove());
      const line = document.createElement("li");
      const link = document.createElement("a");
      link.href = "#by-preview";
      link.textContent = `${twice.length} điểm phải sửa: xem chỗ tô màu ở phần xem trước`;
      line.append(link);
      list.prepend(line);
    });
  }

  async function refresh() {
    const turn = ++asked;
    const data = new FormData(form);
    data.delete("image");
    data.delete("file");
    try {
      const answer = await fetch(preview.dataset.url, { method: "POST", body: data });
      if (turn !== asked || !answer.ok || answer.redirected) {
        return;
      }
      preview.innerHTML = await answer.text();
      showPicture();
      sayOnce();
      count();
    } catch {
      // Without a network the form still works; the preview comes back with it.
    }
  }

  function later() {
    count();
    clearTimeout(timer);
    timer = setTimeout(refresh, 500);
  }

  const DAYS = ["Chủ Nhật", "Thứ Hai", "Thứ Ba", "Thứ Tư", "Thứ Năm", "Thứ Sáu", "Thứ Bảy"];

  // Browsers write dates in the order of their own language; this line leaves no doubt.
  function sayMoment(field) {
    const said = document.createElement("p");
    said.className = "by-moment";
    said.setAttribute("aria-live", "polite");
    field.after(said);
    const tell = () => {
      const [day, time] = field.value.split("T");
      if (!time) {
        said.textContent = "";
        return;
      }
      const [year, month, date] = day.split("-").map(Number);
      const weekday = DAYS[new Date(year, month - 1, date).getDay()];
      said.textContent = `${time.slice(0, 5)} ${weekday}, ngày ${date} tháng ${month} năm ${year}`;
    };
    field.addEventListener("input", tell);
    tell();
  }

  function showAudience() {
    const chosen = form.querySelector('input[name="send_to"]:checked')?.value === "chosen";
    ["audience_hamlets", "audience_groups"].forEach((name) => {
      const row = form.querySelector(`#id_${name}`)?.closest(".field-line, .form-row");
      if (row) {
        row.hidden = !chosen;
      }
    });
  }

  form.querySelectorAll('input[type="datetime-local"]').forEach(sayMoment);
  form.addEventListener("input", later);
  form.addEventListener("change", () => { showAudience(); later(); });
  showAudience();
  count();
  refresh();
});
