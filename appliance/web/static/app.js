"use strict";
// Everything works without this file; it only saves taps, seconds and typed words.

const one = (css) => document.querySelector(css);
const all = (css) => document.querySelectorAll(css);

// "Back" must not show a page from before a logout; Chromium keeps even these.
onpageshow = ({ persisted }) => persisted && location.reload();

// Left alone, the page is covered until somebody taps whom the box still knows.
const cover = one("#daekket");
let touched = Date.now();
function look() {
  // No care record in the phone's picture of open apps.
  one("html").classList.toggle("covered", document.hidden);
  if (cover?.hidden) cover.hidden = Date.now() - touched < cover.dataset.after * 1e3;
}
for (const kind of ["pointerdown", "keydown", "scroll", "visibilitychange"])
  addEventListener(kind, () => { look(); if (cover?.hidden) touched = Date.now(); }, true);
setInterval(look, 5e3);
if (cover) cover.firstElementChild.onclick = async () => {
  if (!(await fetch("/her")).ok) return location.replace("/");
  touched = Date.now();
  cover.hidden = true;
};

// Typed words stay on the page until the box answers; typing keeps the session alive.
if (one("[data-kept]")) setInterval(() => {
  if (Date.now() - touched < 6e4) fetch("/her").catch(look);
}, 6e4);
for (const form of all("[data-kept]")) form.onsubmit = async (event) => {
  event.preventDefault();
  const { ok } = await fetch("/her").catch(() => 0);
  form.held.hidden = ok;
  if (ok) form.submit();
};

// The card's QR code ends in #<20 digits>: into the field and out of the history.
const code = one("#kode");
const digits = location.hash.replace(/\D/g, "");
const groups = (text) => text.replace(/.{4}(?=.)/g, "$& ");
if (code && digits.length === 20) {
  history.replaceState({}, "", "/");
  code.value = groups(digits);
  code.closest("details")?.setAttribute("open", "");
  code.form.querySelector("button").focus();
}

// Groups of four while typing, as on the card.
if (code) code.oninput = () => {
  if (code.selectionStart !== code.value.length) return;
  code.value = groups(code.value.replace(/\D/g, "").slice(0, 20));
};

// Filter a list while typing; records/folding.py says how, here and on the server.
for (const field of all("[data-filter]")) field.oninput = () => {
  const words = field.value.toLowerCase().replace(/æ|a[ae]/g, "a").replace(/ø|oe/g, "o")
    .normalize("NFD").replace(/\p{M}/gu, "").split(/\s+/);
  for (const row of all("[data-of]")) row.hidden = words.some(
    (word) => !row.dataset.of.includes(word.replace(/^\d/, " $&")));
  one(".end").hidden = field.value;
};

// The phone's time in the clock's form, until somebody goes there.
for (const field of all("[data-now]")) {
  const tick = setInterval(() => {
    const now = new Date(Date.now() - new Date().getTimezoneOffset() * 6e4).toISOString();
    field.value = now.slice(...field.dataset.now.split(" "));
  }, 500);
  field.form.addEventListener("focusin", () => clearInterval(tick));
}

// A shown CPR is masked again by itself.
const shown = one("[data-reload-after]");
if (shown) setTimeout(() => location.reload(), shown.dataset.reloadAfter * 1e3);

// Offer the secure page where this phone accepts its certificate.
const secure = one("[data-probe]");
if (secure) {
  secure.hidden = true;
  const asked = Date.now();
  fetch(secure.dataset.probe, { mode: "no-cors", cache: "no-store" })
    .then(() => { secure.hidden = Date.now() - asked > 2e3; }, look);
}

// Follow print jobs every 2 s, every 10 s unseen.
const jobs = all("[data-poll]");
async function follow() {
  for (const job of jobs) {
    try {
      const answer = await fetch(job.dataset.poll, { redirect: "manual" });
      const state = answer.ok && await answer.json();
      if (!state.is_under_way) return location.reload();
      job.querySelector(".progress").innerHTML = state.html;
    // Busy or out of reach.
    } catch {}
  }
  setTimeout(follow, document.hidden ? 1e4 : 2e3);
}
if (jobs[0]) setTimeout(follow, 2e3);
