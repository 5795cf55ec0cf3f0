// Plans side by side.

import { getJson } from './api.js';
import { element, number } from './dom.js';
import { currentLanguage, text } from './texts.js';

// The plans of jobs, with what has changed since the first one.
export async function comparison(jobs) {
  const body = JSON.stringify({ jobs });
  return sideBySide(await getJson(`/v1/compare?language=${currentLanguage()}`, { method: 'POST', body }));
}

function sideBySide({ names: titles, rows, sites }) {
  // A what-if has the name of its base.
  const names = new Set(titles).size < titles.length ? titles.map((title, i) => `${i + 1}. ${title}`) : titles;
  const cells = (row) => row.values.map((value, i) => element('td', { class: 'n' }, number(value, row.decimals),
    i && row.changes[i] ? element('small', {}, ` ${row.changes[i] > 0 ? '+' : ''}${number(row.changes[i], row.decimals)}`) : null));
  const body = rows.map((row) => element('tr', {}, element('td', {}, row.label), cells(row)));
  const changes = sites.flatMap(({ opens, does_without: without }, i) => [['opens', opens], ['does_without', without]]
    .filter(([, ids]) => ids.length).map(([verb, ids]) => element('p', {}, `${names[i + 1]} ${text(verb)}: ${ids.join(', ')}`)));
  return element('section', { class: 'compared' }, element('h2', {}, text('compare')), element('div', { class: 'table' }, element('table', {},
    element('thead', {}, element('tr', {}, element('th', {}), names.map((name) => element('th', { class: 'n' }, name)))),
    element('tbody', {}, body))), ...changes);
}
