// The slider of days moves as any slider does; the page follows once it rests.
"use strict";

const AT_REST = 400;
let moving = 0;
let meant = "";

// The days at which a slider stops; they are given as the days since each one before, from 1970.
function daysOf(slider) {
  let since1970 = 0;
  return slider.dataset.daysApart.split(" ").map((more) => {
    since1970 += Number(more);
    return new Date(since1970 * 86400000).toISOString().slice(0, 10);
  });
}

// Where the stops are: each as many days behind the first as it is in time.
function placesOf(slider) {
  const days = daysOf(slider).map((day) => Date.parse(day) / 86400000);
  return days.map((day) => day - days[0]);
}

function dayOf(slider) {
  return daysOf(slider)[nearest(placesOf(slider), Number(slider.value))];
}

function nearest(places, value) {
  const away = places.map((place) => Math.abs(place - value));
  return away.indexOf(Math.min(...away));
}

// A slider rests at a stop alone: at the nearest to where it is drawn; a key goes to the next one at
// least, however far that is.
const standing = new WeakMap();

function rest(slider) {
  const places = placesOf(slider);
  const value = Number(slider.value);
  const before = standing.get(slider) ?? Number(slider.defaultValue);
  let stop = nearest(places, value);
  if (places[stop] === before && !slider.matches(":active")) {
    stop = Math.min(Math.max(stop + Math.sign(value - before), 0), places.length - 1);
  }
  stand(slider, places[stop]);
}

function stand(slider, place) {
  slider.value = place;
  standing.set(slider, place);
}

// Under the slider stands a mark for each stop, which the browser draws at its place.
function markStops() {
  for (const slider of document.querySelectorAll("[data-days-apart]")) {
    const marks = document.getElementById("day-marks") ?? document.createElement("datalist");
    marks.id = "day-marks";
    marks.replaceChildren(...placesOf(slider).map((place) => new Option("", place)));
    slider.after(marks);
    slider.setAttribute("list", marks.id);
  }
}

function inLocalForm(day, locale) {
  return new Date(day).toLocaleDateString(locale, {
    day: "numeric", month: "short", year: "numeric", timeZone: "UTC",
  });
}

// The line of the day across lanes of answers moves along.
function moveCursors(day) {
  const [year, month, own] = day.split("-").map(Number);
  for (const picture of document.querySelectorAll("[data-from-year]")) {
    const x = 12 * (year - picture.dataset.fromYear) + month - 1 + (own - 1) / 31;
    for (const line of picture.querySelectorAll("line")) {
      line.setAttribute("x1", x);
      line.setAttribute("x2", x);
    }
  }
}

function tellDay(slider) {
  const told = inLocalForm(dayOf(slider), slider.dataset.locale);
  moveCursors(dayOf(slider));
  slider.setAttribute("aria-valuetext", told);
  document.getElementById(slider.dataset.shows).textContent = told;
}

document.addEventListener("input", (event) => {
  const slider = event.target;
  if (!slider.matches("[data-days-apart]")) return;
  rest(slider);
  meant = dayOf(slider);
  tellDay(slider);
  clearTimeout(moving);
  // Years that are played are one step for whoever goes back.
  const replaces = Boolean(event.detail?.goesOn);
  moving = setTimeout(() => {
    const asked = new URLSearchParams(slider.dataset.asks);
    asked.set("as_of", dayOf(slider));
    change(questioned(location, asked), { replaces });
  }, AT_REST);
});

// An answer may come while the slider has moved on, and may have other stops: a day on which nothing
// changes is one only while it is asked for.
document.addEventListener("portal:changed", () => {
  markStops();
  const slider = document.activeElement;
  if (!slider?.matches("[data-days-apart]")) return;
  const stop = meant ? daysOf(slider).findLastIndex((day) => day <= meant) : -1;
  stand(slider, stop < 0 ? Number(slider.defaultValue) : placesOf(slider)[stop]);
  tellDay(slider);
});

markStops();

// Whoever goes back means the day of where they were.
addEventListener("popstate", () => {
  meant = "";
});
