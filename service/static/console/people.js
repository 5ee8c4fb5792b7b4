// The enquiries that a search has found: gone through by key like the queue.

import {onKey, step} from "./keys.js";

const found = [...document.querySelectorAll("#found [data-control=open]")];

if (found.length) {
  onKey("j", () => step(found, 1));
  onKey("k", () => step(found, -1));
}
