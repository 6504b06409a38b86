// A streamed call as the page shows it, in TypeScript's SDK.
import Anthropic from "@anthropic-ai/sdk";

const client = new Anthropic({
  apiKey: process.env.ANTHROPIC_API_KEY,
  baseURL: process.env.ANTHROPIC_BASE_URL,
});
const events = await client.messages.create({
  model: process.env.MODEL,
  max_tokens: 1024,
  thinking: { type: "enabled", budget_tokens: 1024 },
  stream: true,
  messages: [{ role: "user", content: [{ type: "text", text: "Who are you?" }] }],
});
for await (const event of events) {
  if (event.type !== "content_block_delta") continue;
  if (event.delta.type === "thinking_delta") process.stdout.write(event.delta.thinking);
  if (event.delta.type === "text_delta") process.stdout.write(event.delta.text);
}
