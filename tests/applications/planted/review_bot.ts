import Anthropic from "@anthropic-ai/sdk";

const client = new Anthropic();

const verdict = {
  name: "give_verdict",
  description: "Give the verdict on a change.",
  input_schema: {
    type: "object" as const,
    properties: { accepted: { type: "boolean" } },
    required: ["accepted"],
  },
};

export async function givesAVerdict(model: string): Promise<void> {
  const message = await client.messages.create({
    model,
    max_tokens: 200,
    tools: [verdict],
    tool_choice: { type: "tool", name: "give_verdict" },
    messages: [{ role: "user", content: "Tell me the capital of Norway." }],
  });
  if (message.stop_reason !== "tool_use") throw new Error("no verdict");
}

export async function streamsAComment(model: string): Promise<void> {
  const stream = client.messages.stream({
    model,
    max_tokens: 200,
    stop_sequences: ["END"],
    messages: [{ role: "user", content: "Repeat exactly: fine fine END never" }],
  });
  const message = await stream.finalMessage();
  if (message.stop_reason !== "stop_sequence") throw new Error("it went on");
}
