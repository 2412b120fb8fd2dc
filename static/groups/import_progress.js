/* The progress of a list: asks the server how far it is, and moves on when the work is done. */
document.addEventListener("DOMContentLoaded", () => {
  const box = document.querySelector("[data-progress]");
  if (!box) {
    return;
  }
  const bar = box.querySelector("progress");
  const said = box.querySelector("[data-said]");
  const offline = box.querySelector("[data-offline]");
  let failures = 0;
  let waiting = 0;
  let isAsking = false;

  function show(progress) {
    if (progress.total) {
      bar.max = progress.total;
      bar.value = progress.done;
    } else {
      bar.removeAttribute("value");
    }
    if (said.textContent !== progress.said) {
      said.textContent = progress.said;
    }
  }

  async function ask() {
    if (isAsking) {
      return;
    }
    isAsking = true;
    clearTimeout(waiting);
    try {
      const answer = await fetch(box.dataset.progress, {
        headers: { Accept: "application/json" },
        signal: AbortSignal.timeout(10_000),
      });
      if (answer.redirected || answer.status === 403 || answer.status === 404) {
        window.location.reload(); // signed out, or no longer theirs: the page itself says so
        return;
      }
      if (!answer.ok) {
        throw new Error("no answer");
      }
      const progress = await answer.json();
      failures = 0;
      offline.hidden = true;
      if (progress.state !== box.dataset.state) {
        window.location.replace(box.dataset.then);
        return;
      }
      show(progress);
    } catch {
      failures += 1;
      offline.hidden = failures < 2;
    }
    isAsking = false;
    waiting = setTimeout(ask, document.hidden ? 10_000 : 1_000 * Math.min(15, 1 + failures));
  }
  // Who comes back to a page that was left, by the phone's own ways, is led on at once.
  document.addEventListener("visibilitychange", () => document.hidden || ask());
  window.addEventListener("pageshow", (event) => event.persisted && window.location.reload());
  window.addEventListener("online", ask);
  waiting = setTimeout(ask, 700);
});
