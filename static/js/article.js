// A button that copies the address of the article, where the browser can: it is hidden until this runs.
for (const item of document.querySelectorAll(".kn-copy")) {
  if (!navigator.clipboard) continue;
  const button = item.querySelector("button");
  const status = item.querySelector("[role=status]");
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(button.dataset.address);
      status.textContent = button.dataset.done;
    } catch {
      status.textContent = button.dataset.failed;
    }
  });
  item.hidden = false;
}
