// What the library's markup lacks for those who hear it: its headings leave a level out below the
// title, boxes have no names, and what stands above the list of operations is in no part of the page that has a name.
"use strict";

function named() {
  for (const own of document.querySelectorAll("#swagger-ui :is(h3, h4, h5, h6):not([aria-level])")) {
    own.setAttribute("aria-level", Number(own.localName[1]) - 1);
    own.setAttribute("role", "heading");
  }
  for (const own of document.querySelectorAll("#swagger-ui .parameters :is(select, input):not([aria-label])")) {
    const name = own.closest("tr")?.querySelector(".parameter__name")?.textContent;
    if (name) own.setAttribute("aria-label", name);
  }
  for (const own of document.querySelectorAll("#swagger-ui table[role=region]")) own.removeAttribute("role");
  const about = document.querySelector("#swagger-ui .information-container:not([role])");
  about?.setAttribute("role", "region");
  about?.setAttribute("aria-label", "About the API");
}

new MutationObserver(named).observe(document.getElementById("swagger-ui"), { childList: true, subtree: true });
named();
