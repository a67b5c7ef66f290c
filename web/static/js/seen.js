// Tells this site, and nobody else, that a film page was seen, its offer shown for a second, or
// pressed, and by which link the visitor came: together, and at once where the page is left.
"use strict";
(() => {
  const { film, arms } = document.querySelector("main [data-film]")?.dataset ?? {};
  if (!film || !navigator.sendBeacon) return;

  const SOON = 2000;
  const MOST = 50; // what the site takes at once

  const asked = new URLSearchParams(location.search);
  const from = document.referrer ? new URL(document.referrer).host : "";
  const source = asked.get("utm_source") ?? (from === location.host ? "" : from);
  const came = { source: source || undefined, campaign: asked.get("utm_campaign") || undefined };

  const waiting = [];
  let timer = null;

  /** Hand over what waits; what the browser does not take stays, and is tried again. */
  const send = () => {
    clearTimeout(timer);
    timer = null;
    const now = performance.now();
    const some = waiting.slice(0, MOST);
    const events = some.map(({ at, ...event }) => ({ ...event, ago: Math.round(now - at) }));
    const said = JSON.stringify({ events, ...came });
    if (some.length && navigator.sendBeacon("/events", said)) waiting.splice(0, some.length);
    if (waiting.length) timer = setTimeout(send, SOON);
  };

  const unique = () => {
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  };
  // The first of each kind has the page's id: by it a browser without a cookie stays one visitor.
  const page = unique();
  const tell = (kind, id = page) => {
    waiting.push({ id, kind, film, arms, at: performance.now() });
    if (waiting.length >= MOST) send();
    else timer ??= setTimeout(send, SOON);
  };
  tell("visit");

  // The page behind the link notes a press as well, for whoever has no script: by its name once.
  let press = page;
  const presses = new Set();
  const pressed = (call) => {
    if (presses.has(call)) return;
    presses.add(call);
    const there = new URL(call.href);
    there.searchParams.set("press", press);
    call.href = there;
    tell("cta_click", press);
    press = unique();
    send();
  };

  const timers = new Map();
  const seen = () => {
    watcher.disconnect();
    timers.forEach(clearTimeout);
    tell("cta_seen");
  };
  const watcher = new IntersectionObserver(
    (entries) => {
      for (const { target, intersectionRatio } of entries) {
        clearTimeout(timers.get(target));
        if (intersectionRatio >= 0.5) timers.set(target, setTimeout(seen, 1000));
      }
    },
    { threshold: 0.5 },
  );
  for (const call of document.querySelectorAll("[data-call-to-action]")) {
    watcher.observe(call);
    call.addEventListener("click", () => pressed(call));
  }
  addEventListener("pagehide", send);
  // Whoever comes back to the page as it stood may press again.
  addEventListener("pageshow", (event) => event.persisted && presses.clear());
  document.addEventListener("visibilitychange", () => document.hidden && send());
})();
