// Dream of landing four modules: nothing is done, and the same seed gives the same. Reads LANESHIFT_URL and _API_KEY.
// The official client knows no dreams, so this asks with fetch.
const ENDED = ["completed", "failed", "cancelled"];
const WISH = {
  scenario: [
    { module: "labs.money", src: "labs/money.py", dst: "core/money.py" },
    { module: "labs.pricing", src: "labs/pricing.py", dst: "core/pricing.py" },
    { module: "labs.invoice", src: "labs/invoice.py", dst: "core/billing/invoice.py" },
    { module: "labs.reminders", src: "labs/reminders.py", dst: "serve/reminders.py" },
  ],
  num_paths: 3,
  depth: 2,
  seed: 7,
  constraints: { first: ["labs.money"] },
};
const WRONG = { scenario: "what if pricing moved to core?" };

class Refused extends Error {
  constructor(status, told) {
    super(`${status} ${told.code}: ${told.message}`);
    Object.assign(this, { status, code: told.code, faults: told.faults });
  }
}

async function ask(url, key, path, body) {
  const headers = { Authorization: `Bearer ${key}`, "Content-Type": "application/json" };
  const method = body ? "POST" : "GET";
  const answer = await fetch(`${url}/v1${path}`, { method, headers, body: body && JSON.stringify(body) });
  const told = await answer.json();
  if (!answer.ok) throw new Refused(answer.status, told.error);
  return told;
}

async function dreamt(url, key) {
  let told = await ask(url, key, "/dreams", WISH);
  while (!ENDED.includes(told.status)) {
    await new Promise((wake) => setTimeout(wake, 100));
    told = await ask(url, key, `/dreams/${told.id}`);
  }
  return told;
}

function show({ status, result }) {
  console.log(`the dream is ${status}: ${result.paths.length} paths, seed ${result.wish.seed}`);
  for (const { id, outcome } of result.paths) {
    const counts = `${outcome.lands.length} land, ${outcome.stops.length} stop, ${outcome.edits} edits`;
    console.log(`${id}: ${counts}`);
  }
  const best = result.paths.find((path) => path.id === result.best);
  console.log(`best is ${best.id}, which lands ${best.outcome.lands.join(" ")}`);
  for (const [item, why] of best.outcome.stops) console.log(`${item} stops at ${why}`);
}

async function main() {
  const key = process.env.LANESHIFT_API_KEY;
  if (!key) {
    console.error("set LANESHIFT_API_KEY; `laneshift access keys create` makes one");
    return 2;
  }
  const url = process.env.LANESHIFT_URL ?? "http://127.0.0.1:8321";
  try {
    show(await dreamt(url, key));
  } catch (error) {
    console.error(`it does not work: ${error.cause?.message ?? error.message}`);
    return 1;
  }
  try {
    await ask(url, key, "/dreams", WRONG);
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    const [fault] = error.faults;
    console.log(`refused: ${error.status} ${error.code}: ${fault.what} (${fault.cure})`);
  }
  return 0;
}

process.exitCode = await main();
