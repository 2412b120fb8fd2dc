/* The name of the picture that was chosen as proof. */
document.addEventListener("DOMContentLoaded", () => {
  const proof = document.getElementById("id_proof");
  proof?.addEventListener("change", () => {
    const [file] = proof.files;
    document.getElementById("ten-anh").textContent = file ? `Đã chọn: ${file.name}` : "";
  });
});
