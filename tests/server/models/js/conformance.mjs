// The official client, as it comes, against the server at BASE_URL. Prints what became of each check as JSON.
import assert from "node:assert/strict";
import OpenAI from "openai";

const { BASE_URL, API_KEY, READER_KEY, EMBEDDER } = process.env;
const made = (apiKey) => new OpenAI({ baseURL: BASE_URL, apiKey, maxRetries: 0, timeout: 120_000 });
const client = made(API_KEY);
const ask = [{ role: "user", content: "What is 6 * 7?" }];
const city = [{ role: "user", content: 'What is the weather of "Paris"?' }];
const described = {
  name: "get_weather",
  parameters: { type: "object", properties: { city: { type: "string" } }, required: ["city"] },
};
const tools = [{ type: "function", function: described }];
const all = async (stream) => {
  const found = [];
  for await (const each of stream) found.push(each);
  return found;
};
const fails = async (work, kind, code) => {
  await assert.rejects(work, (error) => {
    assert.ok(error instanceof kind, `${error.constructor.name} is no ${kind.name}: ${error.message}`);
    if (code) assert.equal(error.code, code);
    assert.ok(error.requestID);
    return true;
  });
};

const checks = {
  async models() {
    const names = (await all(client.models.list())).map((model) => model.id);
    assert.ok(names.includes("matriz") && names.includes(EMBEDDER));
    assert.equal((await client.models.retrieve("matriz")).object, "model");
  },
  async "chat, plain and streamed"() {
    const { data, response } = await client.chat.completions.create({ model: "matriz", messages: ask, n: 2 }).withResponse();
    assert.match(data.choices[1].message.content, /42/);
    assert.ok(Number(response.headers.get("x-ratelimit-remaining-requests")) < 200);
    assert.match(response.headers.get("x-ratelimit-reset-tokens"), /^\d+s$/);
    const options = { model: "matriz", messages: ask, stream: true, stream_options: { include_usage: true } };
    const chunks = await all(await client.chat.completions.create(options));
    const text = chunks.map((chunk) => chunk.choices[0]?.delta.content ?? "").join("");
    assert.equal(text, data.choices[0].message.content);
    assert.ok(chunks.at(-1).usage.total_tokens > 0);
  },
  async "a tool goes there and back"() {
    const first = await client.chat.completions.create({ model: "matriz", messages: city, tools, tool_choice: "required" });
    const [call] = first.choices[0].message.tool_calls;
    assert.deepEqual(JSON.parse(call.function.arguments), { city: "Paris" });
    const result = { role: "tool", tool_call_id: call.id, content: "18 degrees" };
    const messages = [...city, first.choices[0].message, result];
    const last = await client.chat.completions.create({ model: "matriz", messages, tools });
    assert.match(last.choices[0].message.content, /18 degrees/);
  },
  async "the helper for tools"() {
    const weather = { ...described, function: () => "18 degrees", parse: JSON.parse };
    const runner = client.chat.completions.runTools({
      model: "matriz",
      messages: city,
      tools: [{ type: "function", function: weather }],
    });
    assert.match(await runner.finalContent(), /18 degrees/);
  },
  async "JSON by a schema"() {
    const schema = { type: "object", properties: { answer: { type: "string" } }, required: ["answer"], additionalProperties: false };
    const response_format = { type: "json_schema", json_schema: { name: "told", schema, strict: true } };
    const told = await client.chat.completions.create({ model: "matriz", messages: ask, response_format });
    assert.match(JSON.parse(told.choices[0].message.content).answer, /42/);
  },
  async embeddings() {
    const usual = await client.embeddings.create({ model: EMBEDDER, input: ["one", "two"], dimensions: 8 });
    const plain = await client.embeddings.create({ model: EMBEDDER, input: ["one", "two"], dimensions: 8, encoding_format: "float" });
    assert.equal(usual.data[1].embedding.length, 8);
    usual.data[1].embedding.forEach((value, at) => assert.ok(Math.abs(value - plain.data[1].embedding[at]) < 1e-5));
  },
  async "responses, plain and streamed"() {
    const first = await client.responses.create({ model: "matriz", input: "What is 6 * 7?" });
    assert.match(first.output_text, /42/);
    const stream = await client.responses.create({ model: "matriz", input: "And 5 + 5?", previous_response_id: first.id, stream: true });
    const events = await all(stream);
    const kinds = events.map((event) => event.type).filter((kind) => kind !== "response.output_text.delta");
    assert.deepEqual(kinds.slice(0, 4), ["response.created", "response.in_progress", "response.output_item.added", "response.content_part.added"]);
    assert.deepEqual(kinds.slice(4), ["response.output_text.done", "response.content_part.done", "response.output_item.done", "response.completed"]);
    const known = events.at(-1).response.id;
    assert.equal((await all(client.responses.inputItems.list(known))).length, 3);
    await client.responses.delete(known);
    await fails(client.responses.retrieve(known), OpenAI.NotFoundError);
  },
  async "the helper for streams"() {
    const stream = client.responses.stream({ model: "matriz", input: "What is 6 * 7?" });
    assert.match((await stream.finalResponse()).output_text, /42/);
  },
  async "a response calls a tool"() {
    const own = [{ type: "function", strict: false, ...described }];
    const first = await client.responses.create({ model: "matriz", input: city, tools: own, tool_choice: "required" });
    const call = first.output.find((item) => item.type === "function_call");
    const output = { type: "function_call_output", call_id: call.call_id, output: "18 degrees" };
    const last = await client.responses.create({ model: "matriz", input: [output], previous_response_id: first.id });
    assert.match(last.output_text, /18 degrees/);
  },
  async "a stream that its reader leaves"() {
    const stream = await client.chat.completions.create({ model: "matriz", messages: ask, stream: true });
    for await (const _ of stream) break;
    assert.ok(stream.controller.signal.aborted);
  },
  async "errors by their class"() {
    const asked = (more, by = client) => by.chat.completions.create({ model: "matriz", messages: ask, ...more });
    await fails(asked({}, made("lsk_wrong")), OpenAI.AuthenticationError, "invalid_api_key");
    await fails(asked({}, made(READER_KEY)), OpenAI.PermissionDeniedError, "insufficient_permissions");
    await fails(asked({ model: "none" }), OpenAI.NotFoundError, "model_not_found");
    await fails(asked({ n: 0 }), OpenAI.BadRequestError, "invalid_value");
    const headers = { "Idempotency-Key": "from-javascript" };
    const create = (n) => client.chat.completions.create({ model: "matriz", messages: ask, n }, { headers });
    assert.equal((await create(1)).id, (await create(1)).id);
    await fails(create(2), OpenAI.UnprocessableEntityError, "idempotency.other-body");
    const spent = async () => {
      for (;;) await asked({ model: "rare" });
    };
    await fails(spent(), OpenAI.RateLimitError, "rate_limit_exceeded");
  },
};

const found = {};
for (const [name, check] of Object.entries(checks)) {
  try {
    await check();
    found[name] = "well";
  } catch (error) {
    found[name] = String(error.stack ?? error);
  }
}
console.log(JSON.stringify(found));
