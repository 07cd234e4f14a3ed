// Offers while one types: in a box that searches the hits of the page of hits, which alone finds them
// and says their words; in a box of the desk that names a row those of picker.js. Without this script
// the form leads there all the same.
"use strict";

const SUGGESTED_AFTER = 150;
const MOST_SUGGESTED = 8;
const suggesting = new WeakMap();
const suggestedSoon = new WeakMap();
// What was chosen in a box, or found to name none: Enter then sends the form, as in any box.
const taken = new WeakMap();

function isOffering(box) {
  return box instanceof HTMLInputElement && ("suggest" in box.dataset || "pick" in box.dataset)
    && box.getAttribute("role") === "combobox";
}

function suggestionsOf(box) {
  return document.getElementById(box.getAttribute("aria-controls"));
}

// A box that offers is a combobox once its list is there, and again when the page was changed.
function enhanceOffering() {
  for (const box of document.querySelectorAll("input[data-suggest], input[data-pick]:not([readonly])")) {
    const id = `${box.id}-${"pick" in box.dataset ? "offers" : "hits"}`;
    if (box.getAttribute("role") === "combobox" && document.getElementById(id)) continue;
    const list = document.createElement("ul");
    list.id = id;
    list.className = "suggestions";
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", box.dataset.suggest ?? box.labels[0]?.textContent.trim() ?? box.name);
    list.hidden = true;
    document.getElementById(id)?.remove();
    (box.closest("label") ?? box).after(list);
    box.setAttribute("role", "combobox");
    box.setAttribute("aria-autocomplete", "list");
    box.setAttribute("aria-expanded", "false");
    box.setAttribute("aria-controls", id);
    box.autocomplete = "off";
  }
}

// Whoever pressed Enter takes what was typed for the one that it names.
async function suggest(box, takes = false) {
  clearTimeout(suggestedSoon.get(box));
  suggesting.get(box)?.abort();
  const own = new AbortController(), words = box.value.trim();
  suggesting.set(box, own);
  try {
    const { options, told, named } = await ("pick" in box.dataset ? picksFor : hitsFor)(box, words, own.signal);
    if (own.signal.aborted || document.activeElement !== box) return;
    if (takes) named ? choose(box, named) : taken.set(box, box.value);
    if (takes && named) return announce(named);
    showSuggestions(box, takes && !options.length ? [noSuggestion(told)] : options);
    announce(told);
  } catch (failure) {
    // Another letter was typed meanwhile, or the portal is away: the form still asks.
    if (failure.name === "AbortError") return;
    taken.set(box, box.value);
    closeSuggestions(box);
  }
}

async function hitsFor(box, words, signal) {
  if (!words) return { options: commandsFor(box, words), told: null };
  const address = `${box.form.action}?${new URLSearchParams({ q: words })}`;
  const answer = await fetch(address, { signal });
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const told = page.querySelector("#content [data-announce] strong");
  const found = [...page.querySelectorAll("#content ol.hits > li")].slice(0, MOST_SUGGESTED);
  const whole = found.length ? [suggestion({ address }, { label: told })] : [];
  return { options: [...found.map(suggestionOf), ...commandsFor(box, words), ...whole], told };
}

function suggestionOf(hit) {
  const [kind, label, beside, said] = [".kind", "a", ".beside", ".said"].map((own) => hit.querySelector(own));
  return suggestion({ address: label.getAttribute("href") }, { kind, label, beside, said });
}

// What is chosen leads to an address, or puts a value into the box.
function suggestion(chosen, parts) {
  const option = document.createElement("li");
  option.setAttribute("role", "option");
  option.setAttribute("aria-selected", "false");
  Object.assign(option.dataset, chosen);
  for (const [name, part] of Object.entries(parts)) {
    const told = document.createElement("span");
    told.className = name === "label" ? "label" : "fine";
    told.textContent = part?.textContent.trim() ?? "";
    option.append(told, " ");
  }
  return option;
}

function noSuggestion(told) {
  const option = suggestion({}, { label: told });
  option.setAttribute("aria-disabled", "true");
  return option;
}

// What the palette leads to besides hits: the pages that the head of every page names.
function commandsFor(box, words) {
  if (!("commands" in box.dataset)) return [];
  const links = [...document.querySelectorAll(".page-header nav:not(.languages) a:not([data-palette])")];
  return links
    .filter((link, place) => links.findIndex((other) => other.href === link.href) === place)
    .filter((link) => link.textContent.toLowerCase().includes(words.toLowerCase()))
    .map((link) => suggestion({ address: link.getAttribute("href") }, { label: link }));
}

function showSuggestions(box, options) {
  const list = suggestionsOf(box);
  if (!list) return;
  options.forEach((option, place) => { option.id = `${list.id}-${place}`; });
  list.replaceChildren(...options);
  list.hidden = !options.length;
  // In a box of a form it lies below the line that is typed, whatever else stands beside that.
  if ("pick" in box.dataset) list.style.insetBlockStart = `${box.offsetTop + box.offsetHeight}px`;
  box.setAttribute("aria-expanded", String(options.length > 0));
  box.removeAttribute("aria-activedescendant");
}

function closeSuggestions(box) {
  clearTimeout(suggestedSoon.get(box));
  suggesting.get(box)?.abort();
  showSuggestions(box, []);
}

function choose(box, option) {
  if ("address" in option.dataset) return location.assign(option.dataset.address);
  if (option.hasAttribute("aria-disabled")) return;
  box.value = option.dataset.value;
  taken.set(box, box.value);
  closeSuggestions(box);
  box.dispatchEvent(new Event("change", { bubbles: true }));
}

// From the box one step up leads to the last; past either end one is in the box again.
function pointAt(box, step) {
  const options = [...suggestionsOf(box).querySelectorAll(":scope > :not([aria-disabled])")];
  const now = options.findIndex((option) => option.id === box.getAttribute("aria-activedescendant"));
  const next = options[now < 0 && step < 0 ? options.length - 1 : now + step];
  for (const option of options) option.setAttribute("aria-selected", String(option === next));
  if (!next) return box.removeAttribute("aria-activedescendant");
  next.scrollIntoView({ block: "nearest" });
  box.setAttribute("aria-activedescendant", next.id);
}

function suggestSoon(event) {
  // What an input method composes is no word yet.
  if (!isOffering(event.target) || event.isComposing) return;
  clearTimeout(suggestedSoon.get(event.target));
  taken.delete(event.target);
  if ("pick" in event.target.dataset && !event.target.value.trim()) return closeSuggestions(event.target);
  suggestedSoon.set(event.target, setTimeout(suggest, SUGGESTED_AFTER, event.target));
}

// Whether it is still open which row a box of a form that writes names.
function isOpenQuestion(box) {
  return "pick" in box.dataset && !("addsTo" in box.dataset) && box.form?.method === "post"
    && box.value.trim() && box.value !== box.defaultValue && box.value !== taken.get(box);
}

function steer(event) {
  const box = event.target;
  if (!isOffering(box) || event.isComposing || event.altKey || event.ctrlKey || event.metaKey) return;
  const open = box.getAttribute("aria-expanded") === "true";
  const chosen = open && document.getElementById(box.getAttribute("aria-activedescendant"));
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    event.preventDefault();
    if (open) pointAt(box, event.key === "ArrowDown" ? 1 : -1);
    else suggest(box);
  } else if (event.key === "Enter" && chosen) {
    event.preventDefault();
    choose(box, chosen);
  } else if (event.key === "Escape") {
    // The first closes the list, or what is asked for it; the next the palette, if the box is in it.
    const palette = box.closest("dialog");
    if (open || palette) event.preventDefault();
    if (open || !palette) closeSuggestions(box);
    else palette.close();
  } else if (event.key === "Enter" && isOpenQuestion(box)) {
    event.preventDefault();
    suggest(box, true);
  } else if (event.key === "Enter") {
    closeSuggestions(box);
  }
}

document.addEventListener("input", suggestSoon);
document.addEventListener("compositionend", suggestSoon);
document.addEventListener("keydown", steer);
document.addEventListener("focusout", ({ target }) => isOffering(target) && closeSuggestions(target));
document.addEventListener("mousedown", (event) => {
  if (event.target.closest?.(".suggestions")) event.preventDefault();
});
document.addEventListener("click", ({ target }) => {
  const option = target.closest?.(".suggestions [role=option]");
  if (option) choose(document.querySelector(`[aria-controls="${option.parentElement.id}"]`), option);
});
document.addEventListener("portal:changed", enhanceOffering);
enhanceOffering();
