// What is folded where room is scarce stands open on wide screens by the style sheet; where a browser
// cannot do so, it is opened.
"use strict";

function unfold() {
  if (CSS.supports("selector(::details-content)") || !matchMedia("(min-width: 60rem)").matches) return;
  for (const own of document.querySelectorAll("details.folds")) own.open = true;
}

unfold();
document.addEventListener("portal:changed", unfold);
