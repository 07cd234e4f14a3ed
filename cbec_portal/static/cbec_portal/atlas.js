// The atlas: the years are played one after the other, and keys make it larger and smaller.
"use strict";

const A_YEAR = 1500;
let playing = 0;

function tellPlaying() {
  const button = document.querySelector("[data-play]");
  if (button) button.textContent = playing ? button.dataset.pause : button.dataset.play;
}

function stopPlaying() {
  clearTimeout(playing);
  playing = 0;
  tellPlaying();
}

function nextYear(goesOn) {
  const slider = document.getElementById("days");
  if (!slider || Number(slider.value) >= Number(slider.max)) return stopPlaying();
  slider.value = Number(slider.value) + 1;
  slider.dispatchEvent(new CustomEvent("input", { bubbles: true, detail: { goesOn } }));
  playing = setTimeout(nextYear, A_YEAR, true);
}

document.addEventListener("click", (event) => {
  if (!event.target.closest("[data-play]")) {
    if (playing) stopPlaying();
    return;
  }
  if (playing) return stopPlaying();
  const slider = document.getElementById("days");
  if (slider.value === slider.max) slider.value = 0;
  slider.focus();
  nextYear(false);
  tellPlaying();
});

document.addEventListener("portal:changed", tellPlaying);
addEventListener("popstate", stopPlaying);

// Within the matrix, whichever cell has the focus, the keys do what the links above it do.
document.addEventListener("keydown", (event) => {
  if (event.altKey || event.ctrlKey || event.metaKey || !event.target.closest(".atlas-box")) return;
  const way = { "=": "+", "_": "-", "−": "-" }[event.key] ?? event.key;
  const link = ["+", "-", "0"].includes(way) && document.querySelector(`[data-zoom="${way}"]`);
  if (!link) return;
  event.preventDefault();
  link.click();
});

// What has the focus stays in view, whatever size it is shown at.
document.addEventListener("portal:changed", () => {
  document.querySelector(".atlas-box a:focus")?.scrollIntoView({ block: "nearest", inline: "nearest" });
});
