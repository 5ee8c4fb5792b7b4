// Single keys. A page's own module adds its keys with `onKey`.

const switchedOn = document.getElementById("keys-on");
const dialog = document.getElementById("keys");
const actions = {"?": () => dialog.showModal()};

// What a key does; an action that has nothing to act on does nothing.
export function onKey(key, action) {
  actions[key] = action;
}

// Send the form with this `data-key` that stands in the scope.
export function press(key, scope) {
  scope?.querySelector(`form[data-key="${key}"]`)?.requestSubmit();
}

// Move the focus to the next stop, or the one before.
export function step(stops, by) {
  const current = stops.findIndex((stop) => stop === document.activeElement || stop.closest("tr")?.contains(document.activeElement));
  const next = current < 0 ? (by > 0 ? 0 : stops.length - 1) : Math.min(Math.max(current + by, 0), stops.length - 1);
  stops[next]?.focus();
  stops[next]?.scrollIntoView({block: "nearest"});
}

function isTyping(target) {
  return target.isContentEditable || /^(INPUT|SELECT|TEXTAREA)$/.test(target.tagName);
}

function isHeldDown(event) {
  return event.repeat && event.key !== "j" && event.key !== "k";
}

function onKeyDown(event) {
  if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing || isHeldDown(event)) return;
  if (!switchedOn.checked || document.querySelector("dialog[open]") || isTyping(event.target)) return;
  const action = actions[event.key];
  if (!action) return;
  event.preventDefault();
  action();
}

switchedOn.checked = localStorage.getItem("keys") !== "off";
switchedOn.addEventListener("change", () => localStorage.setItem("keys", switchedOn.checked ? "on" : "off"));
document.getElementById("show-keys").addEventListener("click", () => dialog.showModal());
document.addEventListener("keydown", onKeyDown);
