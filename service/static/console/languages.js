// The page of the language packages keeps itself current, quickly while something is on its way.

const SOON = 1_500;
const LATER = 15_000;
const place = document.getElementById("languages");
let version = null;

async function look() {
  try {
    const headers = version ? {"If-None-Match": version} : {};
    const answer = await fetch(place.dataset.live, {headers, cache: "no-store", redirect: "error"});
    if (answer.status === 200 && !place.contains(document.activeElement)) {
      version = answer.headers.get("ETag");
      place.innerHTML = (await answer.json()).html;
    }
  } catch {
    // The network is away for a moment; the next time will tell.
  }
  wait();
}

function wait() {
  setTimeout(look, place.querySelector("[data-busy]") ? SOON : LATER);
}

if (place) wait();
