// Have the model call a function of yours, and go on with what it gave. Reads LANESHIFT_URL and LANESHIFT_API_KEY.
import OpenAI from "openai";

const QUESTION = "Who owns labs.pricing?";
// What only you know; in earnest this would be a service.
const OWNERS = { "labs.pricing": "the checkout team", "labs.money": "the ledger team" };
const OWNER_OF = {
  type: "function",
  name: "owner_of",
  description: "The team that owns a module.",
  parameters: {
    type: "object",
    properties: { module: { type: "string" } },
    required: ["module"],
    additionalProperties: false,
  },
  strict: true,
};

function ownerOf(call) {
  const { module } = JSON.parse(call.arguments);
  return `{"module": "${module}", "owner": "${OWNERS[module] ?? "nobody"}"}`;
}

async function talk(client) {
  console.log(QUESTION);
  const first = await client.responses.create({
    model: "matriz",
    input: QUESTION,
    tools: [OWNER_OF],
    tool_choice: { type: "function", name: "owner_of" },
  });
  const calls = first.output.filter((each) => each.type === "function_call");
  for (const call of calls) console.log(`the model calls ${call.name}(${call.arguments})`);
  const last = await client.responses.create({
    model: "matriz",
    previous_response_id: first.id,
    input: calls.map((call) => ({ type: "function_call_output", call_id: call.call_id, output: ownerOf(call) })),
    tools: [OWNER_OF],
  });
  console.log(last.output_text);
}

async function main() {
  const apiKey = process.env.LANESHIFT_API_KEY;
  if (!apiKey) {
    console.error("set LANESHIFT_API_KEY; `laneshift access keys create` makes one");
    return 2;
  }
  const url = process.env.LANESHIFT_URL ?? "http://127.0.0.1:8321";
  try {
    await talk(new OpenAI({ baseURL: `${url}/v1`, apiKey }));
  } catch (error) {
    if (error instanceof OpenAI.APIConnectionError) console.error(`no server answers at ${url}: ${error.message}`);
    else if (error instanceof OpenAI.APIError) console.error(`the server refused it: ${error.message}`);
    else throw error;
    return 1;
  }
  return 0;
}

process.exitCode = await main();
