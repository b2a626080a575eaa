// A page has one service worker: what keeps the phone's page for when there is no network is in a file of its own.
importScripts("/shell.js");

// Shows the alerts that the server pushes while no page is open. A file of its own at the root: a service worker
// rules over the folder that it comes from.
self.addEventListener("push", (event) => {
  let alarm = { title: "在库 Zaiku", body: "", id: "", severity: 1, link: null };
  try {
    alarm = { ...alarm, ...event.data.json() };
  } catch {
    // A push without readable content is shown as what it is: something has happened.
  }
  event.waitUntil(
    self.registration.showNotification(alarm.title, {
      body: alarm.body,
      tag: alarm.id,
      icon: "/icon.svg",
      requireInteraction: alarm.severity >= 3,
      data: { link: alarm.link },
    }),
  );
});

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  const url = new URL(event.notification.data?.link ?? "/", self.location.origin);
  // Only the shop's own pages are opened, whatever a message says.
  const target = url.origin === self.location.origin ? url.href : self.location.origin;
  event.waitUntil(
    self.clients.matchAll({ type: "window" }).then((windows) => {
      const open = windows.find((one) => one.url === target);
      return open === undefined ? self.clients.openWindow(target) : open.focus();
    }),
  );
});
