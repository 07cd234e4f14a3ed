// The slider of days moves as any slider does; the page follows once it rests.
"use strict";

const AT_REST = 400;
let moving = 0;

// The day a slider stands on; its days are given as the days since each one before, from 1970.
function dayOf(slider) {
  const apart = slider.dataset.daysApart.split(" ").slice(0, Number(slider.value) + 1);
  const since1970 = apart.reduce((days, more) => days + Number(more), 0);
  return new Date(since1970 * 86400000).toISOString().slice(0, 10);
}

function inLocalForm(day) {
  const language = document.documentElement.lang === "en" ? "en-GB" : "zh-CN";
  return new Date(day).toLocaleDateString(language, {
    day: "numeric", month: language === "en-GB" ? "short" : "long", year: "numeric", timeZone: "UTC",
  });
}

function tellDay(slider) {
  const told = inLocalForm(dayOf(slider));
  slider.setAttribute("aria-valuetext", told);
  document.getElementById(slider.dataset.shows).textContent = told;
}

document.addEventListener("input", (event) => {
  const slider = event.target;
  if (!slider.matches("[data-days-apart]")) return;
  tellDay(slider);
  clearTimeout(moving);
  moving = setTimeout(() => {
    const asked = new URLSearchParams(slider.dataset.asks);
    asked.set("as_of", dayOf(slider));
    change(questioned(location, asked));
  }, AT_REST);
});

// An answer may come while the slider has moved on.
document.addEventListener("portal:changed", () => {
  const slider = document.activeElement;
  if (slider?.matches("[data-days-apart]")) tellDay(slider);
});
