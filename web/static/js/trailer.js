// The trailer on a film's page: its link opens the player in a dialog, and Escape leads back.

let isOpening = false;

for (const link of document.querySelectorAll("a[data-trailer]")) {
  link.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    event.preventDefault();
    if (isOpening) return; // the second press of a double click
    isOpening = true;
    show(link)
      .catch(() => location.assign(link.href))
      .finally(() => {
        isOpening = false;
      });
  });
}

/** Fails where the trailer's page has no player for this visitor: then that page says why. */
async function show(link) {
  const [{ mount }, page] = await Promise.all([import("./player.js"), fetch(link.href)]);
  const html = new DOMParser().parseFromString(await page.text(), "text/html");
  const box = document.adoptNode(html.querySelector("[data-player]"));
  const dialog = document.createElement("dialog");
  const close = document.createElement("button");
  dialog.className = "trailer";
  dialog.setAttribute("aria-label", html.querySelector("h1").textContent);
  close.className = "button button--small";
  close.type = "button";
  close.textContent = "Close the trailer";
  close.addEventListener("click", () => dialog.close());
  dialog.append(box, close);
  document.body.append(dialog);
  const end = mount(box);
  dialog.addEventListener("close", () => {
    end();
    dialog.remove();
    link.focus();
  });
  dialog.showModal();
  box.focus();
}
