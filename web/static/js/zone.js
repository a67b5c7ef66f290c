// Tells days of the offer as they are where the browser is, and the sign-up which zone that is.
"use strict";
(() => {
  const fields = document.querySelectorAll("input[data-zone]");
  const names = document.querySelectorAll("[data-days-zone]");
  if (fields.length || names.length) {
    // asked only where it is told: to find out takes a phone longer than all the rest
    const zone = new Intl.DateTimeFormat().resolvedOptions().timeZone ?? "";
    for (const field of fields) field.value = zone;
    for (const name of zone ? names : []) {
      const stop = name.nextSibling; // one text with the name, or it would move beside it
      name.textContent = zone.replaceAll("_", " ") + (stop?.data ?? "");
      stop?.remove();
    }
  }

  const months =
    "January February March April May June July August September October November December";
  const told = (year, month, day) => `${day} ${months.split(" ")[month]} ${year}`;
  const changesIn = (offer) =>
    (offer?.dataset.days ?? "").split(" ").filter(Boolean).flatMap((at) => {
      const [year, month, day] = at.slice(0, 10).split("-").map(Number);
      const here = new Date(at);
      const days = [
        told(year, month - 1, day),
        told(here.getFullYear(), here.getMonth(), here.getDate()),
      ];
      const unbroken = days.map((day) => day.replace(" ", "\u00a0"));
      return days[0] === days[1] ? [] : [days, unbroken];
    });
  const known = new Map();
  for (const offer of document.querySelectorAll("[data-days]")) known.set(offer, changesIn(offer));
  if (![...known.values()].some((changes) => changes.length)) return;

  const places =
    ".banner, .hero, .offer-box, .offer-bar, .panel, .trial-button, .prose, [data-tells-days]";
  for (const place of document.querySelectorAll(places)) {
    const texts = document.createTreeWalker(place, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) {
      const text = texts.currentNode;
      const changes = known.get(text.parentElement.closest("[data-days]")) ?? []; // its own offer's
      const change = changes.find(([from]) => text.data.includes(from));
      if (change && !text.done) text.data = text.data.replaceAll(...change);
      text.done = true; // places stand in one another
    }
  }
})();
