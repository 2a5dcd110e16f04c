// What an article can do with a script, and does without as well: copy its address, show a video where it stands.

// The button is hidden until this runs.
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

// Nothing is asked of another host before the click; the button says which one it will be.
for (const figure of document.querySelectorAll(".kn-embed[data-load]")) {
  const { frame, load, note, title } = figure.dataset;
  const link = figure.querySelector(".kn-embed-link a");
  if (!frame && !link) continue;
  const offer = document.createElement("div");
  offer.className = "kn-embed-offer";
  const button = document.createElement("button");
  button.type = "button";
  button.className = "kn-button";
  button.append(load);
  const about = document.createElement("span");
  about.className = "kn-hidden";
  about.append(`: ${title}`);
  button.append(about);
  offer.append(button);
  if (note) {
    const words = document.createElement("p");
    words.append(note);
    offer.append(words);
  }
  figure.insertBefore(offer, figure.querySelector("figcaption"));
  button.addEventListener("click", () => {
    const stage = document.createElement("div");
    stage.className = "kn-embed-stage kn-embed-loaded";
    const player = frame ? framed(frame, title) : video(figure, link, title);
    stage.append(player);
    figure.querySelector(".kn-embed-stage")?.remove();
    offer.replaceWith(stage);
    player.focus();
  });
}

function framed(address, title) {
  const player = document.createElement("iframe");
  player.src = address;
  player.title = title;
  player.allow = "fullscreen; encrypted-media; picture-in-picture";
  player.referrerPolicy = "strict-origin-when-cross-origin";
  player.setAttribute("sandbox", "allow-scripts allow-same-origin allow-popups allow-forms allow-presentation");
  return player;
}

function video(figure, link, title) {
  const player = document.createElement("video");
  player.controls = true;
  player.tabIndex = 0;
  player.setAttribute("aria-label", title);
  player.poster = figure.querySelector("img")?.src ?? "";
  const subtitles = figure.querySelector(".kn-embed-subtitles a");
  if (subtitles) {
    const track = document.createElement("track");
    track.kind = "captions";
    track.src = subtitles.href;
    track.srclang = document.documentElement.lang;
    track.label = subtitles.textContent;
    track.default = true;
    player.append(track);
  }
  player.src = link.href;
  player.play()?.catch(() => {});
  return player;
}
