/* Switching a browser on: explanation first, the native question only from the tap, and a sentence
   for whatever goes wrong. */
const push = window.BinhYenPush;
const box = document.querySelector("[data-enrol]");
const SHARED = "binhyen.shared";
const PATIENCE_MS = 20 * 1000;

function say(name, words) {
  box.querySelectorAll("[data-say]").forEach((part) => {
    part.hidden = part.dataset.say !== name;
  });
  if (words) box.querySelector(`[data-say="${name}"] [data-words]`).textContent = words;
}

function missing() {
  const agent = navigator.userAgent;
  const isApple = /iphone|ipad/i.test(agent) || (/mac os/i.test(agent) && navigator.maxTouchPoints > 1);
  if (/zalo/i.test(agent)) return "zalo";
  if (push && push.isSupported()) return "";
  return isApple && !matchMedia("(display-mode: standalone)").matches ? "apple" : "none";
}

async function begin() {
  const lack = missing();
  if (lack) return say(lack);
  if (Notification.permission === "denied") return say("denied");
  const subscription = await push.found();
  const last = push.kept();
  const hash = subscription ? await push.hashOf(subscription.endpoint) : "";
  const row = hash && document.querySelector(`[data-device="${hash}"]`);
  if (row && last.who === push.mark) {
    row.querySelector("[data-this]").hidden = false;
    return say("on");
  }
  box.querySelector("[data-other]").hidden = !last.who || last.who === push.mark;
  return say(localStorage.getItem(SHARED) ? "shared" : "ask");
}

async function enrol() {
  say("busy");
  if ((await Notification.requestPermission()) !== "granted") {
    return say(Notification.permission === "denied" ? "denied" : "ask");
  }
  const last = push.kept();
  const subscription = await push.subscribe();
  const before = last.who === push.mark ? last.hash : "";
  const answer = await push.post(box.dataset.enrol, { subscription, before });
  if (!answer.ok) {
    const refusal = await answer.json().catch(() => ({}));
    return say("refused", refusal.error);
  }
  await push.keep(subscription);
  return location.reload();
}

function wrong(error) {
  say(error.message === "timeout" ? "slow" : "failed", error.message === "timeout" ? "" : error.name);
}

box?.addEventListener("click", (event) => {
  const act = event.target.dataset.act;
  if (act === "enrol") {
    localStorage.removeItem(SHARED);
    enrol().catch(wrong);
  } else if (act === "shared") {
    localStorage.setItem(SHARED, "1");
    say("shared");
  } else if (act === "again") {
    localStorage.removeItem(SHARED);
    begin().catch(wrong);
  }
});
if (box) begin().catch(wrong);

async function follow(form, address) {
  const words = form.querySelector("[data-words]");
  const until = Date.now() + PATIENCE_MS;
  for (;;) {
    const state = await (await fetch(address)).json();
    words.textContent = state.words;
    if (state.is_over) return;
    if (Date.now() > until) {
      form.querySelector("[data-late]").hidden = false;
      return;
    }
    await new Promise((go) => { setTimeout(go, 1000); });
  }
}

document.querySelectorAll("[data-trial]").forEach((form) => {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    event.stopPropagation();
    const button = form.querySelector("button");
    const words = form.querySelector("[data-words]");
    button.disabled = true;
    form.querySelector("[data-late]").hidden = true;
    words.textContent = "Đang gửi…";
    try {
      const answer = await fetch(form.action, {
        method: "POST", body: new FormData(form), headers: { Accept: "application/json" },
      });
      const begun = await answer.json();
      if (begun.state) await follow(form, begun.state);
      else words.textContent = begun.words;
    } catch {
      words.textContent = "Mất liên lạc với cổng. Hãy thử lại.";
    }
    button.disabled = false;
  });
});
