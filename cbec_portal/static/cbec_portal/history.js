// A cell that is opened offers the history of its answer in place: what the page of the answer
// tells, which is where the answer leads without this. Escape closes it again. Within a frame of
// another site nobody is known, so no cookie goes along, and the page of the answer stays outside.
"use strict";

function isFramed() {
  return document.documentElement.matches(".embedded");
}

function addressesIn(cell) {
  const each = [...cell.querySelectorAll("a.in-full")];
  return each.length ? each : [...cell.querySelectorAll(":scope > a.value, :scope > a.state")].slice(0, 1);
}

function offerHistory(details) {
  const cell = details.closest(".lens[data-history] td.cell");
  if (!cell || details.querySelector("[data-tells]")) return;
  for (const link of addressesIn(cell)) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "quiet no-print";
    button.dataset.tells = link.href;
    button.setAttribute("aria-expanded", "false");
    button.textContent = details.closest(".lens").dataset.history;
    if (link.matches(".in-full")) {
      button.setAttribute("aria-label", `${button.textContent} (${link.textContent})`);
      link.after(button);
    } else details.append(button);
  }
}

document.addEventListener("toggle", (event) => {
  if (event.target.open && event.target.matches?.("td.cell > details")) offerHistory(event.target);
}, { capture: true });

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-tells]");
  if (!button) return;
  if (button.getAttribute("aria-expanded") === "true") closeHistory(button);
  else openHistory(button);
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const part = event.target.closest?.("td.cell > details");
  const button = event.target.closest?.("[data-tells][aria-expanded=true]")
    ?? event.target.closest?.(".history-here")?.opener;
  if (button) {
    closeHistory(button);
    button.focus();
  } else if (part?.open) {
    part.open = false;
    part.querySelector("summary").focus();
  }
});

async function openHistory(button) {
  button.setAttribute("aria-expanded", "true");
  let story = null;
  try {
    const answer = await fetch(button.dataset.tells, { credentials: isFramed() ? "omit" : "same-origin" });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    story = page.querySelector("main ol.story");
  } catch { /* the page itself tells what is wrong */ }
  if (!story) {
    if (isFramed()) closeHistory(button);
    else location.assign(button.dataset.tells);
  } else if (button.isConnected && button.getAttribute("aria-expanded") === "true") {
    const told = document.createElement("div");
    told.className = "history-here";
    told.tabIndex = -1;
    told.setAttribute("role", "group");
    told.setAttribute("aria-label", button.getAttribute("aria-label") ?? button.textContent);
    told.opener = button;
    told.append(document.importNode(story, true));
    (button.closest(".each") ?? button).after(told);
    told.focus({ preventScroll: true });
  }
}

function closeHistory(button) {
  button.setAttribute("aria-expanded", "false");
  for (const told of document.querySelectorAll(".history-here")) {
    if (told.opener === button) told.remove();
  }
}
