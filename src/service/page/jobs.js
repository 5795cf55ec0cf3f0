// The list of jobs, of which some can be compared.

import { getJson } from './api.js';
import { comparison } from './compare.js';
import { element, money, percent, problemList } from './dom.js';
import { currentLanguage, text } from './texts.js';

export async function showJobs(content) {
  const chosen = [];
  const table = element('tbody', {});
  const compared = element('div', { id: 'compared' });
  const compare = element('button', {
    type: 'button', id: 'compare', disabled: true,
    onclick: async () => {
      try {
        compared.replaceChildren(await comparison(chosen));
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
        element('td', {}, element('a', { href: `#/jobs/${job.id}` }, job.name || text(job.kind)), job.base ? element('small', {}, ` ${text('what_if')}`) : ''),
        element('td', {}, text(job.state)), element('td', { class: 'n' }, money(job.cost)),
        element('td', { class: 'n' }, percent(job.gap)), element('td', {}, new Date(job.created).toLocaleString(currentLanguage()))));
    }
    older.hidden = !page.next;
    older.onclick = () => add(page.next);
  };
  await add();
}
