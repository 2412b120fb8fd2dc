/* The paper of consent is asked for only where somebody says that there is one. */
document.addEventListener("DOMContentLoaded", () => {
  const paper = document.querySelector("[data-paper]");
  const choices = document.querySelectorAll("input[name=basis]");
  if (!paper || !choices.length) {
    return;
  }
  function show() {
    const chosen = document.querySelector("input[name=basis]:checked");
    paper.hidden = !chosen || chosen.value === "";
  }
  choices.forEach((choice) => choice.addEventListener("change", show));
  show();
});
