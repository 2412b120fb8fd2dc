{% load static %}/* Shows each push at once, whatever page is open, and keeps nothing. */
const TITLE = "Bình Yên";
const TEXT = "Có việc cần xem";
const ICON = "{% static 'duty/icon-192.png' %}";
const BADGE = "{% static 'duty/badge-96.png' %}";
const HOME = "{% url 'admin:index' %}";

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("push", (event) => {
  let notice = {};
  try {
    notice = event.data.json();
  } catch {
    notice = {}; // still shown: a browser takes the right away from who pushes in silence
  }
  event.waitUntil(show(notice));
});

async function show(notice) {
  const loud = notice.loud !== false;
  await self.registration.showNotification(notice.title || TITLE, {
    body: notice.text || TEXT,
    tag: notice.tag || "binhyen",
    renotify: loud,
    silent: !loud,
    requireInteraction: loud,
    lang: "vi",
    icon: ICON,
    badge: BADGE,
    data: { token: notice.token || "" },
    ...(loud ? { vibrate: [300, 150, 300] } : {}),
  });
  await Promise.allSettled([sayShown(notice.shown), wakePages()]);
}

function sayShown(word) {
  if (!word) return null;
  return fetch("{% url 'push_shown' %}", {
    method: "POST", body: word, credentials: "omit", keepalive: true, referrerPolicy: "no-referrer",
  });
}

async function wakePages() {
  const pages = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
  pages.forEach((page) => page.postMessage({ type: "duty" }));
}

self.addEventListener("notificationclick", (event) => {
  const token = event.notification.data?.token;
  event.notification.close();
  event.waitUntil(open(token ? `/viec/${token}/` : HOME));
});

const PATIENCE_MS = 300;

// Whether nothing typed is lost when a page goes elsewhere; nothing, where none of its scripts answers.
function ask(page) {
  return new Promise((tell) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = (event) => tell(event.data);
    setTimeout(tell, PATIENCE_MS);
    page.postMessage({ type: "may-leave" }, [port2]);
  });
}

// A page that is there already, else one that loses nothing, else a window of its own. To focus, or to
// open, spends the tap: only one of them.
async function open(address) {
  const pages = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
  const own = pages.filter((page) => /^\/(admin|viec)\//.test(new URL(page.url).pathname));
  const there = own.find((page) => new URL(page.url).pathname === address);
  if (there) return Promise.allSettled([there.focus()]);
  const answers = await Promise.all(own.map(ask));
  const page = own[answers.indexOf("free")] ?? own[answers.indexOf("held-app")];
  if (!page) return self.clients.openWindow(address);
  await Promise.allSettled([page.focus()]); // refused where there was no tap
  return page.postMessage({ type: "matter", address }); // the page goes, or offers it in an app
}
