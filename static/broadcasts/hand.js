/* The name of the picture that was chosen as proof. */
document.addEventListener("DOMContentLoaded", () => {
  const proof = document.getElementById("id_proof");
  proof?.addEventListener("change", () => {
    const [file] = proof.files;
    document.getElementById("ten-anh").textContent = file ? `Đã chọn: ${file.name}` : "";
  });
});

/* The phone's own share sheet takes words and picture into the group at once. Where there is none,
   or it takes no such picture, copying remains. */
async function filesOf(address) {
  if (!address) {
    return [];
  }
  const answer = await fetch(address);
  if (!answer.ok) {
    throw new Error(`picture: ${answer.status}`);
  }
  const content = await answer.blob();
  const ending = content.type === "image/png" ? "png" : "jpg";
  return [new File([content], `anh-bai.${ending}`, { type: content.type })];
}

async function offerToShare(button) {
  const text = document.getElementById(button.dataset.share).textContent;
  const files = await filesOf(button.dataset.picture);
  const content = files.length ? { text, files } : { text };
  if (!navigator.canShare(content)) {
    return;
  }
  const outcome = document.getElementById("da-chep");
  button.hidden = false;
  document.querySelector(`[data-copy="${button.dataset.share}"]`)?.classList.remove("by-primary");
  button.addEventListener("click", async () => {
    // Some apps drop the words beside a picture: then they are pasted.
    const copied = navigator.clipboard?.writeText(text).then(() => true, () => false) ?? false;
    try {
      await navigator.share(content);
    } catch (error) {
      if (error.name !== "AbortError") {
        outcome.textContent = "Máy không chia sẻ được. Hãy sao chép nội dung rồi dán vào nhóm.";
      }
      return;
    }
    const paste = (await copied) && files.length
      ? " Nếu nhóm chỉ thấy ảnh thì dán chữ vào, chữ đã được sao chép."
      : "";
    outcome.textContent = `Đã đưa sang ứng dụng.${paste} Đăng xong thì quay lại bấm “Tôi đã đăng”.`;
  });
}

document.addEventListener("DOMContentLoaded", () => {
  if (navigator.canShare && navigator.share) {
    document.querySelectorAll("[data-share]").forEach((button) => {
      offerToShare(button).catch(() => { button.hidden = true; });
    });
  }
});
