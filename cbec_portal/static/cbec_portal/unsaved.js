// What is typed in a form of the desk and not sent yet: leaving it asks, and the form of another
// table takes over what it has a box for; the rest comes back with a form that has one.
"use strict";

const typedBefore = new Map();
// Whether an answer is awaited that changes the page in place; else the form that leads elsewhere.
let isSent = false;
let leaving = null;
let carries = false;

// Of short forms words alone are missed: what is ticked or chosen there is soon chosen again.
function isTyped(field) {
  if (!field.name || field.type === "hidden" || field.localName === "button") return false;
  const isShort = !field.form.matches(".desk-form");
  if (isTicked(field)) return !isShort && field.checked !== field.defaultChecked;
  if (field.localName !== "select") return field.value !== (field.defaultValue ?? "");
  const own = [...field.options].findIndex((option) => option.defaultSelected);
  return !isShort && field.selectedIndex !== Math.max(own, 0);
}

function unsavedForms() {
  return [...document.querySelectorAll("main form[method=post]")].filter((form) => form !== leaving);
}

function typedFields() {
  return unsavedForms().flatMap((form) => [...form.elements]).filter(isTyped);
}

// A form that was refused, or that asked for other boxes, holds what nobody saved.
function isUnsaved() {
  return unsavedForms().some((form) => "unsaved" in form.dataset) || typedFields().length > 0;
}

addEventListener("beforeunload", (event) => {
  // What was sent and not answered is not saved.
  const isOnItsWay = isSent && document.getElementById("unsent").hidden;
  if (!isOnItsWay && isUnsaved()) event.preventDefault();
  // Whoever stays may leave by a link next.
  setTimeout(() => { leaving = null; });
});

document.addEventListener("submit", ({ target }) => {
  if (target.method === "post" || !target.closest("main")) return;
  carries = true;
  for (const field of typedFields()) if (field.id) typedBefore.set(field.id, holding(field));
}, true);

// By now it is known whether the page stays, and what other forms hold with it.
addEventListener("submit", (event) => {
  if (event.target.method !== "post") return;
  isSent = event.defaultPrevented;
  leaving = isSent ? null : event.target;
});

document.addEventListener("portal:changed", () => {
  isSent = false;
  if (!carries) return;
  carries = false;
  for (const [id, what] of typedBefore) {
    const field = document.getElementById(id);
    if (field?.form?.matches("form.desk-form")) hold(field, what);
  }
});
