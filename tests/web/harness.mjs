// A real server on a free port with a store of its own, and a real browser in front of it.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { after, afterEach, before } from 'node:test';
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
    text: '# 保固說明\n\n## 期限\n\n本產品的保固期限為三年，自購買日起算。\n\n## 濾網\n\n濾網每月以溫水清洗一次。🙂 新濾網售價為十二歐元。\n\n## 維修\n\n送修後會在七個工作天內完成檢測並回覆報價。\n',
  },
];

/** What they answer, in the words of each language. */
export const facts = {
  en: {
    title: 'Pump guide',
    warranty: 'How long does the warranty last?',
    years: 'The warranty lasts three years',
    price: 'What does a new filter cost?',
    euros: '12 euros',
    cleaning: 'How often is the filter cleaned?',
    cleaned: 'The filter is cleaned every month with warm water',
    chess: 'Who won the chess championship in 1972?',
  },
  zh: {
    title: '保固說明',
    warranty: '保固期限多長？',
    years: '本產品的保固期限為三年',
    price: '新濾網售價多少？',
    euros: '十二歐元',
    cleaning: '濾網多久清洗一次？',
    cleaned: '濾網每月以溫水清洗一次',
    chess: '一九七二年的西洋棋冠軍是誰？',
  },
};

/** Milliseconds after which something is taken not to come: a busy machine is no failure. */
const patience = Number(process.env.CAIRN_PATIENCE ?? 180) * 1000;

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
  // A page that is not looked at any more would go on asking its server for news.
  afterEach(() => Promise.all(its.browser.contexts().map((context) => context.close())));
  after(async () => {
    await its.browser?.close();
    await its.server?.stop();
  });
  its.open = (path, look) => open(its.browser, its.server, path, look);
  return its;
}

/** The document that stands beside a page, or over it where it is narrow. */
export const beside = (page) => page.locator('[role=complementary], dialog[open]').filter({ has: page.getByRole('tab') });

/** Hovers over something until its tooltip is there: on a busy machine the page may still move below the pointer. */
export async function hovered(locator) {
  const page = locator.page();
  for (let tried = 1; ; ++tried) {
    await locator.hover();
    try {
      return await page.getByRole('tooltip').waitFor({ timeout: patience / 10 });
    } catch (late) {
      if (tried === 10) throw late;
      await page.mouse.move(0, 0);
    }
  }
}

export function launch() {
  const executablePath = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(existsSync);
  if (!executablePath) throw new Error('there is no Chromium: scripts/setup web-test installs it');
  return chromium.launch({ executablePath, args: ['--no-sandbox'], timeout: patience });
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
  page.setDefaultTimeout(patience);
  page.troubles = [];
  page.on('pageerror', (error) => page.troubles.push(String(error)));
  page.on('console', (message) => {
    if (message.type() === 'error' && !message.text().startsWith('Failed to load resource')) page.troubles.push(message.text());
  });
  await prepare?.(page);
  await page.goto(server.url + path);
  return page;
}
