// Puts a button beside each password that shows what was typed, until it is sent.
"use strict";
for (const input of document.querySelectorAll(".field__row > input")) {
  const button = document.createElement("button");
  const what = document.createElement("span");
  const show = (shown) => {
    input.type = shown ? "text" : "password";
    button.firstChild.data = shown ? "Hide" : "Show";
  };

  button.type = "button";
  button.className = "button button--quiet";
  what.className = "visually-hidden";
  what.textContent = ` (${input.labels[0].textContent})`;
  button.append("Show", what);
  button.addEventListener("mousedown", (event) => event.preventDefault()); // who types, types on
  button.addEventListener("click", () => show(input.type === "password"));
  input.form.addEventListener("submit", () => show(false));
  input.after(button);
}
