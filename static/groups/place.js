/* Small helps of the pages of regulations and groups; everything works without them. */
document.addEventListener("DOMContentLoaded", () => {
  document.querySelectorAll("[data-pick-all]").forEach((all) => {
    const boxes = document.querySelectorAll(`input[name="${all.dataset.pickAll}"]`);
    all.closest("[hidden]")?.removeAttribute("hidden");
    all.addEventListener("change", () => boxes.forEach((box) => { box.checked = all.checked; }));
  });
  document.querySelectorAll("[data-print]").forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", () => window.print());
  });
});
