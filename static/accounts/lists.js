/* Lists of the admin: filters open as a dialog, which gives the focus back when it closes. Without
   this script the same filters stand below the list, and their button leads there. */
document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-opens]");
  if (opener) {
    event.preventDefault();
    document.getElementById(opener.dataset.opens).showModal();
  } else if (event.target.matches("dialog.list-sheet")) {
    event.target.close(); // beside the dialog, on what lies behind it
  }
});

// A link that is drawn as a button is pressed by the same keys as one.
document.addEventListener("keydown", (event) => {
  if (event.key === " " && event.target.matches?.("a[data-opens]")) {
    event.preventDefault();
    event.target.click();
  }
});

// What was left blank does not stand in the address.
document.addEventListener("submit", (event) => {
  if (event.target.id === "filter-form" && event.submitter?.formMethod !== "dialog") {
    for (const field of event.target.elements) {
      field.disabled ||= field.name && !field.value;
    }
  }
});
window.addEventListener("pageshow", () => {
  document.querySelectorAll("#filter-form :disabled").forEach((field) => { field.disabled = false; });
});

// Of a strip of tabs that is longer than the screen, the one that is open stands in sight.
document.addEventListener("DOMContentLoaded", () => {
  document.querySelector(".list-tabs [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });
});
