// Taking an enquiry in hand: the lease and who else is looking are kept current; times are chosen in the reader's zone.

import {onKey, press} from "./keys.js";
import {onNews} from "./live.js";
import {showTimes} from "./times.js";

const KEYS = ["c", "t", "u", "a", "s", "e", "!", "o"];
const watching = document.getElementById("watching");
const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;

function showNews(news) {
  if (watching.textContent !== news.watching) watching.textContent = news.watching;
  const lease = document.querySelector("#lease time");
  if (lease && news.lease) {
    lease.dateTime = news.lease;
    showTimes();
  }
}

// Who has not claimed it has no box to write in yet: the claim comes first.
function goToReply() {
  const box = document.querySelector("#reply textarea") ?? document.querySelector('.hand [data-key="c"] button');
  box?.focus();
  box?.scrollIntoView({block: "center"});
}

for (const field of document.querySelectorAll("[data-zone]")) field.value = zone;
for (const name of document.querySelectorAll("[data-zone-name]")) name.textContent = zone.replaceAll("_", " ");

// A day and a time are for the choice that asks for them.
for (const choice of document.querySelectorAll("select[name=until]")) {
  const at = choice.form.querySelector("[name=at]");
  at.addEventListener("input", () => (choice.value = "at"));
}

if (watching) {
  onNews(showNews);
  for (const key of KEYS) onKey(key, () => press(key, document.querySelector(".hand")));
  onKey("r", goToReply);
  if (location.hash === "#write") goToReply();
}
