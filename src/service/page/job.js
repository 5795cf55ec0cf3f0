// One job: its progress while it runs, then its answer.

import { call, follow, getJson } from './api.js';
import { comparison } from './compare.js';
import { covers, element, money, number, painted, percent, plotly, problemList, save } from './dom.js';
import { currentLanguage, text } from './texts.js';
import { whatIf } from './whatif.js';

export async function showJob(content, id, signal) {
  let job = await getJson(`/v1/jobs/${id}`);
  const progress = element('section', { id: 'progress', 'aria-live': 'off' });
  const answer = element('div', { id: 'report' });
  const tools = element('div', { id: 'tools' });
  content.append(element('main', { class: 'strip' }, progress), answer, element('main', { class: 'strip' }, tools));
  const curve = [];
  const notice = document.getElementById('notice');
  const scenario = await getJson(`/v1/jobs/${id}/scenario`);
  const view = progressView(progress, id, scenario, () => showReport(answer, job));
  view(job, seconds(job));
  let told = performance.now();
  // The clock goes on between two pieces of news.
  const clock = setInterval(() => {
    if (signal.aborted || !curve.length || job.state !== 'running') return;
    const now = seconds(job) + (performance.now() - told) / 1000;
    view(job, now);
    draw(view.chart, [...curve, { ...curve.at(-1), time: now }]);
  }, 500);
  try {
    await follow(id, (event, news) => {
      notice.replaceChildren();
      job = news;
      told = performance.now();
      curve.push(point(job));
      view(job, seconds(job));
    }, signal, () => notice.replaceChildren(text('lost')));
  } finally {
    clearInterval(clock);
  }
  if (signal.aborted) return;
  job = await getJson(`/v1/jobs/${id}`);
  view(job, seconds(job));
  const drawCurve = () => draw(view.chart, [...curve, point(job)]);
  if (job.has_plan) {
    await showReport(answer, job);
    await drawCurve();
    showTools(tools, job, scenario);
  } else {
    await drawCurve();
    answer.replaceChildren(element('main', {}, element('section', {},
      element('p', {}, text('no_plan')), job.error ? problemList(job.error) : null)));
  }
  whatIf(tools, job, scenario, answer);
}

// How long a job has run by its latest news; nothing before it began.
const seconds = (job) => (job.started ? (Date.parse(job.finished || job.updated) - Date.parse(job.started)) / 1000 : null);

// Of the curve. The cost of a plan that leaves mandatory orders out is not comparable.
const point = (job) => ({ time: seconds(job) ?? 0, cost: job.unserved ? null : job.cost ?? null, bound: job.lower_bound ?? null });

function progressView(place, id, scenario, look) {
  const currency = covers(scenario) ? '' : scenario.currency;
  const figures = element('dl', { class: 'figures' });
  const chart = element('div', { class: 'chart', id: 'curve' });
  const title = element('h2', {});
  const stop = element('button', {
    type: 'button', id: 'stop',
    onclick: async () => { stop.disabled = true; await call(`/v1/jobs/${id}`, { method: 'DELETE' }); },
  }, text('stop'));
  const best = element('button', { type: 'button', id: 'look', onclick: look }, text('look'));
  place.append(title, figures, chart, element('p', { class: 'buttons' }, stop, best));
  const view = (job, elapsed) => {
    const isOver = !['queued', 'running'].includes(job.state);
    title.textContent = `${job.name || text(job.kind)} – ${text(job.state)}`;
    place.dataset.state = job.state;
    const rows = [
      ['elapsed', elapsed === null ? '–' : `${number(elapsed, 1)} s`],
      ['phase', job.phase ? text(job.phase) : null],
      ['best', job.cost === undefined ? null : money(job.cost, currency)],
      ['left_out', job.unserved ? number(job.unserved) : null],
      ['bound', job.lower_bound === undefined ? null : money(job.lower_bound, currency)],
      ['gap_now', job.gap === undefined ? null : percent(job.gap)],
      ['attempt', job.attempts > 1 ? number(job.attempts) : null],
    ];
    figures.replaceChildren(...rows.filter(([, value]) => value !== null).map(([key, value]) =>
      element('div', { class: 'figure', 'data-figure': key }, element('dt', {}, text(isOver && key === 'best' ? 'cost' : key)), element('dd', {}, value))));
    stop.hidden = isOver;
    stop.textContent = text(job.cancel_requested ? 'stopping' : 'stop');
    best.hidden = isOver || !job.has_plan;
  };
  view.chart = chart;
  return view;
}

async function draw(place, curve) {
  if (curve.every(({ cost }) => cost === null)) return;
  const { react } = await plotly();
  const trace = (name, what, color, dash) => ({ x: curve.map(({ time }) => time), y: curve.map((it) => it[what]), name, mode: 'lines+markers', marker: { size: 4 }, line: { shape: 'hv', color, dash, width: 2 } });
  const bounds = curve.some(({ bound }) => bound !== null) ? [trace(text('bound'), 'bound', '#a4560b', 'dot')] : [];
  await react(place, [trace(text('best'), 'cost', '#0f6b66'), ...bounds], {
    height: 220, margin: { l: 70, r: 10, t: 10, b: 30 }, legend: { orientation: 'h' }, xaxis: { ticksuffix: ' s' },
    yaxis: { exponentformat: 'none', separatethousands: true, automargin: true }, separators: '.\u202f',
  }, { responsive: true, displayModeBar: false });
}

async function showReport(place, job) {
  const path = `/v1/jobs/${job.id}/plan?language=${currentLanguage()}`;
  const form = { accept: 'application/vnd.hubroute.report+json' };
  let report;
  let compares = true;
  try {
    report = await getJson(job.base ? `${path}&base=${encodeURIComponent(job.base)}` : path, form);
  } catch (error) {
    if (!job.base) throw error;
    // The base may be forgotten or without a plan.
    compares = false;
    report = await getJson(path, form);
  }
  // The server has escaped every text of the user, and the page's policy runs no script in markup.
  place.innerHTML = report.html;
  document.title = `${report.title} – hubroute`;
  if (job.base && compares) place.querySelector('.figures').after(await comparison([job.base, job.id]));
  // The words are there before the figures, and each figure before the next.
  await painted();
  const { newPlot } = await plotly();
  for (const { id, plot } of report.figures) {
    await newPlot(id, plot.data, plot.layout, plot.config);
    await painted();
  }
}

function showTools(place, job, scenario) {
  const name = (job.name || job.kind).replace(/[^\p{L}\p{N}]+/gu, '-');
  const form = (label, accept, file, query = '') => element('button', {
    type: 'button',
    onclick: async () => {
      try {
        save(file, await (await call(`/v1/jobs/${job.id}/plan${query}`, { accept })).blob());
      } catch (error) {
        document.getElementById('notice').replaceChildren(problemList(error.problem || { title: error.message }));
      }
    },
  }, label);
  const tables = ['summary', ...(job.kind === 'routing' ? [] : ['sites', 'flows']), ...(job.kind === 'siting' ? [] : ['routes', 'stops']), 'unserved'];
  place.append(element('section', { class: 'downloads' }, element('h2', {}, text('downloads')), element('p', { class: 'buttons' },
    form('JSON', 'application/json', `${name}.plan.json`),
    scenario.travel?.metric === 'euclidean' || scenario.travel?.metric === 'manhattan' ? null
      : form('GeoJSON', 'application/geo+json', `${name}.geojson`),
    ...tables.map((table) => form(`CSV ${table}`, 'text/csv', `${name}.${table}.csv`, `?table=${table}`)),
    form(text('report'), 'text/html', `${name}.html`),
    element('button', {
      type: 'button', onclick: async () => save(`${name}.json`, await (await call(`/v1/jobs/${job.id}/scenario`)).blob()),
    }, text('scenario')),
    element('button', { type: 'button', onclick: () => print() }, text('print')))));
  if (job.base) {
    place.append(element('p', {}, `${text('base_plan')} `, element('a', { href: `#/jobs/${job.base}` }, job.base)));
  }
}
