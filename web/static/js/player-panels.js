// What opens above the player's picture: messages, and the dialog of keys and captions.

const CAPTION_SIZES = ["Small", "Medium", "Large", "Very large"];
const KEYS = [
  ["Space or K", "play or pause"],
  ["J and L, or left and right", "10 seconds back or on"],
  ["Up and down", "volume"],
  ["M", "mute"],
  ["C", "captions"],
  ["F", "full screen"],
  ["0 to 9", "to that tenth of the film"],
  ["Home and End", "to the beginning or the end"],
  ["< and >", "slower or faster"],
  ["?", "this list"],
];

/** An element with attributes and a text. */
export function element(name, attributes = {}, text = "") {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  if (text) made.textContent = text;
  return made;
}

/** What this browser keeps under ``key``; with a value, keeps it. */
export function remembered(key, value) {
  try {
    if (value === undefined) return localStorage.getItem(`matinee.${key}`);
    localStorage.setItem(`matinee.${key}`, value);
  } catch {
    // A browser that keeps nothing forgets the choice.
  }
  return null;
}

/** One message at a time in the middle of the picture. ``actions``: words, then what they do or
 *  where they lead, then a line above. One that ``lasts`` some time is said quietly and goes by itself. */
export function messages(box) {
  let shown;
  return function say(text, actions = [], lasts = 0) {
    shown?.remove();
    if (text === null) return;
    const message = element("div", { class: "player__message", role: lasts ? "status" : "alert" });
    message.append(element("p", {}, text));
    for (const [words, act, above] of actions) {
      const isLink = typeof act === "string";
      const button = element(isLink ? "a" : "button", { class: "button button--small" }, words);
      if (isLink) button.href = act;
      else {
        button.type = "button";
        button.addEventListener("click", () => {
          message.remove();
          box.focus({ preventScroll: true });
          act();
        });
      }
      const line = element("p", { class: "player__action" }, above ? `${above} ` : "");
      if (above) button.setAttribute("aria-label", `${words}, ${above}`);
      line.append(button);
      message.append(line);
    }
    shown = message;
    box.classList.remove("player--idle");
    box.append(message);
    if (lasts) setTimeout(() => message.contains(document.activeElement) || message.remove(), lasts);
  };
}

/** The choice between several languages of captions; nothing where there is one. */
function languages(tracks) {
  if (tracks.length < 2) return null;
  const label = element("label", { class: "choice" }, "Language of captions");
  const choice = element("select");
  for (const track of tracks) choice.append(new Option(track.label, track.srclang));
  const before = remembered("captions-language");
  if ([...tracks].some((track) => track.srclang === before)) choice.value = before;
  label.append(choice);
  return label;
}

/** The list of keys and the look of captions, as a dialog in ``box``. */
export function addSettings(box) {
  const dialog = element("dialog", { class: "player__dialog", "aria-label": "Keys and captions" });
  const list = element("dl", { class: "player__keys" });
  for (const [key, does] of KEYS) {
    const row = element("div");
    row.append(element("dt", {}, key), element("dd", {}, does));
    list.append(row);
  }
  const label = element("label", { class: "choice" }, "Size of captions");
  const size = element("select");
  CAPTION_SIZES.forEach((words, n) => size.append(new Option(words, n)));
  size.value = remembered("captions-size") ?? "1";
  label.append(size);
  const solid = element("input", { type: "checkbox" });
  solid.checked = remembered("captions-solid") === "true";
  const second = element("label", { class: "choice" });
  second.append(solid, "Captions on a solid box");
  const third = languages(box.querySelectorAll("track"));
  const apply = () => {
    if (third) remembered("captions-language", third.lastChild.value);
    box.dataset.captionsSize = size.value;
    box.toggleAttribute("data-captions-solid", solid.checked);
    remembered("captions-size", size.value);
    remembered("captions-solid", solid.checked);
  };
  dialog.addEventListener("change", apply);
  const form = element("form", { method: "dialog" });
  form.append(element("button", { class: "button button--quiet" }, "Close"));
  dialog.append(element("h2", {}, "Keys"), list, element("h2", {}, "Captions"));
  if (third) dialog.append(third);
  dialog.append(label, second, form);
  box.append(dialog);
  apply();
  return dialog;
}
