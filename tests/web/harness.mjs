// A real server on a free port with a store of its own, and a real browser in front of it.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { after, before } from 'node:test';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';

export const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');
export const build = resolve(root, process.env.CAIRN_BUILD ?? 'build');

/** Documents in both languages whose answers the tests know. */
export const documents = [
  {
    external_id: 'guides/pump.md',
    title: 'Pump guide',
    text: '# Pump guide\n\n## Filter\n\nThe filter is cleaned every month with warm water. 🙂 A new filter costs 12 euros.\n\n## Warranty\n\nThe warranty lasts three years from the day of purchase.\n',
  },
  {
    external_id: '手冊/保固.md',
    title: '保固說明',
    text: '# 保固說明\n\n## 期限\n\n本產品的保固期限為三年，自購買日起算。\n\n## 維修\n\n送修後會在七個工作天內完成檢測並回覆報價。\n',
  },
];

/** Servers that no test has stopped go with the tests. */
const running = new Set();
process.on('exit', () => running.forEach((server) => server.kill('SIGKILL')));

export class Server {
  /** Starts `cairn serve`; the store goes away with stop(). `options.folder`: a store that stays. */
  static async start(options = {}) {
    const server = new Server();
    server.folder = options.folder ?? mkdtempSync(join(tmpdir(), 'cairn-web-'));
    server.keep = options.folder !== undefined;
    await server.run(options.listen ?? '127.0.0.1:0', options.environment);
    return server;
  }

  async run(listen, environment = {}) {
    const program = join(build, 'cairn');
    if (!existsSync(program)) throw new Error(`there is no ${program}: make build first`);
    this.lines = [];
    this.environment = environment;
    // What a developer's shell says to their own servers is not for this one.
    const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith('CAIRN_'));
    this.process = spawn(program, ['serve', '--data', this.folder, '--listen', listen], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...Object.fromEntries(inherited), ...environment },
    });
    running.add(this.process);
    this.process.once('exit', () => running.delete(this.process));
    this.errors = '';
    this.process.stderr.on('data', (data) => (this.errors = (this.errors + data).slice(-4000)));
    const ready = await new Promise((done, fail) => {
      createInterface({ input: this.process.stdout }).on('line', (line) => {
        this.lines.push(line);
        if (line.startsWith('Cairn is ready: ')) done(line.slice('Cairn is ready: '.length));
      });
      this.process.once('exit', (status) => fail(new Error(`cairn serve ended with ${status}: ${this.errors}`)));
    });
    this.url = ready.replace('0.0.0.0', '127.0.0.1');
    this.port = Number(new URL(this.url).port);
  }

  /** As after a crash or an update: the same port, the same store. */
  async restart() {
    await this.end();
    await this.run(`127.0.0.1:${this.port}`, this.environment);
  }

  async end(signal = 'SIGTERM') {
    if (this.process.exitCode !== null || this.process.signalCode !== null) return;
    const ended = once(this.process, 'exit');
    this.process.kill(signal);
    await ended;
  }

  async stop() {
    await this.end();
    if (!this.keep) rmSync(this.folder, { recursive: true, force: true });
  }

  async request(method, path, body, headers = {}) {
    const response = await fetch(this.url + path, {
      method,
      headers: { ...(body === undefined ? {} : { 'Content-Type': 'application/json' }), ...headers },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return text ? JSON.parse(text) : undefined;
  }

  /** Makes a collection with documents that are indexed when this returns. */
  async fill(collection = 'manuals', entries = documents) {
    await this.request('POST', '/v1/collections', { name: collection });
    return this.request('POST', `/v1/collections/${encodeURIComponent(collection)}/documents?wait=true`, { documents: entries });
  }
}

/** A browser and a server for all tests of a file. `entries`: what the server holds; none: nothing. `prepare`: what else is done to it. */
export function setUp({ entries = documents, prepare, ...options } = {}) {
  const its = {};
  before(async () => {
    [its.browser, its.server] = await Promise.all([launch(), Server.start(options)]);
    if (entries) await its.server.fill('manuals', entries);
    await prepare?.(its.server);
  });
  after(async () => {
    await its.browser?.close();
    await its.server?.stop();
  });
  its.open = (path, look) => open(its.browser, its.server, path, look);
  return its;
}

export function launch() {
  const executablePath = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(existsSync);
  if (!executablePath) throw new Error('there is no Chromium: scripts/setup web-test installs it');
  return chromium.launch({ executablePath, args: ['--no-sandbox'] });
}

/** A page whose errors, and whatever the content policy refuses, fail the test that asks `page.troubles`. */
export async function open(browser, server, path = '/', options = {}) {
  const { language = 'en', theme = 'light', width = 1280, height = 800, context: shared, before: prepare, ...rest } = options;
  const context =
    shared ??
    (await browser.newContext({
      viewport: { width, height },
      colorScheme: theme,
      locale: language === 'en' ? 'en-US' : 'zh-TW',
      ...rest,
    }));
  const page = await context.newPage();
  page.setDefaultTimeout(90_000); // A busy machine is no failure.
  page.troubles = [];
  page.on('pageerror', (error) => page.troubles.push(String(error)));
  page.on('console', (message) => {
    if (message.type() === 'error' && !message.text().startsWith('Failed to load resource')) page.troubles.push(message.text());
  });
  await prepare?.(page);
  await page.goto(server.url + path);
  return page;
}
