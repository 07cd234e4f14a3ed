// What is said to be wrong with a box goes once something else is typed or chosen there: whether that
// is right is said when it is sent.
"use strict";

function mend(box) {
  const told = document.getElementById(box.getAttribute("aria-describedby") ?? "");
  const field = box.closest(".field");
  box.removeAttribute("aria-invalid");
  box.removeAttribute("aria-describedby");
  field?.classList.remove("wrong");
  // What can be taken by a button stays to be taken.
  for (const one of field?.querySelectorAll(".caveat") ?? (told ? [told] : [])) {
    if (!one.querySelector("button")) one.remove();
  }
  const list = document.querySelector(".wrong-boxes");
  list?.querySelector(`a[href="#${CSS.escape(box.id)}"]`)?.closest("li").remove();
  if (list && !list.querySelector("li")) list.remove();
}

for (const kind of ["input", "change"]) {
  document.addEventListener(kind, ({ target }) => {
    if (target.matches?.("main form[method=post] [aria-invalid=true]")) mend(target);
  });
}
