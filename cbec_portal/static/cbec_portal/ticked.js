// Cities that were ticked stay ticked from page to page until they are taken out, in this browser
// alone: of each its key and its name in the languages it was seen in. Nothing of it is sent but the
// comparison that is asked for. Without this script the boxes of a page go on to the comparison too.
"use strict";

const TICKED = "ticked cities";
const ticksForm = () => document.getElementById("ticked");
const ticksHere = () => document.querySelectorAll(".tick-city");

// Storage may be forbidden, full, or hold what another version wrote.
function tickedCities() {
  try {
    return JSON.parse(localStorage.getItem(TICKED)).filter((city) => city.key && city.names);
  } catch {
    return [];
  }
}

function keepTicked(cities) {
  try {
    localStorage.setItem(TICKED, JSON.stringify(cities));
  } catch {
    // What is ticked lasts as long as the page.
  }
}

function nameIn(city) {
  return city.names[document.documentElement.lang] ?? Object.values(city.names)[0] ?? city.key;
}

// The name stands beside the box, as a link.
function nameBeside(box) {
  return box.dataset.name ?? box.nextElementSibling?.textContent.trim() ?? box.value;
}

function tickCities(boxes) {
  const form = ticksForm(), most = Number(form.dataset.most);
  let cities = tickedCities(), full = false;
  for (const box of boxes) {
    const known = cities.some((city) => city.key === box.value);
    if (!box.checked) cities = cities.filter((city) => city.key !== box.value);
    else if (!known && cities.length >= most) full = true;
    else if (!known) {
      cities.push({ key: box.value, names: { [document.documentElement.lang]: nameBeside(box) } });
    }
  }
  keepTicked(cities);
  showTicked();
  const told = form.querySelector(".ticked-full");
  told.textContent = full ? told.dataset.words : "";
}

function showTicked() {
  const form = ticksForm();
  if (!form) return;
  const cities = tickedCities(), keys = new Set(cities.map((city) => city.key));
  for (const box of ticksHere()) box.checked = keys.has(box.value);
  const list = form.querySelector("ul");
  list.replaceChildren(...cities.map((city) => {
    const item = form.querySelector("template").content.cloneNode(true);
    item.querySelector("button").value = city.key;
    item.querySelector("span").textContent = nameIn(city);
    return item;
  }));
  list.hidden = !cities.length;
  form.classList.toggle("filled", cities.length > 0);
  form.classList.toggle("shown-already", cities.length > 0 && comparedHere(keys));
}

// Names not seen yet in the language of the page, such as those of cities that an address named.
async function learnNames() {
  const language = document.documentElement.lang, cities = tickedCities();
  if (!ticksForm() || cities.every((city) => language in city.names)) return;
  const answer = await fetch(`${ticksForm().dataset.names}&lang=${language}`).catch(() => null);
  if (!answer?.ok) return;
  const names = new Map((await answer.json()).results.map((city) => [city.slug, city.name]));
  keepTicked(tickedCities().map((city) => ({
    ...city, names: { ...city.names, [language]: names.get(city.key) ?? nameIn(city) },
  })));
  showTicked();
}

// An address may name cities that are ticked already, as the boxes of a page without this script do.
// They are taken over on arrival; what is ticked from then on is not said by the address.
function takeGiven() {
  const given = ticksForm()?.dataset.given?.split(" ");
  if (!given) return;
  const cities = tickedCities();
  const added = given.filter((key) => !cities.some((city) => city.key === key));
  keepTicked([...cities, ...added.map((key) => ({ key, names: {} }))].slice(0, Number(ticksForm().dataset.most)));
  sayNoTicks();
}

function sayNoTicks() {
  const address = new URL(location);
  if (!address.searchParams.has("ticked")) return;
  address.searchParams.delete("ticked");
  history.replaceState(history.state, "", questioned(address, address.searchParams));
  shown = location.pathname + location.search;
  for (const field of document.querySelectorAll("[type=hidden][name=ticked]")) field.remove();
}

// Whether the page is the comparison of just what is ticked.
function comparedHere(keys) {
  const shown = [...document.querySelectorAll("[data-column]")].map((head) => head.dataset.column.split("@")[0]);
  return shown.length === keys.size && shown.every((key) => keys.has(key));
}

document.addEventListener("change", (event) => {
  if (event.target.matches?.(".tick-city")) tickCities([event.target]);
});

document.addEventListener("click", (event) => {
  const all = event.target.closest?.("[data-tick-all]");
  if (all) {
    const boxes = [...all.closest("section").querySelectorAll(".tick-city")];
    for (const box of boxes) box.checked = true;
    tickCities(boxes);
    return;
  }
  const button = event.target.closest?.("#ticked button[type=button]");
  if (!button) return;
  const gone = button.value, place = [...button.closest("form").querySelectorAll("li button")].indexOf(button);
  keepTicked("clear" in button.dataset ? [] : tickedCities().filter((city) => city.key !== gone));
  showTicked();
  ticksForm().querySelector(".ticked-full").textContent = "";
  const left = ticksForm().querySelectorAll("li button");
  (left[Math.min(place, left.length - 1)] ?? content()).focus({ preventScroll: true });
});

// What is ticked elsewhere is asked for too, in the order in which it was ticked.
document.addEventListener("formdata", (event) => {
  if (event.target.id !== "ticked") return;
  const cities = tickedCities();
  if (!cities.length) return;
  event.formData.delete("cities");
  for (const city of cities) event.formData.append("cities", city.key);
});

// A form that is reset, or a page that is returned to, shows what is ticked and not what it had.
document.addEventListener("reset", () => setTimeout(showTicked));
document.addEventListener("portal:changed", () => {
  sayNoTicks();
  showTicked();
});
addEventListener("pageshow", showTicked);
addEventListener("storage", (event) => {
  if (event.key === TICKED || event.key === null) showTicked();
});
takeGiven();
showTicked();
learnNames();
