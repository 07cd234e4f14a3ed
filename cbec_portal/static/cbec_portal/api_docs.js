// What the library's markup lacks: for those who hear it, headings that leave no level out below the
// title, names of boxes, and of what stands above the list of operations; and for everyone an address of each resource
// and operation. The library's own addresses would put links within buttons.
"use strict";

const drawn = document.getElementById("swagger-ui");
const resources = document.getElementById("resources");

function named() {
  for (const own of drawn.querySelectorAll(":is(h3, h4, h5, h6):not([aria-level])")) {
    own.setAttribute("aria-level", Number(own.localName[1]) - 1);
    own.setAttribute("role", "heading");
  }
  for (const own of drawn.querySelectorAll(".parameters :is(select, input):not([aria-label])")) {
    const name = own.closest("tr")?.querySelector(".parameter__name")?.textContent;
    if (name) own.setAttribute("aria-label", name);
  }
  for (const own of drawn.querySelectorAll("table[role=region]")) own.removeAttribute("role");
  const about = drawn.querySelector(".information-container:not([role])");
  about?.setAttribute("role", "region");
  about?.setAttribute("aria-label", "About the API");
}

function linkTo(id, words) {
  const link = document.createElement("a");
  link.href = `#${id}`;
  link.textContent = words;
  return link;
}

/** Put a link to itself beside each resource and operation, and one to each resource above or beside all. */
function linked() {
  for (const own of drawn.querySelectorAll(".opblock-tag[id]:not(:has(> .own-link))")) {
    own.append(ownLink(own.id, own.dataset.tag));
    if (!resources.querySelector(`[href="#${own.id}"]`)) resources.append(linkTo(own.id, own.dataset.tag));
    resources.hidden = false;
  }
  for (const own of drawn.querySelectorAll(".opblock[id] > .opblock-summary:not(:has(> .own-link))")) {
    const called = [".opblock-summary-method", ".opblock-summary-path"].map(part => own.querySelector(part).innerText);
    own.append(ownLink(own.parentElement.id, called.join(" ")));
  }
}

function ownLink(id, called) {
  const link = linkTo(id, "#");
  link.className = "own-link";
  link.setAttribute("aria-label", `Link to ${called}`);
  // What is pressed around it unfolds or folds.
  link.addEventListener("click", pressed => pressed.stopPropagation());
  return link;
}

/** Show what the address names, an operation unfolded; whether it is drawn yet. */
function showNamed() {
  const named = document.getElementById(location.hash.slice(1));
  if (!drawn.contains(named)) return false;
  named.querySelector(".opblock-summary-control[aria-expanded=false]")?.click();
  named.scrollIntoView();
  return true;
}

let toShow = location.hash.length > 1;
function redrawn() {
  named();
  linked();
  if (toShow && showNamed()) toShow = false;
}

new MutationObserver(redrawn).observe(drawn, { childList: true, subtree: true });
window.addEventListener("hashchange", showNamed);
redrawn();
