// A language model behind an OpenAI-compatible endpoint that says what a test has written for it, when the test wants it said.
import { once } from 'node:events';
import { createServer } from 'node:http';

export class Endpoint {
  #replies = [];
  #waiting = [];

  static async start() {
    const endpoint = new Endpoint();
    endpoint.server = createServer((request, response) => void endpoint.#serve(request, response));
    endpoint.server.listen(0, '127.0.0.1');
    await once(endpoint.server, 'listening');
    return endpoint;
  }

  /** What makes a server of Cairn offer it as the generator `name`. */
  environment(name) {
    const upper = name.toUpperCase();
    return {
      CAIRN_ANSWERS_GENERATORS: name,
      [`CAIRN_GENERATORS_${upper}_KIND`]: 'openai',
      [`CAIRN_GENERATORS_${upper}_BASE_URL`]: `http://127.0.0.1:${this.server.address().port}/v1`,
      [`CAIRN_GENERATORS_${upper}_MODEL`]: name,
      [`CAIRN_GENERATORS_${upper}_ALLOW_PRIVATE`]: 'true',
    };
  }

  /** The next reply: pieces of text, or promises that hold the rest back. Resolves to the request once it is asked for. */
  reply(...pieces) {
    return new Promise((asked) => {
      this.#replies.push({ pieces, asked });
      this.#waiting.shift()?.();
    });
  }

  async stop() {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }

  async #serve(request, response) {
    let body = '';
    for await (const part of request.setEncoding('utf8')) body += part;
    if (this.#replies.length === 0) await new Promise((done) => this.#waiting.push(done));
    const { pieces, asked } = this.#replies.shift();
    asked(JSON.parse(body));
    response.writeHead(200, { 'Content-Type': 'text/event-stream' });
    const say = (delta, finish = null) => response.write(`data: ${JSON.stringify({ choices: [{ index: 0, delta, finish_reason: finish }] })}\n\n`);
    for (const piece of pieces) {
      const content = await piece;
      if (content) say({ content });
    }
    say({}, 'stop');
    response.end('data: [DONE]\n\n');
  }
}

/** A promise with what ends it: for what should wait until a test says so. */
export function gate() {
  let open;
  const promise = new Promise((done) => (open = done));
  return Object.assign(promise, { open: () => open('') });
}
