/* Small repairs of the admin theme's markup for people who do not use a mouse or speak English. */
const CHOICES = {
  errorLoading: () => "Không lấy được danh sách. Hãy thử lại.",
  inputTooLong: () => "Hãy gõ ngắn hơn.",
  inputTooShort: () => "Hãy gõ thêm vài chữ.",
  loadingMore: () => "Đang lấy thêm…",
  maximumSelected: () => "Đã chọn đủ.",
  noResults: () => "Không tìm thấy.",
  searching: () => "Đang tìm…",
  removeAllItems: () => "Bỏ chọn",
};

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

// What the theme draws and what a live page puts in later.
function repair() {
  // Icons are drawn from English words; nobody should hear them read out.
  document.querySelectorAll(".material-symbols-outlined").forEach((icon) => {
    icon.setAttribute("aria-hidden", "true");
    icon.setAttribute("translate", "no");
  });
  // On a phone a row is a card; a dash without its heading says nothing.
  document.querySelectorAll("#result_list td").forEach((cell) => {
    if (/^[-–]?$/.test(cell.textContent.trim()) && !cell.querySelector("input, img, .material-symbols-outlined")) {
      cell.classList.add("by-blank");
    }
  });
}

document.addEventListener("live:swapped", repair);
document.addEventListener("DOMContentLoaded", () => {
  // The theme puts its choices in whenever it is ready, and again with every row that is added.
  if (document.querySelector("select.admin-autocomplete")) {
    new MutationObserver(nameChoices).observe(document.body, { childList: true, subtree: true });
  }
  // The theme loads the choice widget twice, which loses the widget's own catalogue.
  window.django?.jQuery?.fn?.select2?.defaults?.set("language", CHOICES);
  repair();
  // The theme's list of tools holds more than list items.
  document.querySelectorAll("ul.object-tools").forEach((tools) => {
    tools.setAttribute("role", "group");
    tools.querySelectorAll(":scope > li").forEach((item) => item.setAttribute("role", "none"));
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
    ["#searchbar-submit", "Tìm"],
    ["#command-submit", "Tìm"],
    ["#searchbar", "Tìm trong danh sách"],
    ["#search-input-command", "Tìm chức năng"],
    ["#action-toggle", "Chọn tất cả các dòng"],
    ["input.action-select", "Chọn dòng này"],
    ["#nav-sidebar a[href$='/admin/'].shrink-0, #nav-sidebar .shrink-0 > a", "Về trang Hôm nay"],
    [".object-tools a[href='#'], a[x-on\\:click*='showActions']", "Việc khác"],
  ];
  names.forEach(([selector, name]) => {
    document.querySelectorAll(selector).forEach((element) => {
      if (!element.getAttribute("aria-label")) {
        element.setAttribute("aria-label", name);
      }
    });
  });
});
