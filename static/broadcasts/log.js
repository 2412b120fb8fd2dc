/* The log of a post: asks for its moving part again as often as the server says, until it is done. */
document.addEventListener("DOMContentLoaded", () => {
  const body = document.getElementById("nhat-ky");
  let every = Number(body?.dataset.refreshMs ?? 0);
  if (!every) {
    return;
  }
  let failures = 0;

  async function refresh() {
    // Someone is about to press a button inside: do not take it away.
    if (document.hidden || body.contains(document.activeElement)) {
      return every;
    }
    try {
      const answer = await fetch(body.dataset.url + window.location.search);
      if (answer.redirected || !answer.ok) {
        throw new Error("no answer");
      }
      body.innerHTML = await answer.text();
      failures = 0;
      every = Number(answer.headers.get("X-Refresh-Ms"));
      if (!every) {
        window.location.reload(); // finished: the buttons above change too
        return 0;
      }
    } catch {
      failures += 1;
    }
    return every * Math.min(15, 1 + failures);
  }

  async function loop() {
    const wait = await refresh();
    if (wait) {
      setTimeout(loop, wait);
    }
  }
  setTimeout(loop, every);
});
