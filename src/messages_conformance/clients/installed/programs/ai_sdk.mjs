// Reads answers with whichever AI SDK is installed; started by `clients.installed.real`.
// A framework gives an application text and calls, so these are what it is asked for.
import { createAnthropic } from "@ai-sdk/anthropic";
import { generateText, streamText } from "ai";
import { createInterface } from "node:readline";

const called = (each) => ({ name: each.toolName, input: each.input ?? each.args ?? null });
const calls = {
  create: async (asked) => {
    const found = await generateText(asked);
    return { text: found.text, calls: found.toolCalls.map(called) };
  },
  stream: async (asked) => {
    let failed;
    const found = streamText({ ...asked, onError: ({ error }) => (failed = error) });
    let text = "";
    for await (const piece of found.textStream) text += piece;
    if (failed) throw failed;
    return { text, calls: (await found.toolCalls).map(called) };
  },
};

function problem(error) {
  const cause = error?.lastError ?? error;
  return {
    raised: cause?.name ?? typeof cause,
    own: true,
    said: String(cause?.message ?? JSON.stringify(cause)).slice(0, 4000),
  };
}

process.on("unhandledRejection", () => {});
globalThis.AI_SDK_LOG_WARNINGS = false;
for await (const line of createInterface({ input: process.stdin })) {
  const job = JSON.parse(line);
  const provider = createAnthropic({ apiKey: "any", baseURL: `${process.argv[2]}/${job.number}/v1` });
  const asked = { model: provider("any"), maxRetries: 0, prompt: "Hello." };
  asked.abortSignal = AbortSignal.timeout(20000);
  const found = await calls[job.call](asked).catch(problem);
  console.log(JSON.stringify({ ...job, ...found }));
}
