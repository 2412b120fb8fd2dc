/* Correcting a line: the first wrong cell has the cursor as soon as its form opens. */
document.addEventListener("DOMContentLoaded", () => {
  document.querySelectorAll("details.imp-edit").forEach((details) => {
    details.addEventListener("toggle", () => {
      if (details.open) {
        (details.querySelector("[aria-invalid]") ?? details.querySelector("input:not([type=hidden])")).focus();
      }
    });
    details.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && details.open) {
        details.open = false;
        details.querySelector("summary").focus();
      }
    });
  });
});
