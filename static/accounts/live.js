/* Pages that keep themselves true. One small address says whether anything changed; then the page is fetched again
   and its parts (`data-live="name"`) that differ are put in place. What is being typed or held by the keyboard stays
   until its owner asks for the new. Without an answer, or without a session, the page turns red. */
import { FIELDS, typedIn } from "./typed.js";

const page = document.getElementById("live");
const [bar, said, at, sound, news] = ["bar", "said", "at", "sound", "news"].map((name) => page.querySelector(`.live-${name}`));
const [ANSWER_MS, RETRY_MS] = [8000, 3000];
const BACK_MS = 5000; // a page that is looked at again has so long to get its first answer
const ENDED = new Error("no session, or another one");
let [heard, notBefore, timer, isAsking] = [Date.now(), 0, 0, false];
let waiting = null; // a fetched page of which a part could not be put in yet

const clock = (moment) =>
  new Date(moment).toLocaleTimeString("vi-VN", { hour: "2-digit", minute: "2-digit", timeZone: "Asia/Ho_Chi_Minh" });
const partsOf = (doc) => new Map([...doc.querySelectorAll("[data-live]")].map((part) => [part.dataset.live, part]));
// Each answer has a token of its own against forged forms.
const tidy = (part) => part.innerHTML.replace(/(name="csrfmiddlewaretoken" value=")[^"]*/g, "$1");
const shown = new Map([...partsOf(document)].map(([name, part]) => [name, tidy(part)]));

// Urgent matters: title and sound. A matter is an element with `data-urgent`, or as many as its `data-count` says.
const urgentOf = (doc) =>
  new Map([...doc.querySelectorAll("[data-live] [data-urgent]")].map((one) => [one.dataset.urgent, Number(one.dataset.count ?? 1)]));
const title = document.title;
let urgent = urgentOf(document);
let [hasRung, flash, player] = [false, 0, null];
const wantsSound = () => localStorage.getItem("live-sound") === "1";

function tone() {
  if (!wantsSound()) return;
  player ??= new AudioContext();
  player.resume();
  const [source, volume] = [player.createOscillator(), player.createGain()];
  [source.frequency.value, volume.gain.value] = [880, 0.2];
  source.connect(volume).connect(player.destination);
  source.start();
  source.stop(player.currentTime + 0.4);
}

function nameSound() {
  const isMute = navigator.userActivation?.hasBeenActive === false;
  const whenOn = isMute ? "Chạm vào trang để có âm thanh" : "Tắt âm thanh";
  sound.textContent = wantsSound() ? whenOn : "Bật âm thanh";
}

function entitle(isBare) {
  const count = [...urgent.values()].reduce((sum, one) => sum + one, 0);
  document.title = hasRung && count && !isBare ? `(${count}) Khẩn – ${title}` : title;
}

function lookedAt() {
  clearInterval(flash);
  entitle();
  nameSound();
}

function noteUrgent(next) {
  const rises = [...next].some(([key, count]) => count > (urgent.get(key) ?? 0));
  [urgent, hasRung] = [next, hasRung || rises];
  entitle();
  if (!rises) return false;
  tone();
  clearInterval(flash);
  let isBare = false;
  flash = setInterval(() => entitle((isBare = !isBare)), 1000);
  return true;
}

// Putting new parts in
const isFocused = (part) => document.activeElement !== document.body && part.contains(document.activeElement);
const isHeld = (part) => isFocused(part) || typedIn(part).length > 0;
const nameOf = (fold) => fold.id || fold.querySelector("summary")?.textContent.replace(/[\d\s]+/g, " ");
const placeOf = (field) => `${field.form?.getAttribute("action")} ${field.name} ${/checkbox|radio/.test(field.type) ? field.value : ""}`;

const keyOf = (fold, at, all) => `${nameOf(fold)} ${all.slice(0, at).filter((one) => nameOf(one) === nameOf(fold)).length}`;

function swap(part, fresh) {
  const foldsOf = () => [...part.querySelectorAll("details")].map((fold, at, all) => [keyOf(fold, at, all), fold]);
  const wasOpen = new Map(foldsOf().map(([key, fold]) => [key, fold.open]));
  const typed = new Map(typedIn(part).map((field) => [placeOf(field), field]));
  const words = part.textContent;
  part.replaceChildren(...[...fresh.childNodes].map((node) => document.importNode(node, true)));
  foldsOf().forEach(([key, fold]) => { fold.open = wasOpen.get(key) ?? fold.open; });
  part.querySelectorAll(FIELDS).forEach((field) => {
    const before = typed.get(placeOf(field));
    if (before && field.type !== "file") [field.value, field.checked] = [before.value, before.checked];
  });
  return !("quiet" in part.dataset) && part.textContent !== words;
}

function put(doc, isAsked) {
  const [now, next] = [partsOf(document), partsOf(doc)];
  const isOther = [...now.keys()].join() !== [...next.keys()].join(); // perhaps with another script
  const parts = isOther ? [["", document.body]] : [...now].filter(([name]) => tidy(next.get(name)) !== shown.get(name));
  const held = isAsked ? [] : parts.filter(([, part]) => isHeld(part));
  let isNew = held.length > 0 && !waiting;
  waiting = held.length ? doc : null;
  news.hidden = !waiting;
  const rises = noteUrgent(urgentOf(doc));
  if (isOther && !waiting) return window.location.reload();
  for (const [name, part] of parts.filter((one) => !held.includes(one))) {
    shown.set(name, tidy(next.get(name)));
    isNew = swap(part, next.get(name)) || isNew;
    document.dispatchEvent(new Event("live:swapped"));
  }
  if (isNew || rises) {
    said.textContent = `${rises ? "Có việc khẩn mới" : "Trang vừa có thay đổi"}, lúc ${clock(Date.now())}.`;
  }
}

// Asking
async function ask(address, headers) {
  const asking = { redirect: "manual", cache: "no-store", signal: AbortSignal.timeout(ANSWER_MS) };
  const answer = await fetch(address, { headers: { "X-Live": "1", ...headers }, ...asking });
  if (answer.type === "opaqueredirect" || answer.status === 401 || answer.status === 403) throw ENDED;
  if (!answer.ok && answer.status !== 304) throw new Error(`answered ${answer.status}`);
  return answer;
}

async function look() {
  const known = page.dataset.version;
  const answer = await ask(page.dataset.address, known ? { "If-None-Match": `"${known}"` } : {});
  if (answer.status === 304) return waiting;
  const whole = await ask(window.location.href.split("#")[0]);
  const doc = new DOMParser().parseFromString(await whole.text(), "text/html");
  const fresh = doc.getElementById("live");
  if (fresh?.dataset.account !== page.dataset.account) throw ENDED;
  [page.dataset.version, page.dataset.everyMs] = [fresh.dataset.version, fresh.dataset.everyMs];
  return doc;
}

async function poll() {
  if (isAsking) return;
  isAsking = true;
  clearTimeout(timer);
  let [doc, wait] = [null, Number(page.dataset.everyMs)];
  try {
    doc = await look();
    live();
  } catch (error) {
    wait = Math.min(wait, RETRY_MS);
    if (error === ENDED) dead(`Đã hết phiên, trang không còn cập nhật từ ${clock(heard)}.`, page.dataset.signIn);
  }
  isAsking = false;
  if (!document.hidden) timer = setTimeout(poll, wait);
  if (doc) put(doc);
}

function live() {
  heard = Date.now();
  at.textContent = `Trang tự cập nhật, mới lúc ${clock(heard)}.`;
  bar.hidden = true;
  document.documentElement.classList.remove("live-dead");
}

function dead(sentence, signIn) {
  if (!bar.hidden && bar.textContent.startsWith(sentence)) return;
  if (bar.hidden) tone();
  const way = Object.assign(document.createElement("a"), { href: signIn, textContent: "Đăng nhập lại" });
  bar.replaceChildren(sentence, ...(signIn ? [" ", way] : []));
  at.textContent = "";
  bar.hidden = false;
  document.documentElement.classList.add("live-dead");
}

function watch() {
  const isLost = Date.now() - heard > Number(page.dataset.lostMs) && Date.now() > notBefore;
  if (isLost && bar.hidden && !document.hidden) {
    dead(`Mất liên lạc với cổng từ ${clock(heard)}, số liệu trên trang có thể cũ`);
  }
}

function comeBack() {
  clearTimeout(timer);
  if (!document.hidden) {
    notBefore = Date.now() + BACK_MS;
    lookedAt();
    poll();
  }
}

sound.addEventListener("click", () => {
  localStorage.setItem("live-sound", wantsSound() ? "0" : "1");
  tone();
  lookedAt();
});
news.addEventListener("click", () => waiting && put(waiting, true));
["pointerdown", "keydown", "focus"].forEach((name) => window.addEventListener(name, lookedAt));
document.addEventListener("visibilitychange", comeBack);
navigator.serviceWorker?.addEventListener("message", (event) => event.data?.type === "duty" && poll());
setInterval(watch, 500);
live();
nameSound();
timer = setTimeout(poll, Number(page.dataset.everyMs));
