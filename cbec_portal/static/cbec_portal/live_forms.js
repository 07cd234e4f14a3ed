// A live form asks by itself: a choice at once, words once typing rests, a day once it is whole,
// a name once it is chosen from its list. Enter, or leaving the field, asks at once. Nothing is
// asked while an input method composes.
"use strict";

const AT_ONCE = 100;
const RESTS = { search: 500, text: 600, number: 800, date: 2000, select: 400 };

let composing = false;
let byKeys = null;
let waiting = 0;
let changed = null;

function liveForm(event) {
  return event.target.closest?.("form[data-live]");
}

function kindOf(field) {
  if (field.localName === "select") return "select";
  return field.type in RESTS ? field.type : "";
}

// How long to wait after a change of a field, or null where typing alone never asks.
function waitFor(field, event) {
  const kind = kindOf(field), typed = byKeys === field;
  if (kind === "text") {
    if (![...(field.list?.options ?? [])].some((own) => own.value === field.value)) {
      return field.value === "" ? RESTS.text : null;
    }
    return event.inputType === "insertReplacementText" || !event.inputType ? AT_ONCE : RESTS.text;
  }
  if (kind === "search") return RESTS.search;
  return kind && typed ? RESTS[kind] : AT_ONCE;
}

function wait(field, time) {
  clearTimeout(waiting);
  if (time !== null) waiting = setTimeout(ask, time, field);
}

function ask(field) {
  const form = field.form;
  clearTimeout(waiting);
  if (composing || changed !== form || !form?.isConnected || !field.validity.valid) return;
  changed = null;
  change(questioned(new URL(form.getAttribute("action") ?? "", location), saidBy(form)), { form });
}

// What a form says; a field that is not whole yet says what it said before.
function saidBy(form) {
  const said = new FormData(form);
  for (const field of form.elements) {
    if (!field.name || field.validity.valid) continue;
    said.delete(field.name);
    if (field.defaultValue) said.append(field.name, field.defaultValue);
  }
  return said;
}

function follow(event) {
  const form = liveForm(event);
  if (!form || composing || event.isComposing) return;
  changed = form;
  wait(event.target, waitFor(event.target, event));
}

document.addEventListener("input", follow);

document.addEventListener("compositionstart", () => {
  composing = true;
});

document.addEventListener("compositionend", (event) => {
  composing = false;
  follow(event);
});

// Keys that change nothing yet, such as the first digit of a month, are typing too.
document.addEventListener("keydown", (event) => {
  if (!liveForm(event)) return;
  byKeys = event.target;
  if (waiting && changed && event.key !== "Enter" && event.key !== "Tab") {
    wait(event.target, waitFor(event.target, { inputType: "insertText" }));
  }
});

document.addEventListener("pointerdown", () => {
  byKeys = null;
});

document.addEventListener("focusout", (event) => {
  composing = false;
  if (liveForm(event) && changed === liveForm(event) && kindOf(event.target)) ask(event.target);
  byKeys = null;
});

document.addEventListener("submit", () => {
  clearTimeout(waiting);
  changed = null;
});
