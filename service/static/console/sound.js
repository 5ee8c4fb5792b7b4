// A short sound when an emergency comes, for those who have switched it on in this browser.

import {onEmergency} from "./live.js";

const TONES = [880, 1175];
const TONE_SECONDS = 0.18;
const TOO_LATE = 3_000;

const button = document.getElementById("sound");
let context = null;

function isOn() {
  return localStorage.getItem("sound") === "on";
}

function show() {
  button.setAttribute("aria-pressed", String(isOn()));
  button.querySelector("[data-on]").hidden = !isOn();
  button.querySelector("[data-off]").hidden = isOn();
}

// A browser lets a page sound only after somebody has clicked or typed in it.
async function wake() {
  context ??= new AudioContext();
  await context.resume();
}

function tone(frequency, place) {
  const start = context.currentTime + place * TONE_SECONDS;
  const oscillator = context.createOscillator();
  const volume = context.createGain();
  oscillator.frequency.value = frequency;
  volume.gain.setValueAtTime(0.25, start);
  volume.gain.exponentialRampToValueAtTime(0.001, start + TONE_SECONDS);
  oscillator.connect(volume).connect(context.destination);
  oscillator.start(start);
  oscillator.stop(start + TONE_SECONDS);
}

async function ring() {
  const asked = Date.now();
  await wake();
  if (Date.now() - asked < TOO_LATE) TONES.forEach(tone);
}

function switchOver() {
  localStorage.setItem("sound", isOn() ? "off" : "on");
  show();
  if (isOn()) ring();
}

button.hidden = false;
show();
button.addEventListener("click", switchOver);
onEmergency(() => isOn() && ring());
for (const sign of ["pointerdown", "keydown"]) {
  document.addEventListener(sign, () => isOn() && wake(), {once: true});
}
