// Make an index, put vectors in, search, and delete it all again. Reads LANESHIFT_URL and LANESHIFT_API_KEY.
// The official client knows no indexes, so this asks with fetch.
const NAME = `colours-${process.pid}-js`;
const COLOURS = [
  { id: "red", values: [1, 0, 0], metadata: { kind: "warm", rank: 1 } },
  { id: "orange", values: [1, 0.5, 0], metadata: { kind: "warm", rank: 2 } },
  { id: "blue", values: [0, 0, 1], metadata: { kind: "cold", rank: 3 } },
];

class Refused extends Error {
  constructor(status, told) {
    super(`${status} ${told.code}: ${told.message}`);
    this.status = status;
  }
}

function asking(url, key) {
  const headers = { Authorization: `Bearer ${key}`, "Content-Type": "application/json" };
  return async (method, path, body) => {
    const answer = await fetch(`${url}/v1/indexes${path}`, { method, headers, body: body && JSON.stringify(body) });
    const told = await answer.json();
    if (!answer.ok) throw new Refused(answer.status, told.error);
    return told;
  };
}

async function refused(asked) {
  try {
    await asked;
  } catch (error) {
    if (error instanceof Refused) return error.status;
    throw error;
  }
  return "not at all";
}

async function walk(ask) {
  const found = async (more) => {
    const told = await ask("POST", `/${NAME}/search`, { vector: [1, 0.1, 0], k: 2, ...more });
    return told.data.map((hit) => hit.id).join(" ");
  };
  const made = await ask("POST", "", { name: NAME, metric: "cosine", dimension: 3 });
  console.log(`created: ${made.metric}, ${made.dimension} dimensions, ${made.count} vectors`);
  const put = await ask("POST", `/${NAME}/vectors`, { vectors: COLOURS });
  console.log(`upserted: ${put.inserted} new, ${put.updated} updated`);
  console.log(`nearest: ${await found({})}`);
  console.log(`nearest that is cold: ${await found({ filter: { kind: "cold" } })}`);
  await ask("DELETE", `/${NAME}/vectors/red`);
  console.log(`nearest without red: ${await found({})}`);
  const short = await refused(ask("POST", `/${NAME}/search`, { vector: [1, 0] }));
  console.log(`a vector of two numbers is refused: ${short}`);
  await ask("DELETE", `/${NAME}`);
  console.log(`deleted: ${await refused(ask("GET", `/${NAME}`))}`);
}

async function main() {
  const key = process.env.LANESHIFT_API_KEY;
  if (!key) {
    console.error("set LANESHIFT_API_KEY; `laneshift access keys create` makes one");
    return 2;
  }
  const url = process.env.LANESHIFT_URL ?? "http://127.0.0.1:8321";
  try {
    await walk(asking(url, key));
  } catch (error) {
    console.error(`it does not work: ${error.cause?.message ?? error.message}`);
    return 1;
  }
  return 0;
}

process.exitCode = await main();
