// What pages gain with JavaScript: the slider of days, and moving columns by keyboard.
"use strict";

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

document.addEventListener("input", (event) => {
  if (!event.target.matches("[data-days-apart]")) return;
  const told = inLocalForm(dayOf(event.target));
  event.target.setAttribute("aria-valuetext", told);
  document.getElementById(event.target.dataset.shows).textContent = told;
});

document.addEventListener("change", (event) => {
  if (!event.target.matches("[data-days-apart]")) return;
  const form = event.target.form;
  form.elements.as_of.value = dayOf(event.target);
  form.requestSubmit();
});

// Alt and an arrow key move the column whose head has the focus.
document.addEventListener("keydown", (event) => {
  const way = { ArrowLeft: "left", ArrowRight: "right" }[event.key];
  const head = event.altKey && way && event.target.closest("[data-column]");
  const link = head && head.querySelector(`[data-move="${way}"]`);
  if (!link) return;
  event.preventDefault();
  sessionStorage.setItem("moved", head.dataset.column);
  link.click();
});

document.addEventListener("htmx:afterSettle", () => {
  const moved = sessionStorage.getItem("moved");
  sessionStorage.removeItem("moved");
  const head = moved && document.querySelector(`[data-column="${CSS.escape(moved)}"] a`);
  if (head) head.focus();
});

// A list follows its form: every choice asks anew, and what was open or focused stays so.
let asking;
document.addEventListener("input", (event) => {
  const form = event.target.closest("form[data-live]");
  if (!form) return;
  clearTimeout(asking);
  asking = setTimeout(() => form.requestSubmit(), event.target.type === "search" ? 400 : 100);
});

document.addEventListener("htmx:configRequest", (event) => {
  const { parameters, verb } = event.detail;
  if (verb !== "get") return;
  for (const name of [...new Set(Object.keys(parameters))]) {
    const values = [parameters[name]].flat().filter((value) => value !== "");
    delete parameters[name];
    if (values.length) parameters[name] = values.length > 1 ? values : values[0];
  }
});

// A whole page where a part was asked for, such as a refusal or the log-in, is shown whole.
document.addEventListener("htmx:beforeSwap", (event) => {
  const { detail } = event;
  if (detail.target.id === "content" || !detail.serverResponse.includes('<main id="content"')) return;
  detail.target = document.getElementById("content");
  detail.selectOverride = "#content";
  detail.swapOverride = "outerHTML show:window:top";
});

// Nothing came back: say so, and leave everything as it is.
for (const name of ["htmx:sendError", "htmx:timeout"]) {
  document.addEventListener(name, () => {
    document.getElementById("unsent").hidden = false;
  });
}
document.addEventListener("htmx:afterOnLoad", () => {
  document.getElementById("unsent").hidden = true;
});

const opened = new Map();
document.addEventListener("htmx:beforeSwap", () => {
  opened.clear();
  for (const part of document.querySelectorAll("details[id]")) opened.set(part.id, part.open);
});

document.addEventListener("htmx:afterSettle", () => {
  for (const [id, open] of opened) {
    const part = document.getElementById(id);
    if (part) part.open = open;
  }
  opened.clear();
  const told = document.querySelector("[data-announce]");
  if (told) document.getElementById("announced").textContent = told.textContent;
});

// The header stays when the content is swapped: let it say where we are.
document.addEventListener("htmx:afterSettle", () => {
  for (const link of document.querySelectorAll(".page-header nav:not(.languages) a")) {
    if (link.pathname === location.pathname) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  for (const link of document.querySelectorAll(".languages a")) {
    const asked = new URLSearchParams(location.search);
    asked.set("lang", link.getAttribute("href").match(/lang=([\w-]+)/)[1]);
    link.setAttribute("href", `?${asked}`);
  }
});

function reveal() {
  for (const part of document.querySelectorAll("[data-needs-script]")) part.hidden = false;
}

document.addEventListener("DOMContentLoaded", reveal);
document.addEventListener("htmx:afterSettle", reveal);
