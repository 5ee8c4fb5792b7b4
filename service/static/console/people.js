// The enquiries that a search has found, and those of one person: gone through by key like the queue.

import {onKey, step} from "./keys.js";

const found = [...document.querySelectorAll(".listing [data-control=open]")];

if (found.length) {
  onKey("j", () => step(found, 1));
  onKey("k", () => step(found, -1));
}
