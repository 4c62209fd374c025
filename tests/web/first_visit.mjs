// first_visit.mjs [VISITS] [--timeline] : opens the page anew, with nothing in the browser's cache, and prints how long that takes until
// something is seen and until a question can be typed. scripts/bench-web calls it.
import { launch, Server } from './harness.mjs';

const visits = Number(process.argv.slice(2).find((argument) => /^\d+$/.test(argument)) ?? 15);

/** Notes when the question field is there and the page answers to what is done with it. */
function watch() {
  let longTasks = 0;
  new PerformanceObserver((list) => list.getEntries().forEach((entry) => (longTasks += entry.duration))).observe({ type: 'longtask', buffered: true });
  const look = () => {
    if (!document.querySelector('textarea[data-main-field]')) return requestAnimationFrame(look);
    const channel = new MessageChannel(); // After what the page still had to do.
    channel.port1.onmessage = () => {
      window.interactiveAt = performance.now();
      window.longTasks = longTasks;
    };
    channel.port2.postMessage(null);
  };
  requestAnimationFrame(look);
}

async function visit(browser, server) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  await context.addInitScript(watch);
  const page = await context.newPage();
  await page.goto(server.url);
  await page.waitForFunction(() => window.interactiveAt !== undefined && performance.getEntriesByName('first-contentful-paint').length > 0);
  const figures = await page.evaluate(() => {
    const files = performance.getEntriesByType('resource');
    return {
      seen_ms: performance.getEntriesByName('first-contentful-paint')[0].startTime,
      interactive_ms: window.interactiveAt,
      long_tasks_ms: window.longTasks,
      requests: files.filter((file) => file.startTime < window.interactiveAt).length + 1,
      transferred_kb: files.filter((file) => file.startTime < window.interactiveAt).reduce((sum, file) => sum + file.transferSize, 0) / 1000,
      timeline: files.map((file) => `${file.startTime.toFixed(0).padStart(5)} – ${file.responseEnd.toFixed(0).padStart(5)} ms  ${new URL(file.name).pathname}`),
    };
  });
  await context.close();
  return figures;
}

const at = (values, share) => values.sort((a, b) => a - b)[Math.min(values.length - 1, Math.floor(share * values.length))];

const [browser, server] = await Promise.all([launch(), Server.start()]);
try {
  await server.fill();
  await visit(browser, server); // The browser itself has to wake up.
  const figures = [];
  for (let i = 0; i < visits; ++i) figures.push(await visit(browser, server));
  for (const name of ['seen_ms', 'interactive_ms', 'long_tasks_ms', 'requests', 'transferred_kb']) {
    const values = figures.map((one) => one[name]);
    console.log(`${name.padEnd(15)} median ${at(values, 0.5).toFixed(0).padStart(5)}   95 % ${at(values, 0.95).toFixed(0).padStart(5)}   most ${at(values, 1).toFixed(0).padStart(5)}`);
  }
  if (process.argv.includes('--timeline')) console.log(figures.at(-1).timeline.join('\n'));
} finally {
  await browser.close();
  await server.stop();
}
