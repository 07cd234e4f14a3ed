// Change an element into another in place. What is the same stays the same element, and with it
// the focus, inner scrolling, what someone opened, and text on its way through an input method.
"use strict";

function morph(from, to) {
  if (from.nodeType !== Node.ELEMENT_NODE) {
    if (from.data !== to.data) from.data = to.data;
  } else if (!from.isEqualNode(to)) {
    alignAttributes(from, to);
    alignChildren(from, to);
  }
}

// A control shows what was typed or chosen once someone did; so it is told where the page's own
// value changed. The one that has the focus belongs to whoever uses it.
function alignAttributes(from, to) {
  const names = new Set([...from.getAttributeNames(), ...to.getAttributeNames()]);
  if (from.localName === "details") {
    names.delete("open");
    // What somebody opened or folded stays so, but what is wrong is never folded away.
    if (to.open && to.querySelector("[aria-invalid=true]")) from.open = true;
  }
  for (const name of names) {
    const value = to.getAttribute(name);
    if (from.getAttribute(name) === value) continue;
    if (value === null) from.removeAttribute(name);
    else from.setAttribute(name, value);
    const control = from.localName === "option" ? from.closest("select") : from;
    if (control === document.activeElement) continue;
    if (name === "value" && from.localName === "input") from.value = value ?? "";
    if (name === "checked" || name === "selected") from[name] = value !== null;
  }
}

// Like ones at both ends are pairs; between them, those of the same key are.
function alignChildren(from, to) {
  const old = [...from.childNodes], wanted = [...to.childNodes];
  const most = Math.min(old.length, wanted.length);
  let first = 0, last = 0;
  while (first < most && alike(old[first], wanted[first])) first++;
  while (last < most - first && alike(old.at(-1 - last), wanted.at(-1 - last))) last++;
  const after = last ? old.at(-last) : null;
  let here = old[first] ?? null;
  for (const node of wanted.slice(first, wanted.length - last)) {
    const own = sameKey(here, after, node);
    while (own && here !== own) here = removed(here);
    if (own) {
      here = own.nextSibling;
      morph(own, node);
    } else from.insertBefore(node, here);
  }
  while (here !== after) here = removed(here);
  for (let place = 0; place < first; place++) morph(old[place], wanted[place]);
  for (let place = 1; place <= last; place++) morph(old.at(-place), wanted.at(-place));
}

function alike(one, other) {
  return one.nodeName === other.nodeName && keyOf(one) === keyOf(other)
    && (keyOf(one) !== "" || one.classList?.[0] === other.classList?.[0]);
}

function keyOf(node) {
  return node.id || (node.localName === "label" && node.control?.id) || labelled(node) || "";
}

// A label that was only parsed has no control yet.
function labelled(node) {
  return node.localName === "label" ? node.querySelector("[id]")?.id : "";
}

function sameKey(here, after, wanted) {
  if (!keyOf(wanted)) return null;
  for (let node = here; node !== after; node = node.nextSibling) {
    if (alike(node, wanted)) return node;
  }
  return null;
}

function removed(node) {
  const next = node.nextSibling;
  node.remove();
  return next;
}
