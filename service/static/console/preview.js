// The preview of a reply is shown as soon as it is there.

import {showTimes} from "./times.js";

const EVERY = 1_000;
const TRIES = 120;
const panel = document.getElementById("reply-panel");

// Whoever goes on writing meanwhile keeps the words; the preview would be of others.
function wasChanged() {
  const text = panel.querySelector("#reply-text");
  return Boolean(text) && text.value !== text.defaultValue;
}

// The focus goes to the preview, unless the coordinator has gone elsewhere: "Send" is the next stop.
function show(html) {
  const here = document.activeElement === document.body || panel.contains(document.activeElement);
  panel.innerHTML = html;
  delete panel.dataset.live;
  showTimes();
  if (!here) return;
  panel.querySelector(".preview")?.scrollIntoView({block: "nearest"});
  panel.querySelector(".preview h3")?.focus({preventScroll: true});
}

async function awaitPreview(tries) {
  if (!tries || !panel?.dataset.live) return;
  try {
    const answer = await fetch(panel.dataset.live, {cache: "no-store", redirect: "error"});
    const news = answer.ok ? await answer.json() : {state: "pending"};
    if (news.state !== "pending") {
      if (!wasChanged()) show(news.html);
      return;
    }
  } catch {
    // The network is away for a moment; the next time will tell.
  }
  setTimeout(awaitPreview, EVERY, tries - 1);
}

setTimeout(awaitPreview, EVERY, TRIES);
