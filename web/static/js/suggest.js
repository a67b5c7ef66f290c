// Makes a search box with data-suggest a combobox: six suggestions, 150 ms after the last key.
"use strict";
for (const form of document.querySelectorAll("form[data-suggest]")) {
  const box = form.querySelector("input[type=search]");
  const list = document.createElement("ul");
  list.id = `${box.id}-list`;
  list.className = "suggestions";
  list.hidden = true;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", "Suggestions");
  form.append(list);
  for (const [name, value] of Object.entries({
    role: "combobox",
    "aria-autocomplete": "list",
    "aria-expanded": "false",
    "aria-controls": list.id,
  })) {
    box.setAttribute(name, value);
  }

  let timer;
  let asked = "";
  let chosen = -1;

  /** Marks the line at a place of the list as chosen; below 0 none is. */
  const choose = (place) => {
    const items = [...list.children];
    chosen = place;
    items.forEach((item, at) => item.setAttribute("aria-selected", String(at === place)));
    if (place < 0) return box.removeAttribute("aria-activedescendant");
    box.setAttribute("aria-activedescendant", items[place].id);
    items[place].scrollIntoView({ block: "nearest" });
  };

  /** Closes the list; what was asked before and arrives later opens it no more. */
  const close = () => {
    clearTimeout(timer);
    asked = "";
    choose(-1);
    list.hidden = true;
    box.setAttribute("aria-expanded", "false");
  };

  const show = (found) => {
    list.replaceChildren(
      ...found.map(({ name, note, url }, at) => {
        const item = document.createElement("li");
        item.id = `${list.id}-${at}`;
        item.className = "suggestions__item";
        item.setAttribute("role", "option");
        item.setAttribute("aria-selected", "false");
        item.dataset.url = url;
        const called = document.createElement("bdi");
        called.textContent = name;
        const more = document.createElement("span");
        more.className = "muted small";
        more.textContent = note;
        item.append(called, " ", more);
        item.addEventListener("click", () => location.assign(url));
        return item;
      }),
    );
    choose(-1);
    list.hidden = found.length === 0;
    list.scrollTop = 0;
    box.setAttribute("aria-expanded", String(found.length > 0));
  };

  const ask = async () => {
    const words = box.value.trim();
    if (!words) return close();
    asked = words;
    try {
      const answer = await fetch(`${form.dataset.suggest}?q=${encodeURIComponent(words)}`);
      const { suggestions } = answer.ok ? await answer.json() : { suggestions: [] };
      if (asked === words && document.activeElement === box) show(suggestions);
    } catch {
      if (asked === words) close();
    }
  };

  box.addEventListener("input", () => {
    choose(-1);
    clearTimeout(timer);
    timer = setTimeout(ask, 150);
  });
  box.addEventListener("blur", close);
  list.addEventListener("mousedown", (event) => event.preventDefault());
  box.addEventListener("keydown", (event) => {
    if (event.isComposing || event.keyCode === 229) return; // the keys choose among kanji or hanja
    if (event.key === "Escape") {
      if (!list.hidden) event.preventDefault();
      close();
    } else if ((event.key === "ArrowDown" || event.key === "ArrowUp") && !list.hidden) {
      event.preventDefault();
      const start = event.key === "ArrowUp" ? 0 : -1;
      const next = (chosen < 0 ? start : chosen) + (event.key === "ArrowDown" ? 1 : -1);
      choose((next + list.children.length) % list.children.length);
    } else if (event.key === "Enter" && chosen >= 0) {
      event.preventDefault();
      location.assign(list.children[chosen].dataset.url);
    }
  });
}
