// Selecting rows of the queue: the selection outlasts the renewal of the rows.

const form = document.getElementById("bulk");
const picked = new Set();

function boxes() {
  return [...document.querySelectorAll('#rows [data-control="pick"]')];
}

export function isPicked() {
  return picked.size > 0;
}

// Select a row, or, without `on`, turn its selection over.
export function pick(row, on) {
  const box = row.querySelector('[data-control="pick"]');
  if (!box) return;
  note(box, on ?? !box.checked);
  show();
}

function note(box, on) {
  if (on) picked.add(box.value);
  else picked.delete(box.value);
}

// Bring the boxes of new rows into line; what is not on the page any more is not selected.
export function showPicked() {
  if (!form) return;
  const shown = new Set(boxes().map((box) => box.value));
  for (const reference of picked) if (!shown.has(reference)) picked.delete(reference);
  show();
}

function show() {
  for (const box of boxes()) box.checked = picked.has(box.value);
  const count = document.getElementById("picked");
  const text = count.dataset.text.replace("{count}", picked.size);
  if (count.textContent !== text) count.textContent = text;
  form.classList.toggle("idle", !picked.size);
  const all = document.getElementById("pick-all");
  all.checked = picked.size > 0 && picked.size === boxes().length;
  all.indeterminate = picked.size > 0 && !all.checked;
}

if (form) {
  for (const box of boxes()) note(box, box.checked);
  form.querySelector(".pick-all").hidden = false;
  document.getElementById("pick-all").addEventListener("change", (event) => {
    for (const box of boxes()) note(box, event.target.checked);
    show();
  });
  document.getElementById("rows").addEventListener("change", (event) => {
    if (event.target.dataset.control !== "pick") return;
    note(event.target, event.target.checked);
    show();
  });
  show();
}
