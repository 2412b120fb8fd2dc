/* Draws the phones anew where something changed; each second is often enough for a person. */
const place = document.getElementById("phones");
const form = document.getElementById("switch");
let drawn = "";

const clock = (seconds) =>
  new Date(seconds * 1000).toLocaleTimeString("vi-VN", { timeZone: "Asia/Ho_Chi_Minh" });

function element(name, options = {}, ...children) {
  const made = document.createElement(name);
  Object.assign(made, options);
  made.append(...children);
  return made;
}

async function post(entry, value) {
  const answer = await fetch(`/_sim/${entry}`, { method: "POST", body: JSON.stringify(value) });
  return answer.json();
}

function notice(one) {
  const times = one.times > 1 ? ` · lần ${one.times}` : "";
  const line = element("a", { className: "notice", href: one.link, target: "_blank", rel: "noopener" },
    element("strong", {}, one.title, element("time", {}, `${clock(one.at)}${times}`)),
    one.text);
  line.dataset.quiet = one.loud ? "" : "1";
  return line;
}

function phone(one) {
  const act = (label, name) =>
    element("button", { type: "button", textContent: label, onclick: () => post("phone", { name: one.name, act: name }) });
  const box = element("section", { className: "phone" },
    element("h2", {}, one.name),
    element("div", { className: "clock" }, one.is_offline ? "mất mạng" : clock(Date.now() / 1000)),
    ...one.screen.map(notice));
  if (!one.screen.length) box.append(element("p", { className: "none" }, "Chưa có báo nào."));
  if (one.waiting) box.append(element("small", {}, `${one.waiting} báo đang chờ máy có mạng`));
  box.append(element("div", { className: "tools" },
    act("Xóa màn hình", "clear"),
    one.is_offline ? act("Có mạng lại", "online") : act("Mất mạng", "offline")));
  box.dataset.offline = one.is_offline ? "1" : "";
  return box;
}

async function draw() {
  const state = await (await fetch("/_sim/phones")).json();
  const text = JSON.stringify(state);
  if (text !== drawn) {
    drawn = text;
    place.replaceChildren(...state.phones.map(phone));
  }
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  await post("switch", Object.fromEntries(new FormData(form)));
  form.querySelector("output").textContent = "Đã đặt.";
});

const again = () => setTimeout(go, 1000);
const go = () => draw().then(again, again);
go();
