// Boxes of a desk's form follow what decides which of them fit: a topic, a kind of scope. Without
// this a button shows them.
"use strict";

let fittingSoon = 0;

document.addEventListener("change", (event) => {
  const box = event.target;
  const look = box.form?.querySelector("button[value=look]");
  if (!look || !box.matches("[data-decides]")) return;
  clearTimeout(fittingSoon);
  fittingSoon = setTimeout(() => {
    // Who left the box for a button wants what that does.
    if (box.isConnected && document.activeElement?.type !== "submit") box.form.requestSubmit(look);
  }, 150);
});

document.addEventListener("submit", () => clearTimeout(fittingSoon), true);
