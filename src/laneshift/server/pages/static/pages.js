// What the pages do beyond being read: forms become requests of the API, and tables are walked by arrow keys. Nothing
// here is needed for reading.
"use strict";

const LONGEST = 10;
const places = (faults) => faults.slice(0, LONGEST).map((each) => [each.where, each.what].filter(Boolean).join(": "))
  .filter((each) => each).join("; ");
const words = (problem) => [
  problem.detail, places(problem.faults || []), problem.why, problem.cure && `What helps: ${problem.cure}`,
].filter(Boolean).join(". ");

function say(form, text, bad) {
  const place = form.querySelector("output");
  place.textContent = text;
  place.classList.toggle("bad", Boolean(bad));
}

function fresh() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (each) => each.toString(16).padStart(2, "0")).join("");
}

function valued(field) {
  if (field.type === "checkbox") return field.checked;
  if (field.dataset.kind === "list") return field.value.split(/[\s,]+/).filter(Boolean);
  if (field.dataset.kind === "number") return Number(field.value);
  if (field.dataset.kind !== "json") return field.value;
  try {
    return JSON.parse(field.value);
  } catch (error) {
    throw new Error(`${field.name} is not JSON: ${error.message}`);
  }
}

// A field that is called inputs.lane is the member lane of inputs.
function told(form) {
  const body = {};
  for (const field of form.elements) {
    if (!field.name || (field.dataset.optional !== undefined && !field.value.trim())) continue;
    const [whole, ...rest] = field.name.split(".");
    if (rest.length) (body[whole] ??= {})[rest.join(".")] = valued(field);
    else body[whole] = valued(field);
  }
  return body;
}

// One key for one intent: whoever presses twice, or again after the line broke, asks once.
async function asked(form) {
  form.dataset.key = form.dataset.key || fresh();
  const method = form.dataset.method || "POST";
  const headers = { "Content-Type": "application/json", "Idempotency-Key": `"${form.dataset.key}"` };
  const fields = told(form);
  const bare = method === "DELETE";
  const query = bare && Object.keys(fields).length ? `?${new URLSearchParams(fields)}` : "";
  const body = bare ? undefined : JSON.stringify(fields);
  const answer = await fetch(form.dataset.api + query, { method, headers, body });
  delete form.dataset.key;
  const found = await answer.json().catch(() => ({ detail: `the server answered ${answer.status}` }));
  if (!answer.ok) throw new Error(words(found));
  return found;
}

async function submitted(event) {
  const form = event.target.closest("form[data-api]");
  if (!form) return;
  event.preventDefault();
  const button = form.querySelector("button[type=submit]");
  // Not disabled: that would take the focus from whoever pressed it.
  if (button.getAttribute("aria-disabled")) return;
  button.setAttribute("aria-disabled", "true");
  say(form, "Asking…");
  try {
    const found = await asked(form);
    const shown = form.dataset.show ? String(found[form.dataset.show]) : found.standing || "done";
    say(form, `${form.dataset.said || "Asked"}: ${shown}`);
    if (form.dataset.then) location.assign(form.dataset.then);
    if (form.dataset.goes) location.assign(form.dataset.goes + encodeURIComponent(shown));
  } catch (error) {
    say(form, error.message, true);
  }
  button.removeAttribute("aria-disabled");
}

function walked(event) {
  const table = event.target.closest("table[data-rows]");
  const step = { ArrowDown: 1, ArrowUp: -1, Home: -Infinity, End: Infinity }[event.key];
  if (!table || step === undefined || event.altKey || event.ctrlKey || event.metaKey) return;
  const links = Array.from(table.querySelectorAll("tbody tr")).map((row) => row.querySelector("a[href]")).filter(Boolean);
  const here = links.findIndex((link) => link.closest("tr").contains(event.target));
  if (here < 0) return;
  event.preventDefault();
  links[Math.min(Math.max(here + step, 0), links.length - 1)].focus();
}

// Buttons that nothing would answer are off; those that came with news are switched on as well.
function ready() {
  for (const button of document.querySelectorAll("form[data-api] button[disabled]")) button.disabled = false;
}

document.addEventListener("submit", submitted);
document.addEventListener("htmx:afterSwap", ready);
document.addEventListener("keydown", walked);
ready();
