// Canned answers in the reply box: "/" at the beginning of a word opens the list, Enter inserts where the cursor stood.

const panel = document.getElementById("reply-panel");
let cursor = 0;

const box = () => panel.querySelector(".canned");
const finder = () => panel.querySelector("#canned-find");
const options = () => [...panel.querySelectorAll("#canned-list [role=option]:not([hidden])")];

function open(textarea) {
  cursor = textarea.selectionStart;
  box().hidden = false;
  finder().value = "";
  filter();
  finder().focus();
}

function close(typed = "") {
  const textarea = panel.querySelector("#reply-text");
  box().hidden = true;
  textarea.focus();
  textarea.setRangeText(typed, cursor, cursor, "end");
}

function filter() {
  const wanted = finder().value.trim().toLowerCase();
  for (const option of panel.querySelectorAll("#canned-list [role=option]")) {
    option.hidden = !option.dataset.find.includes(wanted);
  }
  panel.querySelector(".canned .none").hidden = options().length > 0;
  choose(options()[0]);
}

function choose(option) {
  for (const other of panel.querySelectorAll("#canned-list [aria-selected=true]")) other.setAttribute("aria-selected", "false");
  option?.setAttribute("aria-selected", "true");
  option?.scrollIntoView({block: "nearest"});
  if (option) finder().setAttribute("aria-activedescendant", option.id);
  else finder().removeAttribute("aria-activedescendant");
}

function chosen() {
  return options().find((option) => option.getAttribute("aria-selected") === "true");
}

function move(by) {
  const all = options();
  choose(all[(all.indexOf(chosen()) + by + all.length) % all.length]);
}

function insert(option) {
  if (!option) return;
  const form = panel.querySelector("form.write");
  form.elements.canned.value = option.dataset.id;
  form.elements.at.value = cursor;
  form.requestSubmit(form.querySelector(".insert"));
}

function onFinderKey(event) {
  const keys = {
    ArrowDown: () => move(1),
    ArrowUp: () => move(-1),
    Enter: () => insert(chosen()),
    Escape: () => close(),
  };
  const literal = event.key === "/" && finder().value === "";
  const action = literal ? () => close("/") : keys[event.key];
  if (!action || event.isComposing) return;
  event.preventDefault();
  action();
}

function startsWord(textarea) {
  return /(^|\s)$/.test(textarea.value.slice(0, textarea.selectionStart));
}

function onKeyDown(event) {
  if (event.target.id === "canned-find") onFinderKey(event);
  else if (event.key === "/" && event.target.id === "reply-text" && box() && startsWord(event.target)) {
    event.preventDefault();
    open(event.target);
  }
}

if (panel) {
  panel.addEventListener("keydown", onKeyDown);
  panel.addEventListener("input", (event) => event.target.id === "canned-find" && filter());
  panel.addEventListener("click", (event) => insert(event.target.closest("#canned-list [role=option]")));
}
