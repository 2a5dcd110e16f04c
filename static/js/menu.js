// The menu opens and closes without a script; with one, Escape closes it, too, and whoever was in it is back at its button.
for (const menu of document.querySelectorAll(".kn-menu")) {
  menu.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.defaultPrevented || event.isComposing || !menu.open) return;
    event.preventDefault();
    menu.open = false;
    menu.querySelector("summary").focus();
  });
}
