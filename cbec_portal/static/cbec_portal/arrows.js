// In tables of many links arrow keys go from cell to cell: one cell alone is reached by Tab.
"use strict";

function linkOf(cell) {
  return cell.matches("td") ? cell.querySelector("summary, a") : null;
}

// One cell alone is reached by Tab, with all that is in it: the others by the arrows from there.
function oneStop(table, chosen) {
  const cell = chosen?.closest("td");
  for (const own of table.querySelectorAll("td a")) own.tabIndex = own.closest("td") === cell ? 0 : -1;
}

function oneStopEach() {
  for (const table of document.querySelectorAll("[data-arrows]")) {
    const focused = document.activeElement?.closest("[data-arrows] td a");
    oneStop(table, focused && table.contains(focused) ? focused : table.querySelector("td a"));
  }
}

// The cell of a row that stands above or below another: cells may be of any width.
function cellBeside(row, cell) {
  const own = cell.getBoundingClientRect(), middle = (own.left + own.right) / 2;
  return [...row.cells].find((other) => {
    const there = other.getBoundingClientRect();
    return linkOf(other) && there.left <= middle && middle < there.right;
  });
}

// What parts the rows holds no cell: it is passed over.
function rowBeside(cell, way) {
  const rows = [...cell.closest("table").rows];
  let place = rows.indexOf(cell.parentElement) + way;
  while (rows[place] && ![...rows[place].cells].some(linkOf)) place += way;
  return rows[place];
}

document.addEventListener("keydown", (event) => {
  const way = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] }[event.key];
  const table = way && !event.altKey && !event.ctrlKey && !event.metaKey && event.target.closest("[data-arrows]");
  const cell = table && event.target.closest("td");
  if (!cell) return;
  event.preventDefault();
  const row = way[0] ? rowBeside(cell, way[0]) : null;
  const next = way[0] ? row && cellBeside(row, cell) : cell.parentElement.cells[cell.cellIndex + way[1]];
  const link = next && linkOf(next);
  if (!link) return;
  oneStop(table, link);
  link.focus();
});

document.addEventListener("portal:changed", oneStopEach);
oneStopEach();
