// Links and forms that ask this page anew change it in place: address, scrolling and focus stay
// with whoever reads. Whatever leads to another page is the browser's own business.
"use strict";

let shown = location.pathname + location.search;
let asking = null;

function content() {
  return document.getElementById("content");
}

// Whether something asks this page anew. `data-opens` marks what opens a page of its own all the
// same: the next page of a list, an upload, a log-in.
function staysHere(element, address) {
  return element.closest("main") && !element.closest("[data-opens]")
    && address.origin === location.origin && address.pathname === location.pathname;
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("main a[href]:not([target], [download])");
  if (!link || event.defaultPrevented || event.button) return;
  if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  const address = new URL(link.getAttribute("href"), location);
  if (address.hash || !staysHere(link, address)) return;
  event.preventDefault();
  change(address);
});

document.addEventListener("submit", (event) => {
  const form = event.target;
  const address = new URL(form.getAttribute("action") ?? "", location);
  if (event.defaultPrevented || !staysHere(form, address)) return;
  event.preventDefault();
  const said = new FormData(form, event.submitter);
  if (form.method === "post") change(address, { said, form, submitter: event.submitter });
  else change(questioned(address, said), { form });
});

// A blank field says nothing, so the address need not have it.
document.addEventListener("formdata", (event) => {
  if (event.target.method !== "get") return;
  for (const name of new Set(event.formData.keys())) {
    const values = event.formData.getAll(name).filter((value) => value !== "");
    event.formData.delete(name);
    for (const value of values) event.formData.append(name, value);
  }
});

function questioned(address, said) {
  const query = new URLSearchParams(said).toString();
  const plain = query.replace(/%2C/g, ",").replace(/%3A/g, ":").replace(/%40/g, "@");
  return address.pathname + (plain && `?${plain}`);
}

// Ask, and show the answer here. An answer that comes after a newer question was asked is dropped;
// while something is being written nothing else is asked.
async function change(
  address, { said = null, form = null, place = null, submitter = null, replaces = false } = {},
) {
  if (asking?.writes) return;
  asking?.abort();
  const writes = said !== null && submitter?.value !== "look";
  const mine = Object.assign(new AbortController(), { writes });
  const sent = form && holdings(form);
  asking = mine;
  content().setAttribute("aria-busy", "true");
  try {
    const method = said ? "POST" : "GET";
    // Where a form leads to another page the browser opens that, once: what it did is told there.
    const headers = said ? { "In-Place": "1" } : {};
    const answer = await fetch(address, { method, body: said, headers, signal: mine.signal });
    const text = await answer.text();
    if (mine !== asking) return;
    document.getElementById("unsent").hidden = true;
    const elsewhere = answer.headers.get("Leads-To");
    if (elsewhere) location.assign(elsewhere);
    else take(answer, text, { form, place, submitter, sent, replaces });
  } catch (failure) {
    if (failure.name !== "AbortError") document.getElementById("unsent").hidden = false;
  } finally {
    if (mine === asking) {
      asking = null;
      content().removeAttribute("aria-busy");
    }
  }
}

function take(answer, text, { form, place, submitter, sent, replaces }) {
  const page = new DOMParser().parseFromString(text, "text/html");
  const there = new URL(answer.url), whole = page.getElementById("content");
  if (answer.status >= 500 && !(whole && form?.method === "post")) {
    document.getElementById("unsent").hidden = false;
  } else if (!whole || there.pathname !== location.pathname) {
    location.assign(answer.url);
  } else if (answer.status === 400 && form && "live" in form.dataset) {
    tellRefusal(form, page);
  } else if (!form || document.dispatchEvent(answered(form, page, submitter))) {
    if (!place) enter(there.pathname + there.search, replaces || form?.method === "post");
    // What was written is done with; what was only asked, or refused, goes on.
    const goesOn = form && (!answer.ok || form.method === "get" || submitter?.value === "look");
    const now = goesOn ? holdings(form) : null;
    showPage(page);
    // What was typed has been asked; a live form keeps it, since more may have been typed meanwhile.
    if (form?.isConnected && !("live" in form.dataset)) {
      if (goesOn) goOn(form, sent, now, answer.ok && form.method === "get");
      else form.reset();
    }
    const told = form?.method === "post" && answer.ok && document.querySelector("main .banner[data-told]");
    if (place) returnTo(place);
    else if (told) standAt(told);
    else if (!answer.ok) standAtRefusal();
  }
}

// What was done is told where whoever did it stands then.
function standAt(told) {
  told.setAttribute("tabindex", "-1");
  told.focus({ preventScroll: true });
  told.scrollIntoView({ block: "nearest" });
}

// What was refused is told; whoever is to type something first stands in its box.
function standAtRefusal() {
  const box = document.querySelector("main [autofocus]");
  box?.focus({ preventScroll: true });
  (box ?? document.querySelector("main [role=alert]"))?.scrollIntoView({ block: "nearest" });
}

// A script that waits for something else prevents that an answer is shown.
function answered(form, page, submitter) {
  const detail = { form, page, submitter };
  return new CustomEvent("portal:answered", { cancelable: true, detail });
}

// A refused change of a live form stands in the form; everything else stays as it was.
function tellRefusal(form, page) {
  const place = [...document.querySelectorAll("main form[data-live]")].indexOf(form);
  const refused = page.querySelectorAll("main form[data-live]")[place];
  if (refused) morph(form, refused);
  for (const own of document.querySelectorAll("#refused")) own.remove();
  const whole = page.getElementById("refused");
  if (whole) content().prepend(whole);
  announce(document.querySelector("main .refused"));
}

function showPage(page) {
  const before = document.title;
  const focused = document.activeElement;
  const trail = pathOf(focused), name = nameOf(focused);
  morph(content(), page.getElementById("content"));
  morph(document.querySelector(".page-header"), page.querySelector(".page-header"));
  document.title = page.title;
  keepFocus(focused, trail, name);
  announce(document.querySelector("main .refused, main [role=alert], main [data-told], main [data-announce]"),
    page.title === before ? "" : page.title);
  document.dispatchEvent(new CustomEvent("portal:changed"));
}

function announce(element, otherwise = "") {
  const told = element ? element.textContent.trim() : otherwise;
  if (told) document.getElementById("announced").textContent = told;
}

// What a link or a button is known by, wherever it stands after a change.
function nameOf(element) {
  if (!element?.matches?.("main a, main button")) return "";
  return element.id || element.dataset.step || element.getAttribute("aria-label")
    || element.textContent.trim();
}

function pathOf(element) {
  const path = [];
  for (let own = element; own; own = own.parentElement) path.push(own);
  return path;
}

// The focus stays on the same thing, wherever it stands now; where that is gone, on what held it.
function keepFocus(focused, trail, name) {
  if (!focused || focused === document.body) return;
  const named = [...document.querySelectorAll("main a, main button")].filter((own) => nameOf(own) === name);
  const kept = document.activeElement === focused;
  if (kept && (!name || nameOf(focused) === name || !named.length)) return;
  const again = (name && named[0]) || (focused.id && document.getElementById(focused.id))
    || trail.find((own) => own.isConnected && own.hasAttribute("tabindex")) || content();
  again.focus({ preventScroll: true });
}
