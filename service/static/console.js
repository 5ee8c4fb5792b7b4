// The console's one script: keeps the page current, shows times in the reader's zone, and makes single keys work.
"use strict";

const POLL_EVERY = 10_000;
const TIMES_EVERY = 30_000;
const STEPS = [["day", 86_400], ["hour", 3_600], ["minute", 60]];

const body = document.body;
const rows = document.getElementById("rows");
const plainTitle = document.title;
let knownEmergencies = 0;
let version = null;

// Times

const words = body.dataset;
const fullTime = new Intl.DateTimeFormat("en-GB", {dateStyle: "medium", timeStyle: "short"});
const relativeTime = new Intl.RelativeTimeFormat(document.documentElement.lang, {numeric: "always"});

function span(count, unit) {
  return new Intl.NumberFormat(document.documentElement.lang, {style: "unit", unit, unitDisplay: "long"}).format(count);
}

function largestUnit(seconds) {
  const [unit, size] = STEPS.find(([, least]) => Math.abs(seconds) >= least) ?? ["minute", 60];
  return [Math.trunc(seconds / size), unit];
}

function due(count, unit, seconds) {
  if (count === 0) return words.dueNow;
  const [sentence, time] = seconds < 0 ? [words.overdue, span(-count, unit)] : [words.due, relativeTime.format(count, unit)];
  return sentence.replace("{time}", time);
}

function showTime(element) {
  const moment = new Date(element.dateTime);
  const seconds = (moment - Date.now()) / 1000;
  const [count, unit] = largestUnit(seconds);
  element.title = fullTime.format(moment);
  if (element.dataset.show === "full") element.textContent = fullTime.format(moment);
  if (element.dataset.show === "relative") element.textContent = count ? relativeTime.format(count, unit) : words.now;
  if (element.dataset.show === "due") {
    element.textContent = due(count, unit, seconds);
    element.closest(".due")?.classList.toggle("over", seconds < 0);
  }
}

function showTimes() {
  document.querySelectorAll("time[data-show]").forEach(showTime);
}

// Live: the server is asked whether anything has changed; mostly it has not.

async function poll() {
  const headers = version ? {"If-None-Match": version} : {};
  const answer = await fetch(body.dataset.live, {headers, cache: "no-store", redirect: "error"});
  if (answer.status === 401) {
    const here = encodeURIComponent(location.pathname + location.search);
    location.assign(`${body.dataset.signIn}?next=${here}`);
  } else if (answer.status === 200) {
    version = answer.headers.get("ETag");
    show(await answer.json());
  }
}

function show(news) {
  showEmergencies(news.emergencies);
  if (news.rows != null && rows) replaceRows(news.rows);
  const page = document.querySelector("[data-version]");
  if (page && news.version !== page.dataset.version) document.getElementById("changed").hidden = false;
}

function showEmergencies(count) {
  const shown = count > 99 ? "99+" : String(count);
  document.title = count ? `(${shown}) ${plainTitle}` : plainTitle;
  const badge = document.getElementById("emergency-count");
  badge.hidden = count === 0;
  badge.querySelector("[data-number]").textContent = shown;
  const place = document.getElementById("announcement");
  if (count > knownEmergencies) place.textContent = place.dataset.text;
  if (count === 0) place.textContent = "";
  knownEmergencies = count;
}

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

async function keepCurrent() {
  try {
    await poll();
  } catch {
    // The network is away for a moment; the next time will tell.
  }
  setTimeout(keepCurrent, POLL_EVERY);
setTimeout(awaitPreview, PREVIEW_EVERY, PREVIEW_TRIES);
}

// The preview of a reply is shown as soon as it is there.

const PREVIEW_EVERY = 1_000;
const PREVIEW_TRIES = 120;
const panel = document.getElementById("reply-panel");

async function awaitPreview(tries) {
  if (!tries || !panel?.dataset.live) return;
  try {
    const answer = await fetch(panel.dataset.live, {cache: "no-store", redirect: "error"});
    const news = answer.ok ? await answer.json() : {state: "pending"};
    if (news.state !== "pending") {
      panel.innerHTML = news.html;
      delete panel.dataset.live;
      return;
    }
  } catch {
    // The network is away for a moment; the next time will tell.
  }
  setTimeout(awaitPreview, PREVIEW_EVERY, tries - 1);
}

// Keys

const keysOn = document.getElementById("keys-on");
const dialog = document.getElementById("keys");

function step(by) {
  const stops = [...document.querySelectorAll(rows ? '#rows [data-control="open"]' : ".message")];
  const current = stops.findIndex((stop) => stop === document.activeElement || stop.closest("tr")?.contains(document.activeElement));
  const next = current < 0 ? (by > 0 ? 0 : stops.length - 1) : Math.min(Math.max(current + by, 0), stops.length - 1);
  stops[next]?.focus();
  stops[next]?.scrollIntoView({block: "nearest"});
}

function press(key) {
  const scope = rows ? document.activeElement.closest("[data-reference]") : document;
  scope?.querySelector(`form[data-key="${key}"]`)?.requestSubmit();
}

const ACTIONS = {
  j: () => step(1),
  k: () => step(-1),
  c: () => press("c"),
  r: () => press("r"),
  "?": () => dialog.showModal(),
};

function isTyping(target) {
  return target.isContentEditable || /^(INPUT|SELECT|TEXTAREA)$/.test(target.tagName);
}

function onKey(event) {
  if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing || event.repeat && event.key !== "j" && event.key !== "k") return;
  if (!keysOn.checked || dialog.open || isTyping(event.target)) return;
  const action = ACTIONS[event.key];
  if (!action) return;
  event.preventDefault();
  action();
}

keysOn.checked = localStorage.getItem("keys") !== "off";
keysOn.addEventListener("change", () => localStorage.setItem("keys", keysOn.checked ? "on" : "off"));
document.getElementById("show-keys").addEventListener("click", () => dialog.showModal());
document.addEventListener("keydown", onKey);

knownEmergencies = Number(document.querySelector("#emergency-count [data-number]").textContent);
showEmergencies(knownEmergencies);
showTimes();
setInterval(showTimes, TIMES_EVERY);
setTimeout(keepCurrent, POLL_EVERY);
setTimeout(awaitPreview, PREVIEW_EVERY, PREVIEW_TRIES);
