/* Shows what is typed into a password field; without scripts the box is simply not there. */
document.querySelectorAll("[data-reveal]").forEach((box) => {
  box.closest("label").hidden = false;
  box.addEventListener("change", () => {
    box.dataset.reveal.trim().split(/\s+/).forEach((id) => {
      document.getElementById(id).type = box.checked ? "text" : "password";
    });
  });
});
