// The queue page: rows that renew themselves without losing the reader's place, and keys for the row in focus.

import {onKey, press, step} from "./keys.js";
import {onNews} from "./live.js";
import {isPicked, pick, showPicked} from "./picking.js";
import {showTimes} from "./times.js";

const rows = document.getElementById("rows");

function replaceRows(html) {
  const focused = document.activeElement;
  const reference = focused.closest("[data-reference]")?.dataset.reference;
  const control = focused.dataset?.control;
  rows.innerHTML = html;
  showTimes();
  showPicked();
  const row = reference && rows.querySelector(`[data-reference="${CSS.escape(reference)}"]`);
  const again = row && (row.querySelector(`[data-control="${control}"]`) ?? row.querySelector('[data-control="open"]'));
  again?.focus({preventScroll: true});
}

function showCounts(counts) {
  for (const tally of document.querySelectorAll("[data-tally]")) tally.textContent = counts[tally.dataset.tally];
}

function stops() {
  return [...rows.querySelectorAll('[data-control="open"]')];
}

function rowInFocus() {
  return document.activeElement.closest("#rows [data-reference]");
}

// What is done to many is done to the row in focus when none is selected.
function toPicked(key) {
  const row = rowInFocus();
  if (!isPicked()) {
    if (!row) return;
    pick(row, true);
  }
  press(key, document.getElementById("bulk"));
}

function claim() {
  if (isPicked()) toPicked("c");
  else press("c", rowInFocus());
}

function reply() {
  const link = rowInFocus()?.querySelector('[data-control="open"]');
  if (link) location.assign(`${link.href}#write`);
}

if (rows) {
  sessionStorage.setItem("queue", location.pathname + location.search);
  onNews((news) => {
    if (news.rows == null) return;
    replaceRows(news.rows);
    showCounts(news.counts);
  });
  onKey("j", () => step(stops(), 1));
  onKey("k", () => step(stops(), -1));
  onKey("x", () => rowInFocus() && pick(rowInFocus()));
  onKey("c", claim);
  onKey("r", reply);
  for (const key of ["u", "a", "s", "e", "!"]) onKey(key, () => toPicked(key));
} else {
  // Back to the view and the page of the queue from which one came.
  onKey("q", () => location.assign(sessionStorage.getItem("queue") ?? document.querySelector('[data-key="q"]').href));
}
