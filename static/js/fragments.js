// <kn-fragment src="…"><a href="…">…</a></kn-fragment> → the block that stands at src.
// The link inside stays where the block cannot be had.
class Fragment extends HTMLElement {
  connectedCallback() {
    if (this.started) return;
    this.started = true;
    this.load();
  }

  async load() {
    const source = new URL(this.getAttribute("src"), document.baseURI);
    if (source.origin !== location.origin) return;
    try {
      const response = await fetch(source, { credentials: "same-origin" });
      if (!response.ok) return;
      const block = new DOMParser().parseFromString(await response.text(), "text/html");
      this.replaceWith(...block.body.childNodes);
    } catch {
      // Offline or blocked: the link remains.
    }
  }
}

customElements.define("kn-fragment", Fragment);
