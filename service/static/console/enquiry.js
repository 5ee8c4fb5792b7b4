// The page of one enquiry: says when it has changed, and goes from message to message.

import {onKey, press, step} from "./keys.js";
import {onNews} from "./live.js";

const page = document.querySelector(".enquiry[data-version]");

function stops() {
  return [...document.querySelectorAll(".message")];
}

if (page) {
  onNews((news) => {
    if (news.version !== page.dataset.version) document.getElementById("changed").hidden = false;
  });
  onKey("j", () => step(stops(), 1));
  onKey("k", () => step(stops(), -1));
  for (const key of ["c", "r"]) onKey(key, () => press(key, document));
}
