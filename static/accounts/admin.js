/* Small repairs of the admin theme's markup for people who do not use a mouse or speak English. */
document.addEventListener("DOMContentLoaded", () => {
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
  const names = [
    ["#searchbar-submit", "Tìm"],
    ["#command-submit", "Tìm"],
    ["#searchbar", "Tìm trong danh sách"],
    ["#search-input-command", "Tìm chức năng"],
    ["#action-toggle", "Chọn tất cả các dòng"],
    ["input.action-select", "Chọn dòng này"],
  ];
  names.forEach(([selector, name]) => {
    document.querySelectorAll(selector).forEach((element) => {
      if (!element.getAttribute("aria-label")) {
        element.setAttribute("aria-label", name);
      }
    });
  });
});
