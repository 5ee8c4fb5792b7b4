// Live without a connection held: the server is asked whether anything has changed; mostly it has not.

const EVERY = 10_000;

const body = document.body;
const badge = document.getElementById("emergency-count");
const plainTitle = document.title;
const listeners = [];
let knownEmergencies = Number(badge.querySelector("[data-number]").textContent);
let version = null;

// What to do with the answer of the page's live address, when it is a new one.
export function onNews(listener) {
  listeners.push(listener);
}

async function poll() {
  const headers = version ? {"If-None-Match": version} : {};
  const answer = await fetch(body.dataset.live, {headers, cache: "no-store", redirect: "error"});
  if (answer.status === 401) {
    const here = encodeURIComponent(location.pathname + location.search);
    location.assign(`${body.dataset.signIn}?next=${here}`);
  } else if (answer.status === 200) {
    version = answer.headers.get("ETag");
    const news = await answer.json();
    listeners.forEach((listener) => listener(news));
  }
}

function showEmergencies({emergencies}) {
  const shown = emergencies > 99 ? "99+" : String(emergencies);
  document.title = emergencies ? `(${shown}) ${plainTitle}` : plainTitle;
  badge.hidden = emergencies === 0;
  badge.querySelector("[data-number]").textContent = shown;
  const place = document.getElementById("announcement");
  if (emergencies > knownEmergencies) place.textContent = place.dataset.text;
  if (emergencies === 0) place.textContent = "";
  knownEmergencies = emergencies;
}

async function keepCurrent() {
  try {
    await poll();
  } catch {
    // The network is away for a moment; the next time will tell.
  }
  setTimeout(keepCurrent, EVERY);
}

showEmergencies({emergencies: knownEmergencies});
onNews(showEmergencies);
setTimeout(keepCurrent, EVERY);
