// The atlas: the years are played one after the other.
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

function nextYear() {
  const slider = document.getElementById("days");
  if (!slider || Number(slider.value) >= Number(slider.max)) return stopPlaying();
  slider.value = Number(slider.value) + 1;
  slider.dispatchEvent(new Event("input", { bubbles: true }));
  playing = setTimeout(nextYear, A_YEAR);
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
  nextYear();
  tellPlaying();
});

document.addEventListener("portal:changed", tellPlaying);
addEventListener("popstate", stopPlaying);
