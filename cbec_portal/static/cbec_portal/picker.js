// What suggest.js offers in a box of the desk that names a row. The portal alone decides which is meant.
"use strict";

function wholeOf(box) {
  const other = box.dataset.withinBox && box.form?.elements[box.dataset.withinBox];
  return other ? other.value : box.dataset.within ?? "";
}

// The set in which it is typed, unless a title makes it a new one: rows that it brings are offered too.
function setOf(box) {
  if (box.form?.elements.new_set?.value.trim()) return "";
  return box.form?.elements.set?.value || box.form?.dataset.set || "";
}

async function picksFor(box, words, signal) {
  // Of several by semicolons the last is offered for; those before it stay as they are.
  const earlier = "many" in box.dataset ? box.value.match(/^(?:.*[;；]\s*)?/)[0] : "";
  const asked = new URLSearchParams({ q: box.value.slice(earlier.length), within: wholeOf(box), set: setOf(box) });
  const answer = await fetch(`${box.dataset.pick}?${asked}`, { signal });
  if (!answer.ok) throw new Error(answer.statusText);
  const { picks, told } = await answer.json();
  const options = picks.map(({ label, beside, key }) => {
    // What is added to others stands on a line of its own, where commas separate.
    const value = "addsTo" in box.dataset ? key.at(-1) : earlier + label;
    return suggestion({ value }, { label: { textContent: beside ? `${label} · ${beside}` : label } });
  });
  // Enter takes what is named, else what alone fits.
  const named = options[picks.findIndex((pick) => pick.named || pick.alone)];
  return { options, told: { textContent: told }, named };
}

// A button puts into its box what that may mean; whoever presses it goes on there.
document.addEventListener("click", ({ target }) => {
  const [act, name, cell] = target.closest?.("button[name=do]")?.value.match(/^(take) (\S+) (.*)$/s)?.slice(1) ?? [];
  const box = act && target.closest("button").form?.elements[name];
  if (!box) return;
  box.value = cell;
  box.focus();
});

// A box that adds to others, one a line, is there with scripts only.
function addTyped(box) {
  const others = box.form.elements[box.dataset.addsTo], own = box.value.trim();
  if (own) others.value = [others.value.trimEnd(), own].filter(Boolean).join("\n");
  box.value = "";
}

document.addEventListener("change", ({ target }) => target.matches?.("[data-adds-to]") && addTyped(target));
document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !event.target.matches?.("[data-adds-to]") || event.isComposing) return;
  event.preventDefault();
  // What is chosen from the list stands for what was typed: suggest.js adds it, before or after this.
  if (event.target.hasAttribute("aria-activedescendant")) return;
  addTyped(event.target);
});
