/* Small repairs of the admin theme's markup for people who do not use a mouse or speak English. */
// An empty choice has no words of its own: it is called after the label of its field.
function nameChoices() {
  document.querySelectorAll("select.select2-hidden-accessible[id]").forEach((select) => {
    const label = document.querySelector(`label[for="${CSS.escape(select.id)}"]`);
    const box = select.nextElementSibling?.querySelector('[role="combobox"][aria-labelledby]');
    if (label && box && !box.dataset.named) {
      label.id ||= `${select.id}-label`;
      const shown = box.querySelector('[role="textbox"]');
      box.setAttribute("aria-labelledby", `${label.id} ${box.getAttribute("aria-labelledby")}`);
      shown?.setAttribute("aria-labelledby", `${label.id} ${shown.id}`);
      box.dataset.named = "1";
    }
  });
}

// What the theme lets a mouse press is a button for a keyboard and a screen reader as well.
const PRESSED = "span[x-on\\:click], div[x-on\\:click], a[x-on\\:click]:not([href])";
const NAMED = {
  close: "Đóng", more_horiz: "Việc khác", more_vert: "Việc khác", visibility: "Hiện mật khẩu",
  visibility_off: "Che mật khẩu", computer: "Sáng hay tối", light_mode: "Sáng hay tối",
  dark_mode: "Sáng hay tối",
};
function makePressable() {
  document.querySelectorAll(PRESSED).forEach((element) => {
    if (element.hasAttribute("role") || !element.textContent.trim()) {
      return;
    }
    element.setAttribute("role", "button");
    element.tabIndex = 0;
    element.removeAttribute("aria-hidden");
    const name = NAMED[element.textContent.trim()];
    if (name && !element.hasAttribute("aria-label")) {
      element.setAttribute("aria-label", name);
    }
  });
}
document.addEventListener("keydown", (event) => {
  if (["Enter", " "].includes(event.key) && event.target.matches(PRESSED)) {
    event.preventDefault();
    event.target.click();
  }
});

// A form that unfolds below the edge of the screen comes into sight.
document.addEventListener("toggle", (event) => {
  if (event.target.matches("details.by-ask[open]")) {
    event.target.scrollIntoView({ block: "nearest" });
  }
}, true);

// What the theme draws and what a live page puts in later.
function repair() {
  // Icons are drawn from English words; nobody should hear them read out.
  document.querySelectorAll(".material-symbols-outlined:not([role])").forEach((icon) => {
    icon.setAttribute("aria-hidden", "true");
    icon.setAttribute("translate", "no");
  });
  makePressable();
}

document.addEventListener("live:swapped", repair);
document.addEventListener("DOMContentLoaded", () => {
  // The theme puts its choices in whenever it is ready, and again with every row that is added.
  if (document.querySelector("select.admin-autocomplete")) {
    new MutationObserver(nameChoices).observe(document.body, { childList: true, subtree: true });
  }
  repair();
  // The theme's list of tools holds more than list items.
  document.querySelectorAll("ul.object-tools").forEach((tools) => {
    tools.setAttribute("role", "group");
    tools.querySelectorAll(":scope > li").forEach((item) => item.setAttribute("role", "none"));
  });
  // Who signs out leaves no ticks of a roll-call on the phone.
  document.addEventListener("submit", (event) => {
    if (event.target.getAttribute("action")?.endsWith("/logout/")) {
      Object.keys(localStorage)
        .filter((key) => key.startsWith("roll:"))
        .forEach((key) => localStorage.removeItem(key));
    }
  });
  // One tap, one act: a second tap on the same button waits for the page.
  document.addEventListener("submit", (event) => {
    if (event.target.closest(".by")) {
      if (event.target.dataset.sent) {
        event.preventDefault();
      }
      event.target.dataset.sent = "1";
    }
  });
  window.addEventListener("pageshow", () => {
    document.querySelectorAll("form[data-sent]").forEach((form) => delete form.dataset.sent);
  });
  const names = [
    ["#command-submit", "Tìm"],
    ["#search-input-command", "Tìm chức năng"],
    ["#nav-sidebar a[href$='/admin/'].shrink-0, #nav-sidebar .shrink-0 > a", "Về trang Hôm nay"],
    [".object-tools a[href='#']", "Việc khác"],
  ];
  names.forEach(([selector, name]) => {
    document.querySelectorAll(selector).forEach((element) => {
      if (!element.getAttribute("aria-label")) {
        element.setAttribute("aria-label", name);
      }
    });
  });
});
