// The queue page: rows that renew themselves without losing the reader's place.

import {onKey, press, step} from "./keys.js";
import {onNews} from "./live.js";
import {showTimes} from "./times.js";

const rows = document.getElementById("rows");

function replaceRows(html) {
  const focused = document.activeElement;
  const reference = focused.closest("[data-reference]")?.dataset.reference;
  const control = focused.dataset?.control;
  rows.innerHTML = html;
  showTimes();
  const row = reference && rows.querySelector(`[data-reference="${CSS.escape(reference)}"]`);
  const again = row && (row.querySelector(`[data-control="${control}"]`) ?? row.querySelector("[data-control]"));
  again?.focus({preventScroll: true});
}

function stops() {
  return [...rows.querySelectorAll('[data-control="open"]')];
}

if (rows) {
  onNews((news) => news.rows != null && replaceRows(news.rows));
  onKey("j", () => step(stops(), 1));
  onKey("k", () => step(stops(), -1));
  for (const key of ["c", "r"]) onKey(key, () => press(key, document.activeElement.closest("[data-reference]")));
}
