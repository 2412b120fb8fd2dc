/* Copying a text on a phone: the clipboard where the browser gives it, else an old way, else the
   text is marked so that a long press copies it. */
document.addEventListener("DOMContentLoaded", () => {
  const said = document.getElementById("da-chep");

  function mark(element) {
    const range = document.createRange();
    range.selectNodeContents(element);
    const selection = window.getSelection();
    selection.removeAllRanges();
    selection.addRange(range);
  }

  function copyTheOldWay(text) {
    const field = document.createElement("textarea");
    field.value = text;
    field.className = "by-offscreen";
    field.setAttribute("readonly", "");
    document.body.append(field);
    field.select();
    field.setSelectionRange(0, text.length);
    let copied = false;
    try {
      copied = document.execCommand("copy");
    } catch {
      copied = false;
    }
    field.remove();
    return copied;
  }

  async function copy(text) {
    if (window.isSecureContext && navigator.clipboard) {
      try {
        await navigator.clipboard.writeText(text);
        return true;
      } catch {
        // not allowed here: try the old way
      }
    }
    return copyTheOldWay(text);
  }

  document.querySelectorAll("[data-copy]").forEach((button) => {
    button.hidden = false;
    const label = button.textContent.trim();
    button.addEventListener("click", async () => {
      const source = document.getElementById(button.dataset.copy);
      if (await copy(source.textContent)) {
        said.textContent = button.dataset.copied || "Đã sao chép. Mở nhóm rồi dán vào.";
        button.textContent = "Đã sao chép ✓";
        setTimeout(() => { button.textContent = label; }, 4000);
      } else {
        mark(source);
        said.textContent = "Chữ đã được bôi đen. Giữ tay lên phần bôi đen rồi chọn Sao chép.";
      }
    });
  });
});
