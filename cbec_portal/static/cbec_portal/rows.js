// A row that htmx exchanges: a whole page where a row was asked for, such as a refusal or the
// log-in, is shown whole; where nothing came back the page says so and stays.
"use strict";

document.addEventListener("htmx:beforeSwap", (event) => {
  const { detail } = event;
  const page = new DOMParser().parseFromString(detail.serverResponse, "text/html");
  if (!page.getElementById("content")) return;
  detail.shouldSwap = false;
  if (new URL(detail.xhr.responseURL).pathname !== location.pathname) {
    location.assign(detail.xhr.responseURL);
    return;
  }
  showPage(page);
  document.querySelector("main [role=alert]")?.scrollIntoView({ block: "nearest" });
});

// What htmx has not seen yet, it learns.
document.addEventListener("portal:changed", () => htmx.process(content()));

for (const name of ["htmx:sendError", "htmx:timeout"]) {
  document.addEventListener(name, () => {
    document.getElementById("unsent").hidden = false;
  });
}
document.addEventListener("htmx:afterOnLoad", () => {
  document.getElementById("unsent").hidden = true;
});
document.addEventListener("htmx:afterSettle", () => announce(document.querySelector("main [data-announce]")));
