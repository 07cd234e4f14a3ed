// Opens the search from anywhere: by Ctrl-K, or by the link to it in the head of every page, which
// says the words. It is made when first opened.
"use strict";

function paletteOf(link) {
  const there = document.getElementById("palette");
  if (there) return there;
  const palette = document.createElement("dialog"), form = document.createElement("form");
  const label = document.createElement("label"), box = document.createElement("input");
  const button = document.createElement("button");
  palette.id = palette.className = "palette";
  palette.setAttribute("aria-label", link.textContent.trim());
  form.action = link.href;
  form.className = "question";
  form.setAttribute("role", "search");
  label.className = "grow";
  Object.assign(box, { type: "search", name: "q", id: "palette-find" });
  Object.assign(box.dataset, { suggest: link.dataset.suggest, commands: "" });
  button.textContent = link.textContent.trim();
  label.append(link.dataset.palette, box);
  form.append(label, button);
  palette.append(form);
  document.body.append(palette);
  enhanceOffering();
  return palette;
}

function openPalette() {
  const link = document.querySelector("a[data-palette]");
  if (!link) return;
  const palette = paletteOf(link), box = palette.querySelector("input");
  if (!palette.open) palette.showModal();
  box.focus();
  box.select();
  suggest(box);
}

document.addEventListener("keydown", (event) => {
  if (event.key?.toLowerCase() !== "k" || !(event.ctrlKey || event.metaKey)) return;
  if (event.shiftKey || event.altKey) return;
  event.preventDefault();
  openPalette();
});
document.addEventListener("click", (event) => {
  const opens = event.target.closest?.("a[data-palette]");
  if (opens && !event.ctrlKey && !event.metaKey && !event.shiftKey && !event.altKey) {
    event.preventDefault();
    openPalette();
  } else if (event.target.id === "palette") {
    event.target.close();
  }
});

// The menu in the head closes by Escape and by a click elsewhere; opening it needs no script.
document.addEventListener("keydown", (event) => {
  const menu = event.key === "Escape" && document.querySelector(".menu[open]");
  if (!menu) return;
  menu.open = false;
  menu.querySelector("summary").focus();
});
document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll(".menu[open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});
