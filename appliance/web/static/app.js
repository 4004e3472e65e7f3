"use strict";
// Everything works without this file; it only saves taps and seconds.

// "Back" must not show a page from before a logout: Chromium keeps even no-store pages.
addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });

// No care record in the phone's picture of open apps.
document.addEventListener("visibilitychange", () => {
  document.documentElement.classList.toggle("covered", document.hidden);
});

// The card's QR code ends in #<20 digits>: put them in the field and out of the history.
const code = document.getElementById("kode");
const digits = location.hash.replace(/\D/g, "");
if (code && digits.length === 20) {
  history.replaceState(null, "", "/");
  code.value = digits.match(/.{4}/g).join(" ");
  const details = code.closest("details");
  if (details) details.open = true;
  code.form.querySelector("button").focus();
}

// Groups of four while typing, as on the card.
if (code) code.addEventListener("input", () => {
  if (code.selectionStart !== code.value.length) return;
  const typed = code.value.replace(/\D/g, "").slice(0, 20);
  code.value = (typed.match(/.{1,4}/g) || []).join(" ");
});

// Filter a list while typing; the button does the same on the server.
for (const field of document.querySelectorAll("[data-filter]")) {
  field.addEventListener("input", () => {
    const words = field.value.toLowerCase().split(/\s+/);
    for (const row of document.getElementById(field.dataset.filter).children) {
      const text = row.textContent.toLowerCase();
      row.hidden = !words.every((word) => text.includes(word));
    }
    document.querySelector(".end").hidden = field.value.trim() !== "";
  });
}

// The phone's time in the clock's form, until somebody goes there.
for (const field of document.querySelectorAll("[data-now]")) {
  const tick = setInterval(() => {
    const now = new Date(Date.now() - new Date().getTimezoneOffset() * 6e4).toISOString();
    field.value = now.slice(...field.dataset.now.split(" "));
  }, 500);
  field.form.addEventListener("focusin", () => clearInterval(tick));
}

// A shown CPR is masked again by itself.
const shown = document.querySelector("[data-reload-after]");
if (shown) setTimeout(() => location.reload(), shown.dataset.reloadAfter * 1000);

// Follow print jobs every 2 s, every 10 s when nobody looks.
const jobs = [...document.querySelectorAll("[data-poll]")];
async function follow() {
  for (const job of jobs) {
    try {
      const answer = await fetch(job.dataset.poll, { redirect: "manual" });
      if (!answer.ok) return location.reload();
      const state = await answer.json();
      if (!state.is_under_way) return location.reload();
      job.querySelector(".progress").innerHTML = state.html;
    } catch { /* the box is busy or out of reach; try again */ }
  }
  setTimeout(follow, document.hidden ? 10000 : 2000);
}
if (jobs.length) setTimeout(follow, 2000);
