// Times in the reader's own zone and language, kept current.

const EVERY = 30_000;
const STEPS = [["day", 86_400], ["hour", 3_600], ["minute", 60]];

const words = document.body.dataset;
const language = document.documentElement.lang;
const fullTime = new Intl.DateTimeFormat("en-GB", {dateStyle: "medium", timeStyle: "short"});
const relativeTime = new Intl.RelativeTimeFormat(language, {numeric: "always"});

function span(count, unit) {
  return new Intl.NumberFormat(language, {style: "unit", unit, unitDisplay: "long"}).format(count);
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

function showStanding(element, seconds) {
  const classes = element.closest(".due")?.classList;
  classes?.toggle("over", seconds < 0);
  classes?.toggle("soon", seconds >= 0 && seconds <= Number(element.dataset.soon));
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
    showStanding(element, seconds);
  }
}

// Call it after putting new times into the page.
export function showTimes() {
  document.querySelectorAll("time[data-show]").forEach(showTime);
}

showTimes();
setInterval(showTimes, EVERY);
