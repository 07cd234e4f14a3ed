// What is typed in a form of the desk and not saved yet: leaving it asks, and the form of another
// table takes over what it has a box for; the rest comes back with a form that has one.
"use strict";

const typedBefore = new Map();
let isSent = false;
let carries = false;

function isTyped(field) {
  if (!field.name || !field.id || field.type === "hidden" || field.localName === "button") return false;
  if (isTicked(field)) return field.checked !== field.defaultChecked;
  if (field.localName !== "select") return field.value !== (field.defaultValue ?? "");
  const own = [...field.options].findIndex((option) => option.defaultSelected);
  return field.selectedIndex !== Math.max(own, 0);
}

function unsavedForms() {
  return [...document.querySelectorAll("main form.desk-form[method=post]")];
}

function typedFields() {
  return unsavedForms().flatMap((form) => [...form.elements]).filter(isTyped);
}

// A form that was refused, or that asked for other boxes, holds what nobody saved.
function isUnsaved() {
  return unsavedForms().some((form) => "unsaved" in form.dataset) || typedFields().length > 0;
}

addEventListener("beforeunload", (event) => {
  if (!isSent && isUnsaved()) event.preventDefault();
});

document.addEventListener("submit", ({ target }) => {
  if (target.method === "post") isSent = true;
  else if (target.closest("main")) {
    carries = true;
    for (const field of typedFields()) typedBefore.set(field.id, holding(field));
  }
}, true);

document.addEventListener("portal:changed", () => {
  isSent = false;
  if (!carries) return;
  carries = false;
  for (const [id, what] of typedBefore) {
    const field = document.getElementById(id);
    if (field?.form?.matches("form.desk-form")) hold(field, what);
  }
});
