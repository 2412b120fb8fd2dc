/* The log of a post: asks for its moving part every two seconds while the post is being sent. */
document.addEventListener("DOMContentLoaded", () => {
  const body = document.getElementById("nhat-ky");
  if (!body || body.dataset.live !== "1") {
    return;
  }
  const EVERY = 2000;
  let failures = 0;

  async function refresh() {
    // Someone is about to press a button inside: do not take it away.
    if (document.hidden || body.contains(document.activeElement)) {
      return EVERY;
    }
    try {
      const answer = await fetch(body.dataset.url + window.location.search);
      if (answer.redirected || !answer.ok) {
        throw new Error("no answer");
      }
      body.innerHTML = await answer.text();
      failures = 0;
      if (answer.headers.get("X-Live") !== "1") {
        window.location.reload(); // finished: the buttons above change too
        return 0;
      }
    } catch {
      failures += 1;
    }
    return EVERY * Math.min(15, 1 + failures);
  }

  async function loop() {
    const wait = await refresh();
    if (wait) {
      setTimeout(loop, wait);
    }
  }
  setTimeout(loop, EVERY);
});
