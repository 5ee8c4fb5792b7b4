// The page of one enquiry: says when it has changed, and goes from message to message.

import {onKey, press, step} from "./keys.js";
import {onNews} from "./live.js";

const page = document.querySelector(".enquiry[data-version]");

function stops() {
  return [...document.querySelectorAll(".message")];
}

// Open a form that is folded up, and go to its first field.
function openForm(selector) {
  const form = document.querySelector(selector);
  if (!form) return;
  form.open = true;
  form.querySelector("textarea, select, input:not([type=hidden])").focus();
}

// What was said in the voice message in focus, or in the first that nobody has written down.
function writeDown() {
  openForm(document.querySelector(".message:focus-within .write-down") ? ".message:focus-within .write-down" : ".write-down");
}

// The likeliest other language, or where there is none the list of all.
function correctLanguage() {
  const message = document.querySelector(".message:focus-within:has(.languages)") ?? document.querySelector(".message:has(.languages)");
  message?.querySelector(".languages :is(button, select)")?.focus();
}

if (page) {
  onNews((news) => {
    if (news.version !== page.dataset.version) document.getElementById("changed").hidden = false;
  });
  onKey("j", () => step(stops(), 1));
  onKey("k", () => step(stops(), -1));
  onKey("l", () => correctLanguage());
  onKey("n", () => openForm("#notes"));
  onKey("b", () => openForm("#booking"));
  onKey("m", () => openForm(".panels .edit"));
  onKey("f", () => openForm("#add-fact"));
  onKey("w", () => writeDown());
  onKey("p", () => press("p", page));
}
