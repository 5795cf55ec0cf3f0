// The list of jobs, and plans side by side.

import { getJson } from './api.js';
import { element, number, percent, problemList } from './dom.js';
import { currentLanguage, text } from './texts.js';

export async function showJobs(content) {
  const chosen = [];
  const table = element('tbody', {});
  const compared = element('div', { id: 'compared' });
  const compare = element('button', {
    type: 'button', id: 'compare', disabled: true,
    onclick: async () => {
      try {
        const body = JSON.stringify({ jobs: chosen });
        compared.replaceChildren(sideBySide(await getJson(`/v1/compare?language=${currentLanguage()}`, { method: 'POST', body })));
      } catch (error) {
        compared.replaceChildren(problemList(error.problem || { title: error.message }));
      }
      compared.scrollIntoView({ block: 'nearest' });
    },
  }, text('compare'));
  const older = element('button', { type: 'button', hidden: true }, text('older'));
  const heads = ['', 'name', 'state', 'cost', 'gap_now', 'created']
    .map((key) => element('th', { class: ['cost', 'gap_now'].includes(key) && 'n' }, key ? text(key) : ''));
  content.append(element('main', {}, element('h1', {}, text('jobs')),
    element('section', {}, element('p', { class: 'note' }, text('compare_words')),
      element('div', { class: 'table' }, element('table', {}, element('thead', {}, element('tr', {}, heads)), table)),
      element('p', { class: 'buttons' }, compare, older)), compared));
  const add = async (before) => {
    const page = await getJson(`/v1/jobs${before ? `?before=${before}` : ''}`);
    if (!before && !page.jobs.length) table.append(element('tr', {}, element('td', { colspan: 6 }, text('none_yet'))));
    for (const job of page.jobs) {
      const box = element('input', {
        type: 'checkbox', 'aria-label': text('compare'), disabled: !job.has_plan,
        onchange: () => {
          if (box.checked) chosen.push(job.id); else chosen.splice(chosen.indexOf(job.id), 1);
          compare.disabled = chosen.length < 2;
        },
      });
      table.append(element('tr', { 'data-job': job.id }, element('td', {}, box),
        element('td', {}, element('a', { href: `#/jobs/${job.id}` }, job.name || text(job.kind)), job.base ? ` ${text('what_if')}` : ''),
        element('td', {}, text(job.state)), element('td', { class: 'n' }, number(job.cost)),
        element('td', { class: 'n' }, percent(job.gap)), element('td', {}, new Date(job.created).toLocaleString())));
    }
    older.hidden = !page.next;
    older.onclick = () => add(page.next);
  };
  await add();
}

function sideBySide({ names: titles, rows, sites }) {
  // A what-if has the name of its base.
  const names = new Set(titles).size < titles.length ? titles.map((title, i) => `${i + 1}. ${title}`) : titles;
  const cells = (row) => row.values.map((value, i) => element('td', { class: 'n' }, number(value, row.decimals),
    i && row.changes[i] ? element('small', {}, ` ${row.changes[i] > 0 ? '+' : ''}${number(row.changes[i], row.decimals)}`) : null));
  const body = rows.map((row) => element('tr', {}, element('td', {}, row.label), cells(row)));
  const changes = sites.flatMap(({ opens, does_without: without }, i) => [['opens', opens], ['does_without', without]]
    .filter(([, ids]) => ids.length).map(([verb, ids]) => element('p', {}, `${names[i + 1]} ${text(verb)}: ${ids.join(', ')}`)));
  return element('section', {}, element('h2', {}, text('compare')), element('div', { class: 'table' }, element('table', {},
    element('thead', {}, element('tr', {}, element('th', {}), names.map((name) => element('th', { class: 'n' }, name)))),
    element('tbody', {}, body))), ...changes);
}
