// What the fields of a form hold: what is typed while an answer is under way is not lost by it.
"use strict";

function holdings(form) {
  const fields = [...form.elements].filter((field) => field.name && field.type !== "submit");
  return new Map(fields.map((field) => [field, holding(field)]));
}

function isTicked(field) {
  return field.type === "checkbox" || field.type === "radio";
}

function holding(field) {
  return isTicked(field) ? field.checked : field.value;
}

function hold(field, what) {
  if (field.type === "file" || holding(field) === what) return;
  if (isTicked(field)) field.checked = what;
  else if (field.localName !== "select" || [...field.options].some((own) => own.value === what)) {
    field.value = what;
  }
}

// A form goes on with an answer: a field that was changed since it was sent holds what it held now,
// as the one in use does unless it was answered; a file stays chosen; the others hold what the
// answer says.
function goOn(form, sent, now, isAnswered) {
  for (const field of form.elements) {
    const inUse = !isAnswered && field === document.activeElement;
    if (now.has(field) && (inUse || now.get(field) !== sent.get(field))) hold(field, now.get(field));
    else if (isTicked(field)) field.checked = field.defaultChecked;
    else if (field.localName === "select") chooseAnew(field);
    else if (field.localName !== "button" && field.type !== "file") hold(field, field.defaultValue);
  }
  for (const [field, what] of now) {
    const other = !field.isConnected && field.id && document.getElementById(field.id);
    if (other && other.name === field.name && what !== sent.get(field)) hold(other, what);
  }
}

function chooseAnew(select) {
  const own = [...select.options].findIndex((option) => option.defaultSelected);
  select.selectedIndex = Math.max(own, 0);
}
