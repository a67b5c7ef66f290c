// Tells this site, and nobody else, that a film page was seen, its offer shown for a second, or pressed.
"use strict";
(() => {
  const film = document.querySelector("main [data-film]")?.dataset.film;
  const tell = (kind) => {
    const id = Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) =>
      byte.toString(16).padStart(2, "0"),
    ).join("");
    navigator.sendBeacon("/events", JSON.stringify({ events: [{ id, kind, film }] }));
  };
  if (!film || !navigator.sendBeacon) return;
  tell("visit");

  const calls = document.querySelectorAll("[data-call-to-action]");
  const timers = new Map();
  const watcher = new IntersectionObserver(
    (entries) => {
      for (const { target, intersectionRatio } of entries) {
        clearTimeout(timers.get(target));
        if (intersectionRatio >= 0.5) timers.set(target, setTimeout(seen, 1000));
      }
    },
    { threshold: 0.5 },
  );
  const seen = () => {
    watcher.disconnect();
    timers.forEach(clearTimeout);
    tell("cta_seen");
  };
  for (const call of calls) {
    watcher.observe(call);
    call.addEventListener("click", () => tell("cta_click"), { once: true });
  }
})();
