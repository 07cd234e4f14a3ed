// Boxes of a desk's form follow what decides which of them fit: a topic, a kind of scope. Without
// this a button shows them.
"use strict";

// Keys choose in a select one letter after the other, which are one word to the browser for a second.
const FITTING_SOON = 150, FITTING_RESTS = 1000;

let fitting = { timer: 0, box: null };
let chosenByKeys = null;
// A box that nobody may lose while it is typed in waits to be replaced until it is left.
let fittingOnceLeft = null;

// For what each box held its form was fitted last: a browser tells of a change once more when a box
// is left into which something was put.
const fitted = new WeakMap();

function fit(box) {
  clearTimeout(fitting.timer);
  fitting = { timer: 0, box: null };
  const look = box.form?.querySelector("button[value=look]");
  // Who left the box for a button wants what that does.
  if (!look || !box.isConnected || document.activeElement?.type === "submit") return;
  fitted.set(box, box.value);
  box.form.requestSubmit(look);
}

function fitSoon(box, time) {
  clearTimeout(fitting.timer);
  fitting = { timer: setTimeout(fit, time, box), box };
}

document.addEventListener("change", (event) => {
  const box = event.target;
  if (!box.matches?.("[data-decides]") || fitted.get(box) === box.value) return;
  fitSoon(box, chosenByKeys === box ? FITTING_RESTS : FITTING_SOON);
});

document.addEventListener("keydown", (event) => {
  const box = event.target;
  chosenByKeys = box.matches?.("select[data-decides]") ? box : null;
  if (chosenByKeys && fitting.box === box && event.key !== "Tab") fitSoon(box, FITTING_RESTS);
});

document.addEventListener("pointerdown", () => {
  chosenByKeys = null;
});

document.addEventListener("focusout", (event) => {
  const box = event.target;
  if (fitting.box === box) fitSoon(box, FITTING_SOON);
  if (fittingOnceLeft === box) {
    fittingOnceLeft = null;
    fitSoon(box, FITTING_SOON);
  }
});

// Whether an answer would take away, or make another, the box that is in use.
document.addEventListener("portal:answered", (event) => {
  const { form, page, submitter } = event.detail, box = document.activeElement;
  if (submitter?.value !== "look" || !form.contains(box) || !box.id || box.type === "submit") return;
  if (page.getElementById(box.id)?.localName === box.localName) return;
  fittingOnceLeft = box;
  event.preventDefault();
});

document.addEventListener("submit", () => clearTimeout(fitting.timer), true);
