// Tells days of the offer as they are where the browser is, and the sign-up which zone that is.
"use strict";
(() => {
  const zone = new Intl.DateTimeFormat().resolvedOptions().timeZone;
  for (const field of document.querySelectorAll("input[data-zone]")) field.value = zone ?? "";

  if (!zone) return;
  const formats = new Map(); // one a zone: making one takes longer than all else here
  const told = (at, timeZone) => {
    if (!formats.has(timeZone)) {
      const format = new Intl.DateTimeFormat("en-GB", { dateStyle: "long", timeZone });
      formats.set(timeZone, format);
    }
    return formats.get(timeZone).format(new Date(at));
  };
  const known = new Map();
  const changesIn = (offer) => {
    const { days, daysIn } = offer?.dataset ?? {};
    if (!days || daysIn === zone) return [];
    if (!known.has(offer)) {
      known.set(offer, days.split(" ").map((at) => [told(at, daysIn), told(at, zone)]));
    }
    return known.get(offer);
  };
  const places =
    ".banner, .hero, .offer-box, .offer-bar, .panel, .trial-button, .prose, [data-tells-days]";
  for (const place of document.querySelectorAll(places)) {
    const texts = document.createTreeWalker(place, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) {
      const text = texts.currentNode;
      const changes = changesIn(text.parentElement.closest("[data-days]")); // its own offer's
      const change = changes.find(([from]) => text.data.includes(from));
      if (change && !text.done) text.data = text.data.replaceAll(...change);
      text.done = true; // places stand in one another
    }
  }
  for (const name of document.querySelectorAll("[data-days-zone]")) {
    name.textContent = zone.replaceAll("_", " ");
  }
})();
