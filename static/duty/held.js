/* Answers the worker, after a tap on a notice, whether it may take this page elsewhere: never from under
   what somebody is typing. A page that does not answer is left alone. */
import { typedIn } from "../accounts/typed.js";

const isHeld = () => typedIn(document).length > 0;
// An installed app has one window on a phone: another one would take its place.
const isApp = matchMedia("(display-mode: standalone)").matches;

function offer(address) {
  const box = document.querySelector(".held") ?? document.createElement("p");
  box.className = "held";
  box.setAttribute("role", "alert");
  const way = Object.assign(document.createElement("a"), { href: address, textContent: "Bỏ và mở việc" });
  box.replaceChildren("Có việc cần xem. Trang này còn nội dung chưa lưu: hãy lưu trước. ", way);
  document.body.append(box);
}

navigator.serviceWorker?.addEventListener("message", ({ data, ports }) => {
  if (data?.type === "may-leave") {
    const held = isApp ? "held-app" : "held";
    ports[0].postMessage(isHeld() ? held : "free");
  } else if (data?.type === "matter") {
    if (isHeld()) offer(data.address);
    else window.location.assign(data.address);
  }
});
