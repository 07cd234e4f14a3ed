// Copies a text that is there to be copied; where the browser refuses, it is marked for the keyboard.
"use strict";

document.addEventListener("click", async (event) => {
  const button = event.target.closest?.("[data-copy]");
  if (!button) return;
  const text = document.getElementById(button.dataset.copy);
  getSelection().selectAllChildren(text);
  try {
    await navigator.clipboard.writeText(text.textContent);
    announce(null, button.dataset.copied);
    button.textContent = button.dataset.copied;
  } catch {
    text.focus();
  }
});
