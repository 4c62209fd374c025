// OpenAI's client for Node.
import OpenAI from 'openai';

const apiKey = process.env.CAIRN_KEY || 'none';
const baseURL = `${process.env.CAIRN_ADDRESS.replace(/\/$/, '')}/v1`;
const client = new OpenAI({ baseURL, apiKey, maxRetries: 0 });
const model = 'bge-small-en-v1.5';
const messages = [{ role: 'user', content: 'How often must the pump be serviced?' }];

async function raised(call) {
  try {
    await call();
  } catch (error) {
    return { type: error.constructor.name, status: error.status, code: error.code, param: error.param };
  }
  return null;
}

async function streamed() {
  const seen = { content: '', annotations: [], finish: [], usage: null };
  const stream = await client.chat.completions.create({ model: 'cairn', messages, stream: true, stream_options: { include_usage: true } });
  for await (const chunk of stream) {
    for (const choice of chunk.choices) {
      seen.content += choice.delta.content ?? '';
      seen.annotations.push(...(choice.delta.annotations ?? []));
      if (choice.finish_reason) seen.finish.push(choice.finish_reason);
    }
    seen.usage = chunk.usage ?? seen.usage;
  }
  return seen;
}

const models = [];
for await (const one of client.models.list()) models.push(one.id);
const reply = await client.chat.completions.create({ model: 'cairn', messages });
const numbers = await client.embeddings.create({ model, input: ['The pump.'], encoding_format: 'float' });
const bytes = await client.embeddings.create({ model, input: ['The pump.'] });
const helper = await client.chat.completions.stream({ model: 'cairn', messages }).finalContent();
console.log(JSON.stringify({
  models,
  content: reply.choices[0].message.content,
  annotations: reply.choices[0].message.annotations,
  streamed: await streamed(),
  helper,
  same: numbers.data[0].embedding.every((x, i) => Math.abs(x - bytes.data[0].embedding[i]) < 1e-6),
  dimensions: numbers.data[0].embedding.length,
  refused: {
    key: await raised(() => new OpenAI({ baseURL, apiKey: 'cairn_wrong', maxRetries: 0 }).models.list()),
    model: await raised(() => client.chat.completions.create({ model: 'gpt-4o', messages })),
    two: await raised(() => client.chat.completions.create({ model: 'cairn', messages, n: 2 })),
  },
}));
