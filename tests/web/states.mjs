// Every state that a page can be in: where it is, what leads to it, and what shows that it is there. Tests look at all of them.
import { hovered, open, Server } from './harness.mjs';

const chinese = [
  {
    external_id: '手冊/保固.md',
    title: '保固說明',
    text: '# 保固說明\n\n## 期限\n\n本產品的保固期限為三年，自購買日起算。\n\n## 濾網\n\n濾網每月以溫水清洗一次。新濾網售價為十二歐元。\n',
    metadata: { 年度: 2026, 類別: '手冊' },
  },
  { external_id: '手冊/維修.md', title: '維修', text: '# 維修\n\n送修後會在七個工作天內完成檢測並回覆報價。\n', metadata: { 年度: 2025, 類別: '手冊' }, acl: ['group:維修'] },
];
const english = [
  {
    external_id: 'guides/pump.md',
    title: 'Pump guide',
    text: '# Pump guide\n\n## Filter\n\nThe filter is cleaned every month with warm water. A new filter costs 12 euros.\n\n## Warranty\n\nThe warranty lasts three years from the day of purchase.\n',
    metadata: { year: 2026, kind: 'guide' },
  },
  { external_id: 'guides/repair.md', title: 'Repair', text: '# Repair\n\nYou get an offer within seven working days.\n', metadata: { year: 2025, kind: 'guide' }, acl: ['group:repair'] },
];

const words = {
  en: { warranty: 'How long does the warranty last?', chess: 'Who won the chess championship in 1972?', filter: 'filter', collection: 'manuals', entries: english },
  zh: { warranty: '保固期限多長？', chess: '一九七二年的西洋棋冠軍是誰？', filter: '濾網', collection: '手冊', entries: chinese },
};

/** One server for each situation: with documents in this language, with nothing, and with an account. */
export async function startServers(language) {
  const { collection, entries } = words[language];
  const [filled, empty, closed, fresh] = await Promise.all([Server.start(), Server.start(), Server.start(), Server.start({ listen: '0.0.0.0:0' })]);
  await filled.fill(collection, entries);
  await filled.request('POST', '/v1/collections', { name: language === 'en' ? 'plans' : '維修紀錄' });
  const broken = new FormData();
  broken.append('file', new Blob(['%PDF-1.7 and no more']), language === 'en' ? 'broken.pdf' : '損毀.pdf');
  await fetch(`${filled.url}/v1/collections/${encodeURIComponent(collection)}/documents?wait=true`, { method: 'POST', body: broken });
  await closed.request('POST', '/v1/users', { name: 'ada', password: 'correct horse battery', scopes: ['admin'] });
  const setup = new URL(fresh.lines.find((line) => line.includes('#setup=')).trim());
  return {
    filled,
    empty,
    closed,
    fresh: Object.assign(fresh, { setupPath: `/${setup.hash}` }),
    stop: () => Promise.all([filled, empty, closed, fresh].map((server) => server.stop())),
  };
}

const ask = async (page, question) => {
  await page.getByRole('textbox').fill(question);
  await page.keyboard.press('Enter');
};
const row = (page, n) => page.getByRole('row').nth(n);
const beside = (page) => page.locator('[role=complementary], dialog[open]').last();
const openDocument = async (page, name) => {
  await page.getByRole('table').getByText(name).first().waitFor();
  await page.getByRole('row').filter({ hasText: name }).getByRole('button').click();
  await beside(page).locator('dl').first().waitFor();
};
const press = (page, english, chinese) => page.getByRole('button', { name: new RegExp(`^(${english}|${chinese})$`) }).first().click();
/** The page is there, and says that it waits. */
const loading = async (page) => {
  await page.getByRole('heading', { level: 1 }).waitFor();
  await page.getByRole('status').filter({ hasText: /^(Loading|載入中)$/ }).first().waitFor();
};
const silence = (page, pattern) => page.route(pattern, () => {}); // The reply never comes.
const refuse = (page, pattern, problem) =>
  page.route(pattern, (route) =>
    route.fulfill({ status: problem.status, contentType: 'application/problem+json', body: JSON.stringify({ title: '', request_id: '5f1c0d7e9a2b4c38', ...problem }) }),
  );
const busy = { type: 'unavailable', status: 503, detail: 'The server is stopping; try again in a moment.' };

/** `before`: what is done before the page is opened. `reach`: what leads to the state once it is. */
export const states = {
  'ask, empty': { reach: (page) => page.getByRole('textbox').waitFor() },
  'ask, loading': { before: (page) => silence(page, '**/v1/collections?*'), reach: loading },
  'ask, answered, with the document open': {
    reach: async (page, { warranty }) => {
      await ask(page, warranty);
      await page.locator('article ol button').first().click();
      await page.locator('mark').waitFor();
    },
  },
  'ask, a quote': {
    reach: async (page, { warranty }) => {
      await ask(page, warranty);
      await page.locator('article ol').waitFor();
      await hovered(page.locator('article button[aria-pressed]').first());
    },
  },
  'ask, not answered': {
    reach: async (page, { chess }) => {
      await ask(page, chess);
      await page.locator('article a').waitFor();
    },
  },
  'ask, on its way': {
    before: (page) => silence(page, '**/v1/answers'),
    reach: async (page, { warranty }) => {
      await ask(page, warranty);
      await page.getByRole('button', { name: /^(Stop|停止)$/ }).waitFor();
    },
  },
  'ask, failed': {
    before: (page) => refuse(page, '**/v1/answers', { type: 'unavailable', status: 503, detail: 'the model gemma cannot answer: 127.0.0.1 did not begin to answer within 60 s' }),
    reach: async (page, { warranty }) => {
      await ask(page, warranty);
      await page.getByRole('alert').waitFor();
    },
  },
  'ask, the history': {
    reach: async (page, { warranty }) => {
      await ask(page, warranty);
      await page.locator('article ol').waitFor();
      await press(page, 'History', '提問紀錄');
      await page.getByRole('dialog').getByRole('listitem').first().waitFor();
    },
  },
  'ask, where to look': {
    reach: async (page) => {
      await page.getByRole('button', { name: /^(Where to look|查找範圍)/ }).click();
      await page.getByRole('menu').waitFor();
    },
  },
  offline: {
    reach: async (page) => {
      await page.getByRole('textbox').waitFor();
      await page.context().setOffline(true);
      await page.getByRole('status').filter({ hasText: /offline|離線/ }).waitFor();
    },
  },
  'first start': { on: 'empty', reach: (page) => page.locator('ol > li').nth(2).waitFor() },
  'documents, none': { on: 'empty', path: '/documents', reach: (page) => page.getByRole('main').getByRole('button').first().waitFor() },
  'documents, a new collection': {
    on: 'empty',
    path: '/documents',
    reach: async (page) => {
      await page.getByRole('main').getByRole('button').first().click();
      await page.getByRole('dialog').getByRole('textbox').first().waitFor();
    },
  },
  'documents, listed': { path: '/documents', reach: (page) => row(page, 2).waitFor() },
  'documents, an empty collection': {
    path: ({ language }) => `/documents?collection=${language === 'en' ? 'plans' : encodeURIComponent('維修紀錄')}`,
    reach: (page) => page.getByRole('main').getByRole('heading', { level: 2 }).waitFor(),
  },
  'documents, nothing fits': { path: '/documents?q=zyzzyva', reach: (page) => page.getByRole('main').getByRole('heading', { level: 2 }).waitFor() },
  'documents, refused': { path: '/documents', before: (page) => refuse(page, '**/documents?*', { type: 'corrupt', status: 500, detail: 'segment 7 is damaged' }), reach: (page) => page.getByRole('alert').waitFor() },
  'documents, being added': {
    path: '/documents',
    reach: async (page) => {
      await row(page, 1).waitFor();
      await page.route('**/v1/collections/*/documents', (route) => (route.request().method() === 'POST' ? undefined : route.continue()));
      await page.locator('input[type=file]').first().setInputFiles([1, 2].map((n) => ({ name: `${n}.md`, mimeType: 'text/markdown', buffer: Buffer.from(`${n}`) })));
      await page.getByRole('progressbar').first().waitFor();
    },
  },
  'documents, one open': { path: '/documents', reach: (page, { entries }) => openDocument(page, entries[1].title) },
  'documents, a failed one': { path: '/documents?status=failed', reach: (page) => openDocument(page, '.pdf') },
  'documents, one edited': {
    path: '/documents',
    reach: async (page, { entries }) => {
      await openDocument(page, entries[1].title);
      await press(page, 'Edit', '編輯');
      await page.getByRole('dialog').last().getByRole('textbox').first().waitFor();
    },
  },
  'documents, one deleted': {
    path: '/documents',
    reach: async (page, { entries }) => {
      await openDocument(page, entries[1].title);
      await press(page, 'Delete', '刪除');
      await page.getByRole('dialog').last().getByRole('button', { name: /^(Cancel|取消)$/ }).waitFor();
    },
  },
  'documents, chunks': {
    path: '/documents',
    reach: async (page, { entries }) => {
      await openDocument(page, entries[0].title);
      await page.getByRole('tab', { name: /^(Chunks|段落)$/ }).click();
      await beside(page).getByText(/^(Chunk|段落) 1/).waitFor();
    },
  },
  'search, asked for nothing': { path: '/search', reach: (page) => page.getByRole('main').getByRole('heading', { level: 2 }).waitFor() },
  'search, explained': {
    path: ({ filter }) => `/search?q=${encodeURIComponent(filter)}&explain=1`,
    reach: (page) => page.getByRole('article').first().getByRole('table').first().waitFor(),
  },
  'search, with the document open': {
    path: ({ filter }) => `/search?q=${encodeURIComponent(filter)}`,
    reach: async (page) => {
      await page.locator('article h2 button').first().click();
      await page.locator('[role=complementary] mark, dialog mark').first().waitFor();
    },
  },
  'search, nothing found': { path: '/search?q=zyzzyva&mode=lexical', reach: (page) => page.getByRole('main').getByRole('heading', { level: 2 }).waitFor() },
  'search, nothing there': { on: 'empty', path: '/search', reach: (page) => page.getByRole('main').getByRole('link').first().waitFor() },
  'search, refused': { path: '/search?q=a', before: (page) => refuse(page, '**/v1/search', { type: 'limited', status: 429, detail: 'this key may make 3 requests a minute: try again after the time in Retry-After' }), reach: (page) => page.getByRole('alert').waitFor() },
  'search, loading': { path: '/search?q=a', before: (page) => silence(page, '**/v1/search'), reach: loading },
  'tasks, with the chart': {
    path: '/tasks',
    reach: async (page) => {
      await row(page, 1).waitFor();
      await page.locator('section button[aria-expanded]').first().click();
      await page.locator('.recharts-surface').first().waitFor();
    },
  },
  'tasks, none': { on: 'empty', path: '/tasks', reach: (page) => page.getByRole('main').getByText(/^(No tasks yet|還沒有工作)$/).waitFor() },
  'tasks, one open': {
    path: '/tasks?type=ingest',
    reach: async (page) => {
      await row(page, 1).getByRole('link').click();
      await page.getByRole('dialog').locator('dl').waitFor();
    },
  },
  'tasks, asking': {
    path: '/tasks',
    reach: async (page) => {
      await page.getByRole('main').getByRole('button', { name: /^(Ask in the background|在背景提問)$/ }).click();
      await page.getByRole('dialog').getByRole('textbox').waitFor();
    },
  },
  'tasks, refused': { path: '/tasks', before: (page) => refuse(page, '**/v1/tasks?*', busy), reach: (page) => page.getByRole('alert').first().waitFor() },
  'system, overview': { path: '/system/overview', reach: (page) => page.getByText(/(per second|^每秒 .*)$/).first().waitFor() },
  'system, several nodes': {
    path: '/system/overview',
    before: (page) =>
      page.route('**/v1/cluster/nodes', async (route) => {
        const response = await route.fetch();
        const { items, ...rest } = await response.json();
        const others = ['suspect', 'draining'].map((state, i) => ({ ...items[0], id: `node-${i + 2}`, state, address: `http://10.0.0.${i + 2}:8080` }));
        await route.fulfill({ response, json: { ...rest, items: [...items, ...others] } });
      }),
    reach: (page) => page.getByRole('article', { name: 'node-3' }).waitFor(),
  },
  'system, the number of nodes': {
    path: '/system/overview',
    before: (page) =>
      page.route('**/v1/autoscaling', (route) => {
        const decision = { at: '2026-11-22T02:35:32.960Z', nodes_before: 2, nodes: 3, figure: 12, limit: 5, subject: 'node-2', reason: 'the machine refuses another process' };
        const decisions = ['queue', 'cpu', 'searches', 'calm', 'bounds', 'asked', 'lost', 'trouble'].map((cause, i) => ({ ...decision, cause, nodes: i }));
        return route.fulfill({ json: { enabled: true, nodes: 2, wanted: 3, minimum: 1, maximum: 4, provider: 'process', leader: 'node-1', cause: 'queue', reason: '', decisions } });
      }),
    reach: (page) => page.getByRole('row').filter({ hasText: 'node-2' }).first().waitFor(),
  },
  'system, collections': { path: '/system/collections', reach: (page) => row(page, 1).waitFor() },
  'system, models': { path: '/system/models', reach: (page) => row(page, 1).waitFor() },
  'system, no keys': { path: '/system/keys', reach: (page) => page.getByText(/^(No keys yet|還沒有金鑰)$/).waitFor() },
  'system, a new key': {
    path: '/system/keys',
    reach: async (page) => {
      await press(page, 'New key', '新增金鑰');
      await page.getByRole('dialog').getByRole('textbox').first().waitFor();
    },
  },
  'system, a new user': {
    path: '/system/users',
    reach: async (page) => {
      await press(page, 'New user', '新增使用者');
      await page.getByRole('dialog').getByRole('textbox').first().waitFor();
    },
  },
  'system, the audit log': { path: '/system/audit', reach: (page) => row(page, 1).waitFor() },
  'system, refused': { path: '/system/overview', before: (page) => refuse(page, '**/metrics', busy), reach: (page) => page.getByRole('alert').first().waitFor() },
  'a menu': {
    reach: async (page) => {
      await page.getByRole('heading', { level: 1 }).waitFor();
      await page.getByRole('button', { name: /^(Language, theme|語言)/ }).click();
      await page.getByRole('menu').waitFor();
    },
  },
  'keyboard shortcuts': {
    path: '/documents',
    reach: async (page) => {
      await row(page, 2).waitFor();
      await page.keyboard.press('?');
      await page.getByRole('dialog').waitFor();
    },
  },
  'no such page': { path: '/nowhere', reach: (page) => page.getByRole('heading', { level: 1 }).waitFor() },
  'a page that breaks': {
    path: '/system/models',
    before: (page) => page.route('**/v1/models', (route) => route.fulfill({ contentType: 'application/json', body: '{"data":[null]}' })),
    reach: (page) => page.getByRole('alert').waitFor(),
    breaks: true,
  },
  'signing in': { on: 'closed', reach: (page) => page.getByRole('tab').first().waitFor() },
  'signing in, refused': {
    on: 'closed',
    reach: async (page) => {
      await page.getByRole('textbox').first().fill('ada');
      await page.locator('input[type=password]').fill('wrong password');
      await page.keyboard.press('Enter');
      await page.getByRole('alert').waitFor();
    },
  },
  'the administrator': { on: 'fresh', path: ({ servers }) => servers.fresh.setupPath, reach: (page) => page.getByRole('textbox').first().waitFor() },
};

/** A page in a state; `look` as for open(). */
export async function reach(name, browser, servers, look) {
  const { on = 'filled', path = '/', before, reach: lead } = states[name];
  const known = { ...words[look.language], language: look.language, servers };
  // Without motion, colours are at once what they will be.
  const page = await open(browser, servers[on], typeof path === 'function' ? path(known) : path, { ...look, before, reducedMotion: 'reduce' });
  await lead(page, known);
  return page;
}
