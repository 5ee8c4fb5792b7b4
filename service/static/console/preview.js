// The preview of a reply is shown as soon as it is there.

import {showTimes} from "./times.js";

const EVERY = 1_000;
const TRIES = 120;
const panel = document.getElementById("reply-panel");

async function awaitPreview(tries) {
  if (!tries || !panel?.dataset.live) return;
  try {
    const answer = await fetch(panel.dataset.live, {cache: "no-store", redirect: "error"});
    const news = answer.ok ? await answer.json() : {state: "pending"};
    if (news.state !== "pending") {
      panel.innerHTML = news.html;
      delete panel.dataset.live;
      showTimes();
      return;
    }
  } catch {
    // The network is away for a moment; the next time will tell.
  }
  setTimeout(awaitPreview, EVERY, tries - 1);
}

setTimeout(awaitPreview, EVERY, TRIES);
