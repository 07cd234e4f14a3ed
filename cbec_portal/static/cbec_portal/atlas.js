// The atlas: arrow keys go from cell to cell, and the years are played one after the other.
"use strict";

const A_YEAR = 1500;
let playing = 0;

function gridOf(table) {
  return [...table.rows].map((row) => [...row.cells].map((cell) => cell.querySelector("summary, a")));
}

// One cell alone is reached by Tab, with all that is in it: the others by the arrows from there.
function oneStop(table, chosen) {
  const cell = chosen?.closest("td");
  for (const own of table.querySelectorAll("td a")) own.tabIndex = own.closest("td") === cell ? 0 : -1;
}

function oneStopEach() {
  for (const table of document.querySelectorAll("[data-arrows]")) {
    const focused = document.activeElement?.closest("[data-arrows] td a");
    oneStop(table, focused ?? table.querySelector("td a"));
  }
}

document.addEventListener("keydown", (event) => {
  const way = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] }[event.key];
  const table = way && !event.altKey && !event.ctrlKey && !event.metaKey && event.target.closest("[data-arrows]");
  const cell = table && event.target.closest("td");
  if (!cell) return;
  const rows = gridOf(table);
  let row = cell.parentElement.rowIndex + way[0];
  const column = cell.cellIndex + way[1];
  // What parts the rows holds no cell: it is passed over.
  while (rows[row] && rows[row].length === 1 && way[0]) row += way[0];
  const next = rows[row]?.[column];
  event.preventDefault();
  if (!next?.closest("td")) return;
  oneStop(table, next);
  next.focus();
});

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

document.addEventListener("portal:changed", () => {
  oneStopEach();
  tellPlaying();
});
addEventListener("popstate", stopPlaying);
oneStopEach();
