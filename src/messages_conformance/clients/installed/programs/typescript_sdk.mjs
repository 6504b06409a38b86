// Reads answers with whichever TypeScript SDK is installed; started by `clients.installed.real`.
// See python_sdk.py, which does the same.
import Anthropic from "@anthropic-ai/sdk";
import { createInterface } from "node:readline";

const asked = { model: "any", max_tokens: 64, messages: [{ role: "user", content: "Hello." }] };
const calls = {
  create: (client) => client.messages.create(asked),
  iterate: async (client) => {
    const events = [];
    for await (const event of await client.messages.create({ ...asked, stream: true }))
      events.push(event?.type ?? null);
    return { events };
  },
  stream: (client) => client.messages.stream(asked).finalMessage(),
};

function plain(value) {
  if (value?.events) return value;
  const kind = value === null || typeof value !== "object" ? typeof value : "Message";
  return { kind, value: kind === "Message" ? value : null };
}

function problem(error) {
  const inner = error?.error?.error ?? {};
  return {
    raised: error?.constructor?.name ?? typeof error,
    own: error instanceof Anthropic.APIError,
    said: String(error?.message ?? error).slice(0, 4000),
    type: typeof inner.type === "string" ? inner.type : null,
    message: typeof inner.message === "string" ? inner.message : null,
  };
}

process.on("unhandledRejection", () => {});
for await (const line of createInterface({ input: process.stdin })) {
  const job = JSON.parse(line);
  const baseURL = `${process.argv[2]}/${job.number}`;
  const client = new Anthropic({ apiKey: "any", baseURL, maxRetries: 0, timeout: 20000 });
  const found = await calls[job.call](client).then(plain, problem).catch(problem);
  console.log(JSON.stringify({ ...job, ...found }));
}
