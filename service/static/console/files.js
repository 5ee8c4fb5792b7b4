// Links to patients' files hold for five minutes; those of a page that stays open are renewed before that.

const EVERY = 4 * 60_000;
const section = document.querySelector("[data-links]");

function renew(element, address) {
  if (element.tagName === "A") element.href = address;
  else if (element.paused && !element.currentTime) element.src = address;
}

async function renewAll() {
  try {
    const answer = await fetch(section.dataset.links, {cache: "no-store", redirect: "error"});
    const links = answer.ok ? await answer.json() : {};
    for (const element of document.querySelectorAll("[data-file]")) {
      if (links[element.dataset.file]) renew(element, links[element.dataset.file]);
    }
  } catch {
    // The network is away for a moment; a stale link leads to a page with a fresh one.
  }
}

if (section) setInterval(renewAll, EVERY);
