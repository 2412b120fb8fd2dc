/* On each page: whether this browser still takes what the portal sends. Asks the person nothing, and
   the portal only when something changed or a day has passed. */
window.BinhYenPush = ((given) => {
  const KEPT = "binhyen.push";
  const SCOPE = "/admin/";
  const DAY_MS = 24 * 3600 * 1000;
  const PATIENCE_MS = 15 * 1000;

  const isSupported = () =>
    "serviceWorker" in navigator && "PushManager" in window && "Notification" in window;

  const bytesOf = (text) =>
    Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (one) => one.charCodeAt(0));

  async function hashOf(text) {
    const hash = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
    return Array.from(new Uint8Array(hash), (one) => one.toString(16).padStart(2, "0")).join("");
  }

  function kept() {
    try {
      return JSON.parse(localStorage.getItem(KEPT)) || {};
    } catch {
      return {};
    }
  }

  async function keep(subscription) {
    const hash = await hashOf(subscription.endpoint);
    const now = { who: given.mark, key: given.key, hash, at: Date.now() };
    localStorage.setItem(KEPT, JSON.stringify(now));
  }

  const within = (promise) =>
    Promise.race([
      promise,
      new Promise((_, refuse) => {
        setTimeout(() => refuse(new Error("timeout")), PATIENCE_MS);
      }),
    ]);

  async function found() {
    const registration = await navigator.serviceWorker.getRegistration(SCOPE);
    return registration ? registration.pushManager.getSubscription() : null;
  }

  async function subscribe() {
    await navigator.serviceWorker.register("/sw.js", { scope: SCOPE, updateViaCache: "none" });
    const registration = await within(navigator.serviceWorker.ready);
    const old = await registration.pushManager.getSubscription();
    if (old && kept().key === given.key) return old;
    if (old) await old.unsubscribe();
    const options = { userVisibleOnly: true, applicationServerKey: bytesOf(given.key) };
    return within(registration.pushManager.subscribe(options));
  }

  function post(address, content) {
    const token = document.querySelector("[name=csrfmiddlewaretoken]");
    return fetch(address, {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-CSRFToken": token ? token.value : "" },
      body: JSON.stringify(content),
    });
  }

  async function compare() {
    const last = kept();
    if (last.who !== given.mark || !isSupported() || Notification.permission !== "granted") return;
    const now = await found();
    const isSame = now && last.key === given.key && (await hashOf(now.endpoint)) === last.hash;
    if (isSame && Date.now() - last.at < DAY_MS) return;
    const subscription = isSame ? now : await subscribe();
    const answer = await post(given.compare, { subscription, before: last.hash });
    if (!answer.ok) return;
    if ((await answer.json()).on) {
      await keep(subscription);
    } else {
      await subscription.unsubscribe();
      localStorage.removeItem(KEPT);
    }
  }

  const problem = () => undefined; // the next page compares again
  window.addEventListener("load", () => compare().catch(problem));
  return { isSupported, subscribe, found, hashOf, kept, keep, post, mark: given.mark };
})(document.currentScript.dataset);
