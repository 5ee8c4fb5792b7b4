// Single keys. A page's own module adds its keys with `onKey`; what a key presses says so by `data-key`.

const switchedOn = document.getElementById("keys-on");
const dialog = document.getElementById("keys");
const actions = {"?": () => dialog.showModal(), "/": search, q: () => press("q", document)};

// What a key does; an action that has nothing to act on does nothing.
export function onKey(key, action) {
  actions[key] = action;
}

// Send the form, unfold the fields, or follow the link or button with this `data-key` in the scope.
export function press(key, scope) {
  const target = scope?.querySelector(`[data-key="${key}"]`);
  if (target instanceof HTMLFormElement) target.requestSubmit();
  else if (target instanceof HTMLDetailsElement) unfold(target);
  else target?.click();
}

export function unfold(details) {
  details.open = true;
  details.querySelector("textarea, select, input:not([type=hidden])").focus();
}

// Move the focus to the next stop, or the one before.
export function step(stops, by) {
  const current = stops.findIndex((stop) => stop === document.activeElement || stop.closest("tr")?.contains(document.activeElement));
  const next = current < 0 ? (by > 0 ? 0 : stops.length - 1) : Math.min(Math.max(current + by, 0), stops.length - 1);
  stops[next]?.focus();
  stops[next]?.scrollIntoView({block: "nearest"});
}

function search() {
  document.querySelector(".top [name=q], .filters select")?.focus();
}

function isTyping(target) {
  return target.isContentEditable || (/^(INPUT|SELECT|TEXTAREA)$/.test(target.tagName) && target.type !== "checkbox");
}

function isHeldDown(event) {
  return event.repeat && event.key !== "j" && event.key !== "k";
}

// What was unfolded is put away by Escape, with what was typed in it, and the focus goes back to what unfolded it.
function foldUp(event) {
  const open = event.target.closest("details[open]");
  if (event.key !== "Escape" || event.isComposing || !open) return;
  open.open = false;
  open.querySelector("summary").focus();
}

// Ctrl Enter hands in the unfolded form from any of its fields: Enter opens a list, and in a text it begins a line.
function handIn(event) {
  const fields = event.target.closest(".menu[open] > :not(summary), .edit[open] form");
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || event.isComposing || event.repeat || !fields) return;
  event.preventDefault();
  event.target.form?.requestSubmit(fields.querySelector("button"));
}

function onKeyDown(event) {
  foldUp(event);
  handIn(event);
  if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing || isHeldDown(event)) return;
  if (!switchedOn.checked || document.querySelector("dialog[open]") || isTyping(event.target)) return;
  const action = actions[event.key];
  if (!action) return;
  event.preventDefault();
  action();
}

// Of several menus one is open at a time, and none stays open behind what is done elsewhere.
function closeOthers(event) {
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
}

switchedOn.checked = localStorage.getItem("keys") !== "off";
switchedOn.addEventListener("change", () => localStorage.setItem("keys", switchedOn.checked ? "on" : "off"));
document.getElementById("show-keys").addEventListener("click", () => dialog.showModal());
document.addEventListener("keydown", onKeyDown);
document.addEventListener("click", closeOthers);
document.addEventListener("focusin", closeOthers);
