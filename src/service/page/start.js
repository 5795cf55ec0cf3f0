// The first view: bring a scenario, see whether it is valid, solve it.

import { call, getJson, submit } from './api.js';
import { covers, element, plotly, problemList } from './dom.js';
import { aboutExample, text } from './texts.js';

export async function showStart(content) {
  const answer = element('div', { id: 'answer' });
  const take = (make) => async (event) => {
    event?.preventDefault?.();
    answer.replaceChildren();
    try {
      const scenario = await make(event);
      if (scenario) await offer(answer, scenario);
    } catch (error) {
      answer.replaceChildren(problemList(error.problem || { title: error.message }));
    }
  };
  const file = element('input', { type: 'file', id: 'file', multiple: true, onchange: take((event) => fromFiles(event.target.files)) });
  const drop = element('label', {
    class: 'drop', for: 'file',
    ondragover: (event) => { event.preventDefault(); drop.classList.add('over'); },
    ondragleave: () => drop.classList.remove('over'),
    ondrop: (event) => { drop.classList.remove('over'); take((it) => fromFiles(it.dataTransfer.files))(event); },
  }, text('drop'), file);
  const field = element('textarea', { id: 'paste', rows: 5, spellcheck: 'false', 'aria-label': text('paste') });
  const pasted = element('button', { type: 'button', onclick: take(() => fromText('scenario.json', field.value)) }, text('take'));
  const examples = element('ul', { class: 'examples' });
  content.append(
    element('main', {},
      element('h1', {}, text('start_title')), element('p', { class: 'answer' }, text('start_words')),
      element('section', {}, drop),
      element('section', {}, element('h2', {}, text('examples')), examples),
      element('section', {}, element('h2', {}, text('paste')), field, pasted),
      answer));
  for (const example of await getJson('/v1/examples')) {
    examples.append(element('li', {}, element('button', {
      type: 'button', 'data-example': example.name, onclick: take(() => getJson(`/v1/examples/${example.name}`)),
    }, example.name), ` ${text(example.kind)} – ${aboutExample(example)}`));
  }
}

async function fromFiles(files) {
  const texts = await Promise.all([...files].map(async (file) => [file.name, await file.text()]));
  if (!texts.length) return null;
  if (texts.length === 1 && texts[0][0].endsWith('.json')) return fromText(...texts[0]);
  return getJson('/v1/convert', { method: 'POST', body: JSON.stringify({ files: Object.fromEntries(texts) }) });
}

function fromText(name, content) {
  if (!content.trim()) return null;
  if (content.trimStart().startsWith('{')) return fromJson(content);
  return getJson('/v1/convert', { method: 'POST', body: JSON.stringify({ files: { [name]: content } }) });
}

// A scenario that somebody wrote.
export function fromJson(written) {
  try {
    return JSON.parse(written);
  } catch (error) {
    throw new Error(`${text('no_json')} ${error.message}`);
  }
}

const counts = (scenario) => {
  const size = (list) => (scenario[list] || []).length;
  const vehicles = (scenario.vehicles || []).reduce((sum, vehicle) => sum + (vehicle.count ?? 1), 0);
  const rows = [['places', size('locations')], ['supplies', size('supplies')], ['sites', size('sites')], ['demands', size('demands')],
    ['orders', size('orders')], ['shipments', size('shipments')], ['vehicles', vehicles]];
  return rows.filter(([, count]) => count).map(([what, count]) => `${count} ${text(what)}`).join(', ');
};

// What was brought, and the button that solves it.
export async function offer(place, scenario, base) {
  const limits = scenario.limits || {};
  const time = element('input', { type: 'number', id: 'time', min: '0.1', step: 'any', value: limits.time ?? (scenario.kind === 'routing' ? 10 : 60) });
  const gap = element('input', { type: 'number', id: 'gap', min: '0', max: '99', step: 'any', value: 100 * (limits.gap ?? 0) });
  const seed = element('input', { type: 'number', id: 'seed', min: '0', step: '1', value: limits.seed ?? 1 });
  const go = element('button', { class: 'main', id: 'solve' }, text('solve'));
  const verdict = element('div', {});
  const beside = questions(scenario);
  const form = element('form', {
    class: 'limits',
    onsubmit: async (event) => {
      event.preventDefault();
      go.disabled = true;
      const wanted = { ...limits, time: Number(time.value), seed: Number(seed.value) };
      if (scenario.kind === 'siting') wanted.gap = Number(gap.value) / 100;
      try {
        const job = await submit({ ...scenario, limits: wanted }, { base, ...beside.asked() });
        location.hash = `#/jobs/${job.id}`;
      } catch (error) {
        go.disabled = false;
        verdict.replaceChildren(problemList(error.problem || { title: error.message }));
      }
    },
  },
  element('label', {}, text('time'), time),
  scenario.kind === 'siting' ? element('label', {}, text('gap'), gap) : null,
  element('label', {}, text('seed'), seed), beside.fields, go);
  place.replaceChildren(element('section', { id: 'offer' },
    element('h2', {}, scenario.name || text(scenario.kind || '')), element('p', { class: 'note' }, counts(scenario)), verdict, form));
  place.scrollIntoView({ block: 'nearest' });
  go.focus();
  try {
    await call('/v1/check', { method: 'POST', body: JSON.stringify({ scenario }) });
    verdict.replaceChildren(element('p', { class: 'note' }, text('valid')));
    // Its second of work is over before there is something to draw.
    setTimeout(plotly, 500);
  } catch (error) {
    go.disabled = true;
    verdict.replaceChildren(problemList(error.problem || { title: error.message }));
  }
}

// What can be asked beside a siting plan whose objective counts costs; `asked` gives the parameters.
function questions(scenario) {
  const sized = (scenario.sites || []).some((site) => site.levels?.length);
  const swept = scenario.kind === 'siting' && scenario.objective !== 'set_cover';
  if (!swept) return { fields: null, asked: () => ({}) };
  const prices = element('input', { type: 'checkbox', id: 'prices' });
  const alternatives = element('input', { type: 'number', id: 'alternatives', min: 0, max: 100, step: 1, value: 0 });
  const sweep = element('input', { type: 'text', id: 'sweep', pattern: '\\d+\\.\\.\\d+', placeholder: '3..12' });
  const priced = !covers(scenario) && !sized;
  const fields = element('fieldset', {}, element('legend', {}, text('beside')),
    priced ? element('label', { class: 'check' }, prices, text('prices')) : null,
    priced ? element('label', {}, text('alternatives'), alternatives) : null,
    element('label', {}, text('sweep'), sweep));
  return {
    fields,
    // The prices that prove the bound are where a what-if goes on.
    asked: () => ({ certificate: !covers(scenario), prices: prices.checked, alternatives: Number(alternatives.value), sweep_sites: sweep.value.trim() }),
  };
}
