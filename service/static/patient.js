// The patients' form: a draft that survives a lost page, and the progress of an upload. Without it the form works, too.
"use strict";

const DRAFT_DAYS = 7;
const UNSAVED = new Set(["hidden", "file", "checkbox", "submit", "button"]);

/** The browser's store, or null where it has none or keeps it shut. */
function store() {
  try {
    return window.localStorage;
  } catch {
    return null;
  }
}

const draftKey = (name) => `draft-${name}`;

function readDraft(name) {
  try {
    const draft = JSON.parse(store().getItem(draftKey(name)));
    return Date.now() - draft.at < DRAFT_DAYS * 24 * 3600 * 1000 ? draft.values : null;
  } catch {
    return null;
  }
}

function forgetDraft(name) {
  try {
    store().removeItem(draftKey(name));
  } catch {
    // nothing was kept
  }
}

const savedFields = (form) =>
  [...form.elements].filter((field) => field.name && field.name !== "website" && !UNSAVED.has(field.type));

function keepDraft(form) {
  if (!form.isConnected) return; // it is sent, and its page has made way for the answer
  const values = Object.fromEntries(savedFields(form).map((field) => [field.name, field.value]));
  try {
    store().setItem(draftKey(form.dataset.draft), JSON.stringify({ at: Date.now(), values }));
  } catch {
    // full or shut: the page itself still holds what was written
  }
}

/** Put a draft back into a form in which nothing was written yet; whether anything came of it. */
function restoreDraft(form) {
  const values = readDraft(form.dataset.draft);
  if (!values || form.elements.message.value) return false;
  const fields = savedFields(form).filter((field) => values[field.name] && field.value !== values[field.name]);
  for (const field of fields) field.value = values[field.name];
  return fields.length > 0;
}

function watchDraft(form) {
  if (!store()) return;
  const notice = form.querySelector("[data-draft-notice]");
  const restored = restoreDraft(form);
  notice.querySelector("[data-draft-restored]").hidden = !restored;
  notice.hidden = !restored;
  let waiting = 0;
  form.addEventListener("input", () => {
    notice.hidden = false;
    window.clearTimeout(waiting);
    waiting = window.setTimeout(() => keepDraft(form), 300);
  });
  form.addEventListener("submit", () => {
    window.clearTimeout(waiting); // what is kept late would outlive the sending
    keepDraft(form);
  });
  form.querySelector("[data-draft-clear]").addEventListener("click", () => {
    window.clearTimeout(waiting);
    forgetDraft(form.dataset.draft);
    for (const field of savedFields(form)) {
      field.value = "";
      if (field.selectedIndex === -1) field.selectedIndex = 0;
    }
    notice.hidden = true;
    form.elements.message.focus();
  });
}

/** Show the answer in place of this page, as the browser would have done. */
function show(html) {
  const answer = new DOMParser().parseFromString(html, "text/html");
  const sent = answer.querySelector("[data-sent]");
  document.title = answer.title;
  document.body.replaceWith(document.adoptNode(answer.body));
  if (sent) forgetDraft(sent.dataset.sent);
  begin();
  window.scrollTo(0, 0);
  (document.getElementById("errors") || document.getElementById("content")).focus();
}

function send(form) {
  const progress = form.querySelector("[data-progress]");
  const bar = progress.querySelector("progress");
  const lost = form.querySelector("[data-lost-notice]");
  const button = form.querySelector("[type=submit]");
  const request = new XMLHttpRequest();
  request.open("POST", form.action);
  request.upload.addEventListener("progress", (event) => {
    if (event.lengthComputable) bar.value = Math.round((100 * event.loaded) / event.total);
  });
  request.addEventListener("load", () => show(request.responseText));
  request.addEventListener("error", () => {
    progress.hidden = true;
    button.disabled = false;
    lost.textContent = form.dataset.lost;
    lost.hidden = false;
  });
  lost.hidden = true;
  progress.hidden = false;
  button.disabled = true;
  request.send(new FormData(form));
}

function watchUpload(form) {
  form.addEventListener("submit", (event) => {
    if (form.elements.attachments.files.length === 0) return;
    event.preventDefault();
    send(form);
  });
}

function begin() {
  const form = document.querySelector("form[data-draft]");
  if (!form) return;
  watchDraft(form);
  watchUpload(form);
  const errors = document.getElementById("errors");
  if (errors) errors.focus();
}

const sent = document.querySelector("[data-sent]");
if (sent) forgetDraft(sent.dataset.sent);
begin();
