/* A number key picks an answer of the library; Enter then presses the button that has the focus.
   Not while somebody types, and not where an answer was begun by hand. A busy browser may leave
   `autofocus` undone. */
const ready = document.querySelector("#tra-loi [autofocus]");
if (ready && document.activeElement === document.body) {
  ready.focus();
}
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.altKey || event.metaKey || event.target.matches("input, textarea, select")) {
    return;
  }
  const link = document.querySelector(`a[data-answer-key="${CSS.escape(event.key)}"]`);
  const words = document.querySelector("#tra-loi textarea");
  if (link && (!words || words.value === words.defaultValue)) {
    event.preventDefault();
    link.click();
  }
});
