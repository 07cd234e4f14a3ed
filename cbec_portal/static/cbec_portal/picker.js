// Offers rows for what is typed in a box that names one. The portal alone decides which is meant.
"use strict";

const askedFor = new WeakMap();

const withinOf = (box) => {
  const other = box.dataset.withinBox && box.form && box.form.elements[box.dataset.withinBox];
  return other ? other.value : box.dataset.within || "";
};

// The set in which it is typed: rows that it brings are offered too.
const setOf = (box) => box.form?.elements.set?.value || box.form?.dataset.set || "";

const offer = async (box) => {
  const before = askedFor.get(box);
  if (before) before.abort();
  const own = new AbortController();
  askedFor.set(box, own);
  // Of several by semicolons the last is offered for; those before it stay as they are.
  const earlier = "many" in box.dataset ? box.value.match(/^(?:.*[;；]\s*)?/)[0] : "";
  const last = box.value.slice(earlier.length);
  const asked = new URLSearchParams({ q: last, within: withinOf(box), set: setOf(box) });
  const typed = last.trim().toLowerCase();
  try {
    const answer = await fetch(`${box.dataset.pick}?${asked}`, { signal: own.signal });
    if (!answer.ok) return;
    const { picks } = await answer.json();
    const options = picks.map(({ label }) => {
      const option = document.createElement("option");
      option.value = earlier + label;
      // Browsers hide what does not hold the letters that were typed, such as its pinyin.
      if (!label.toLowerCase().includes(typed)) option.label = `${box.value} → ${label}`;
      return option;
    });
    box.list.replaceChildren(...options);
  } catch (_interrupted) {
    // Another letter was typed meanwhile, or the portal is away: the text is read when it is saved.
  }
};

const askedSoon = new WeakMap();

const offerSoon = (event) => {
  const box = event.target;
  if (!(box instanceof HTMLInputElement) || !box.dataset.pick || !box.list) return;
  clearTimeout(askedSoon.get(box));
  askedSoon.set(box, setTimeout(() => offer(box), event.type === "focusin" ? 0 : 150));
};

document.addEventListener("input", offerSoon);
document.addEventListener("focusin", offerSoon);
