// The reply as it is being written: kept by itself, its old preview marked as old, the seconds to take it back counted.

const KEEP_AFTER = 1_500;
const panel = document.getElementById("reply-panel");
let timer = 0;

async function keep(form) {
  const fields = new FormData(form);
  if (!fields.get("text").trim()) return;
  const kept = form.querySelector(".kept");
  try {
    const answer = await fetch(panel.dataset.draft, {method: "POST", body: fields, redirect: "error"});
    const news = await answer.json();
    kept.textContent = answer.ok ? panel.dataset.kept : news.problem;
    if (answer.ok) showWriters(news.writers);
  } catch {
    kept.textContent = "";
  }
}

function showWriters(writers) {
  const note = panel.querySelector(".writers");
  note.hidden = !writers.length;
  const text = writers.length ? panel.dataset.writing.replace("{who}", writers.join(", ")) : "";
  if (note.textContent !== text) note.textContent = text;
}

// What was previewed is not what stands there now; a translation of other words must not be handed in with these.
function markStale(changed) {
  const preview = panel.querySelector(".preview");
  const own = panel.querySelector(".own");
  if (own && changed.name === "text" && !own.dataset.mended) {
    own.hidden = true;
    own.querySelector("textarea").disabled = true;
  }
  if (changed.name === "own_words") own.dataset.mended = "yes";
  if (!preview || preview.dataset.stale) return;
  preview.dataset.stale = "yes";
  preview.querySelectorAll("button").forEach((button) => (button.disabled = true));
  const note = document.createElement("p");
  note.className = "notice";
  note.setAttribute("role", "status");
  preview.prepend(note);
  note.textContent = panel.dataset.stale;
}

function onInput(event) {
  const form = event.target.closest("form.write");
  if (!form || !event.target.name) return;
  markStale(event.target);
  clearTimeout(timer);
  timer = setTimeout(keep, KEEP_AFTER, form);
}

function onKeyDown(event) {
  const form = event.target.closest("form.write");
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || event.isComposing || !form) return;
  event.preventDefault();
  form.requestSubmit(form.querySelector(".make"));
}

function countDown() {
  for (const form of panel.querySelectorAll(".undo[data-seconds]")) {
    const left = Number(form.dataset.seconds) - 1;
    form.dataset.seconds = left;
    form.querySelector(".countdown").textContent = Math.max(left, 0);
    if (left <= 0) form.remove();
  }
}

if (panel) {
  panel.addEventListener("input", onInput);
  panel.addEventListener("keydown", onKeyDown);
  panel.addEventListener("submit", () => clearTimeout(timer));
  setInterval(countDown, 1_000);
}
