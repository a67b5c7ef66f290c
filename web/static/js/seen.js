// Tells this site, and nobody else, that a film page was seen, its offer shown for a second, or
// pressed, and by which link the visitor came.
"use strict";
(() => {
  const { film, arms } = document.querySelector("main [data-film]")?.dataset ?? {};
  if (!film || !navigator.sendBeacon) return;

  const asked = new URLSearchParams(location.search);
  const from = document.referrer ? new URL(document.referrer).host : "";
  const source = asked.get("utm_source") ?? (from === location.host ? "" : from);
  const campaign = asked.get("utm_campaign");

  const tell = (kind) => {
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    const id = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
    const said = { events: [{ id, kind, film, arms }] };
    if (source) said.source = source;
    if (campaign) said.campaign = campaign;
    navigator.sendBeacon("/events", JSON.stringify(said));
    return id;
  };
  tell("visit");

  // The page behind the link notes a press as well, for whoever has no script: by its name once.
  const pressed = (call) => {
    const there = new URL(call.href);
    there.searchParams.set("press", tell("cta_click"));
    call.href = there;
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
    call.addEventListener("click", () => pressed(call), { once: true });
  }
})();
