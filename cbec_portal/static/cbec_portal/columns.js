// Alt and an arrow key move the column whose head has the focus, and the focus with it.
"use strict";

let carried = "";

document.addEventListener("keydown", (event) => {
  const way = { ArrowLeft: "left", ArrowRight: "right" }[event.key];
  const head = event.altKey && way && event.target.closest("[data-column]");
  const link = head && head.querySelector(`[data-move="${way}"]`);
  if (!link) return;
  event.preventDefault();
  carried = head.dataset.column;
  link.click();
});

document.addEventListener("portal:changed", () => {
  const head = carried && document.querySelector(`[data-column="${CSS.escape(carried)}"] a`);
  carried = "";
  if (head) head.focus({ preventScroll: true });
});
