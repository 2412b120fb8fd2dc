/* Choosing a list: drop it on the frame, see its name and size, hear at once that it is too large. */
document.addEventListener("DOMContentLoaded", () => {
  const form = document.querySelector("form.imp-upload");
  if (!form) {
    return;
  }
  const input = form.querySelector("input[type=file]");
  const frame = form.querySelector("[data-drop]");
  const chosen = form.querySelector("[data-chosen]");
  const limit = Number(form.dataset.maxBytes);
  // The browser's own control speaks the browser's language; the button and the name say the same.
  frame.classList.add("imp-scripted");
  form.querySelector("[data-drop-hint]").hidden = !window.matchMedia("(hover: hover)").matches;

  function megabytes(bytes) {
    return (bytes / 1024 / 1024).toLocaleString("vi-VN", { maximumFractionDigits: 1 });
  }

  function tell() {
    const file = input.files[0];
    const isTooLarge = Boolean(file) && file.size > limit;
    chosen.classList.toggle("by-text-bad", isTooLarge);
    if (!file) {
      chosen.textContent = "";
    } else if (isTooLarge) {
      chosen.textContent = `Tệp ${megabytes(file.size)} MB, lớn hơn ${megabytes(limit)} MB. Hãy xóa hình ảnh hoặc tách thành nhiều tệp.`;
    } else {
      chosen.textContent = `Đã chọn: ${file.name}`;
    }
    input.setCustomValidity(isTooLarge ? chosen.textContent : "");
  }

  // First and alone: the theme's own listener expects a text field beside every file field.
  input.addEventListener(
    "change",
    (event) => {
      event.stopImmediatePropagation();
      tell();
    },
    { capture: true },
  );
  for (const kind of ["dragenter", "dragover"]) {
    frame.addEventListener(kind, (event) => {
      event.preventDefault();
      frame.classList.add("imp-over");
    });
  }
  for (const kind of ["dragleave", "drop"]) {
    frame.addEventListener(kind, () => frame.classList.remove("imp-over"));
  }
  frame.addEventListener("drop", (event) => {
    event.preventDefault();
    if (event.dataTransfer.files.length) {
      input.files = event.dataTransfer.files;
      tell();
    }
  });
  // What is pasted travels as a field, of which the server takes less than of a file.
  const pasted = form.querySelector("textarea");
  const most = Number(form.dataset.maxPasted);
  function weigh() {
    const isTooLong = pasted.value.length > most / 4 && new Blob([pasted.value]).size > most;
    pasted.setCustomValidity(
      isTooLong ? "Bảng dán dài quá. Hãy lưu bảng thành tệp Excel rồi chọn tệp ở trên." : "",
    );
    return isTooLong;
  }
  pasted.addEventListener("input", weigh);
  pasted.addEventListener("change", () => weigh() && pasted.reportValidity());
  form.addEventListener("submit", () => {
    form.querySelector("[data-sending]").hidden = false;
  });
  window.addEventListener("pageshow", () => {
    form.querySelector("[data-sending]").hidden = true;
  });
  tell();
  weigh();
});
