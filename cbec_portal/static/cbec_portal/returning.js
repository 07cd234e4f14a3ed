// Where one was on a page, kept with its entry in the history: how far it and its parts were
// scrolled, what was opened, what had the focus. Back and forward return there.
"use strict";

const SCROLLED = "main .wide, main fieldset";
let returning = null;
let noting = 0;

function here() {
  return {
    top: scrollY,
    parts: [...document.querySelectorAll(SCROLLED)].map((part) => [part.scrollTop, part.scrollLeft]),
    open: [...document.querySelectorAll("details[id][open]")].map((part) => part.id),
    focus: document.activeElement?.id ?? "",
  };
}

function note() {
  clearTimeout(noting);
  if (!returning) history.replaceState(here(), "");
}

// A new address is an entry of its own; what was written leads to the same one.
function enter(address, replaces) {
  note();
  if (address !== shown) history[replaces ? "replaceState" : "pushState"](null, "", address);
  shown = address;
}

document.addEventListener("scroll", () => {
  clearTimeout(noting);
  noting = setTimeout(note, 100);
}, { capture: true, passive: true });
addEventListener("pagehide", note);

addEventListener("popstate", async (event) => {
  const address = location.pathname + location.search;
  if (address === shown) return;
  clearTimeout(noting);
  const mine = returning = {};
  shown = address;
  await change(address, { place: event.state ?? { top: 0 } });
  if (returning === mine) returning = null;
});

function returnTo(place) {
  for (const form of document.querySelectorAll("main form")) form.reset();
  document.getElementById(place.focus)?.focus({ preventScroll: true });
  restoreParts(place);
  scrollTo({ top: place.top, behavior: "instant" });
}

function restoreParts(place) {
  for (const id of place.open ?? []) document.getElementById(id)?.setAttribute("open", "");
  const parts = document.querySelectorAll(SCROLLED);
  for (const [index, [top, left]] of (place.parts ?? []).entries()) {
    parts[index]?.scrollTo({ top, left, behavior: "instant" });
  }
}

// A page that is loaded: returned to, or arrived at by a link, when it begins at its heading.
function arrive() {
  const [navigation] = performance.getEntriesByType("navigation");
  if (navigation?.type !== "navigate") {
    if (history.state?.parts) restoreParts(history.state);
    return;
  }
  const followed = document.referrer.startsWith(`${location.origin}/`);
  if (!followed || location.hash || document.activeElement !== document.body) return;
  const heading = document.querySelector("main h1") ?? content();
  heading.setAttribute("tabindex", "-1");
  heading.focus({ preventScroll: true });
  setTimeout(() => announce(null, document.title), 100);
}

arrive();
