// Ask about the repository in one request. Reads LANESHIFT_URL and LANESHIFT_API_KEY.
import OpenAI from "openai";

const QUESTION = "Who imports labs.pricing?";
// A server that has just started still reads the repository, and one that has much to do may run out of its time. It
// says so, and asked again it knows more.
const LATER = ["I am still reading", "time ended"];
const ATTEMPTS = 200;

async function answered(client) {
  let text = "";
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    text = (await client.responses.create({ model: "matriz", input: QUESTION })).output_text;
    if (!LATER.some((words) => text.includes(words))) break;
  }
  return text;
}

async function main() {
  const apiKey = process.env.LANESHIFT_API_KEY;
  if (!apiKey) {
    console.error("set LANESHIFT_API_KEY; `laneshift access keys create` makes one");
    return 2;
  }
  const url = process.env.LANESHIFT_URL ?? "http://127.0.0.1:8321";
  try {
    const client = new OpenAI({ baseURL: `${url}/v1`, apiKey });
    console.log(`${QUESTION}\n\n${await answered(client)}`);
  } catch (error) {
    if (error instanceof OpenAI.APIConnectionError) console.error(`no server answers at ${url}: ${error.message}`);
    else if (error instanceof OpenAI.APIError) console.error(`the server refused it: ${error.message}`);
    else throw error;
    return 1;
  }
  return 0;
}

process.exitCode = await main();
