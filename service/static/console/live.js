// Live without a connection held: the server is asked whether anything has changed; mostly it has not.

const EVERY = 10_000;

const body = document.body;
const badge = document.getElementById("emergency-count");
const announcement = document.getElementById("announcement");
const plainTitle = document.title;
const listeners = [];
const alarms = [];
let count = Number(badge.querySelector("[data-number]").textContent);
let known = null;
let version = null;

// What to do with the answer of the page's live address, when it is a new one.
export function onNews(listener) {
  listeners.push(listener);
}

// What to do when an emergency comes that was not there before.
export function onEmergency(alarm) {
  alarms.push(alarm);
}

// A page that nobody sees says so: its reader is not looking at the enquiry.
function address() {
  return document.hidden ? `${body.dataset.live}${body.dataset.live.includes("?") ? "&" : "?"}hidden=1` : body.dataset.live;
}

async function poll() {
  const headers = version ? {"If-None-Match": version} : {};
  const answer = await fetch(address(), {headers, cache: "no-store", redirect: "error"});
  if (answer.status === 401) {
    const here = encodeURIComponent(location.pathname + location.search);
    location.assign(`${body.dataset.signIn}?next=${here}`);
  } else if (answer.status === 200) {
    version = answer.headers.get("ETag");
    const news = await answer.json();
    listeners.forEach((listener) => listener(news));
  }
}

function showCount(emergencies) {
  const shown = emergencies > 99 ? "99+" : String(emergencies);
  document.title = emergencies ? `(${shown}) ${plainTitle}` : plainTitle;
  badge.hidden = emergencies === 0;
  badge.querySelector("[data-number]").textContent = shown;
}

function announce(reference) {
  const link = document.createElement("a");
  link.href = announcement.dataset.address.replace("REFERENCE", reference);
  link.textContent = announcement.dataset.open;
  announcement.replaceChildren(announcement.dataset.text, " ", link);
}

// At first only their number is known, from the page itself.
function newOf(waiting) {
  return known ? waiting.filter((reference) => !known.has(reference)) : waiting.slice(0, Math.max(waiting.length - count, 0));
}

function showEmergencies({emergencies, waiting}) {
  const fresh = newOf(waiting);
  known = new Set(waiting);
  count = emergencies;
  showCount(emergencies);
  if (fresh.length) {
    announce(fresh[0]);
    alarms.forEach((alarm) => alarm());
  }
  if (emergencies === 0) announcement.replaceChildren();
}

async function keepCurrent() {
  try {
    await poll();
  } catch {
    // The network is away for a moment; the next time will tell.
  }
  setTimeout(keepCurrent, EVERY);
}

showCount(count);
onNews(showEmergencies);
setTimeout(keepCurrent, EVERY);
